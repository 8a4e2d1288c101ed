/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: page tables of four levels. See uk/arch/paging.h.
 */
#ifndef __UKARCH_PAGING_H__
#error Do not include this header directly
#endif

#define PT_LEVELS		4

#define X86_PT_LEVEL_SHIFT	9
#define X86_PT_PTES_PER_LEVEL	512
#define X86_PT_L0_SHIFT		12
#define X86_PT_Lx_SHIFT(lvl)	(X86_PT_L0_SHIFT + X86_PT_LEVEL_SHIFT * (lvl))

#define PT_Lx_PTES(lvl)		X86_PT_PTES_PER_LEVEL
#define PAGE_Lx_SHIFT(lvl)	X86_PT_Lx_SHIFT(lvl)
/* The entry of the table at `lvl` that translates `vaddr` */
#define PT_Lx_IDX(vaddr, lvl)						\
	(((vaddr) >> X86_PT_Lx_SHIFT(lvl)) & (X86_PT_PTES_PER_LEVEL - 1))

#define PAGE_LEVEL		0
#define PAGE_SHIFT		12
#define PAGE_SIZE		0x1000UL
#define PAGE_MASK		(~(PAGE_SIZE - 1))
#define PAGE_LARGE_LEVEL	1
#define PAGE_LARGE_SHIFT	21
#define PAGE_LARGE_SIZE		0x200000UL
#define PAGE_LARGE_MASK		(~(PAGE_LARGE_SIZE - 1))
#define PAGE_HUGE_LEVEL		2
#define PAGE_HUGE_SHIFT		30
#define PAGE_HUGE_SIZE		0x40000000UL
#define PAGE_HUGE_MASK		(~(PAGE_HUGE_SIZE - 1))

/* Whether entries of that level can map pages at all */
#define PAGE_Lx_HAS(lvl)	((lvl) <= PAGE_HUGE_LEVEL)

/* What a mapping allows; what is mapped can always be read */
#define PAGE_ATTR_PROT_NONE	0x00
#define PAGE_ATTR_PROT_READ	0x01
#define PAGE_ATTR_PROT_WRITE	0x02
#define PAGE_ATTR_PROT_EXEC	0x04

#define X86_VADDR_BITS		48
#define X86_PTE_PADDR_BITS	52

/* Bits of entries; assembly has them without suffix */
#define X86_PTE_PRESENT		0x001
#define X86_PTE_RW		0x002
#define X86_PTE_US		0x004
#define X86_PTE_PWT		0x008
#define X86_PTE_PCD		0x010
#define X86_PTE_ACCESSED	0x020
#define X86_PTE_DIRTY		0x040
#define X86_PTE_PSE		0x080	/* a page, at a level above 0 */
#define X86_PTE_PAT(lvl)	((lvl) > PAGE_LEVEL ? 0x1000 : 0x80)
#define X86_PTE_GLOBAL		0x100
#define X86_PTE_USER1_MASK	0xe00	/* ignored by the processor */

#ifndef __ASSEMBLY__

typedef __u64 __pte_t;

/* What the architecture adds to a struct uk_pagetable: nothing */
struct ukarch_pagetable {
};

#define X86_PTE_USER2_MASK	(0x7fUL << 52)
#define X86_PTE_MPK_MASK	(0xfUL << 59)
#define X86_PTE_NX		(1UL << 63)
/* The address in an entry, and the bits below it that a large page has not */
#define X86_PTE_PADDR_MASK	((1UL << X86_PTE_PADDR_BITS) - 1)

/* Neither a canonical virtual nor a possible physical address */
#define X86_INVALID_ADDR	0xbaadbaadbaadbaadUL
#define __VADDR_INV		(X86_INVALID_ADDR & PAGE_HUGE_MASK)
#define __PADDR_INV		(X86_INVALID_ADDR & PAGE_HUGE_MASK)

#define PT_Lx_PTE_INVALID(lvl)		0UL
#define PT_Lx_PTE_PRESENT(pte, lvl)	((pte) & X86_PTE_PRESENT)
#define PT_Lx_PTE_CLEAR_PRESENT(pte, lvl) ((pte) & ~(__pte_t)X86_PTE_PRESENT)
/* Whether a present entry maps a page (and not a table) */
#define PAGE_Lx_IS(pte, lvl)						\
	((lvl) == PAGE_LEVEL || ((pte) & X86_PTE_PSE))

static inline __paddr_t PT_Lx_PTE_PADDR(__pte_t pte, unsigned int lvl)
{
	/* Low bits of large pages have other meanings */
	if (lvl > PAGE_LEVEL && lvl < PT_LEVELS && PAGE_Lx_IS(pte, lvl))
		return pte & X86_PTE_PADDR_MASK
			& ~((1UL << X86_PT_Lx_SHIFT(lvl)) - 1);
	return pte & X86_PTE_PADDR_MASK & PAGE_MASK;
}

/* The address with bit 47 in all bits above it */
#define X86_VADDR_CANONICALIZE(vaddr)					\
	((__vaddr_t)((__ssz)((vaddr) << (64 - X86_VADDR_BITS))		\
		     >> (64 - X86_VADDR_BITS)))

static inline int ukarch_vaddr_range_isvalid(__vaddr_t start, __vaddr_t end)
{
	return start <= end && X86_VADDR_CANONICALIZE(start) == start
		&& X86_VADDR_CANONICALIZE(end) == end
		&& !((start ^ end) >> (X86_VADDR_BITS - 1) & 1);
}

static inline int ukarch_paddr_range_isvalid(__paddr_t start, __paddr_t end)
{
	return start <= end && end <= X86_PTE_PADDR_MASK;
}

/* One entry of the table that is mapped at `pt_vaddr`; they return 0 */
static inline int ukarch_pte_read(__vaddr_t pt_vaddr,
				  unsigned int lvl __attribute__((unused)),
				  unsigned int idx, __pte_t *pte)
{
	*pte = ((volatile __pte_t *)pt_vaddr)[idx];
	return 0;
}

static inline int ukarch_pte_write(__vaddr_t pt_vaddr,
				   unsigned int lvl __attribute__((unused)),
				   unsigned int idx, __pte_t pte)
{
	((volatile __pte_t *)pt_vaddr)[idx] = pte;
	return 0;
}

/* The table at the top */
static inline __paddr_t ukarch_pt_read_base(void)
{
	__pte_t cr3;

	__asm__ __volatile__("mov %%cr3, %0" : "=r"(cr3));
	return PT_Lx_PTE_PADDR(cr3, PT_LEVELS);
}

static inline int ukarch_pt_write_base(__paddr_t pt_paddr)
{
	__asm__ __volatile__("mov %0, %%cr3" : : "r"(pt_paddr) : "memory");
	return 0;
}

static inline void ukarch_tlb_flush_entry(__vaddr_t vaddr)
{
	__asm__ __volatile__("invlpg (%0)" : : "r"(vaddr) : "memory");
}

/* CR4.PGE: to turn it off and on forgets global entries, too */
#define X86_PGE			0x80UL

static inline void ukarch_tlb_flush(void)
{
	unsigned long cr4;

	__asm__ __volatile__("mov %%cr4, %0" : "=r"(cr4));
	if (!(cr4 & X86_PGE)) {
		ukarch_pt_write_base(ukarch_pt_read_base());
		return;
	}
	__asm__ __volatile__("mov %0, %%cr4" : : "r"(cr4 & ~X86_PGE)
			     : "memory");
	__asm__ __volatile__("mov %0, %%cr4" : : "r"(cr4) : "memory");
}

#endif /* !__ASSEMBLY__ */

#define PAGE_LARGE_ALIGN_UP(addr)	PAGE_Lx_ALIGN_UP(addr, PAGE_LARGE_LEVEL)
#define PAGE_LARGE_ALIGN_DOWN(addr)					\
	PAGE_Lx_ALIGN_DOWN(addr, PAGE_LARGE_LEVEL)
#define PAGE_LARGE_ALIGNED(addr)	PAGE_Lx_ALIGNED(addr, PAGE_LARGE_LEVEL)
#define PAGE_HUGE_ALIGN_UP(addr)	PAGE_Lx_ALIGN_UP(addr, PAGE_HUGE_LEVEL)
#define PAGE_HUGE_ALIGN_DOWN(addr)					\
	PAGE_Lx_ALIGN_DOWN(addr, PAGE_HUGE_LEVEL)
#define PAGE_HUGE_ALIGNED(addr)		PAGE_Lx_ALIGNED(addr, PAGE_HUGE_LEVEL)
