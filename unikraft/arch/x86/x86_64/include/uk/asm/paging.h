/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: page tables of four levels. See uk/arch/paging.h.
 */
#ifndef __UKARCH_PAGING_H__
#error Do not include this header directly
#endif

#define PT_LEVELS		4

#define X86_PT_PTES_PER_LEVEL	512
#define PT_Lx_PTES(lvl)		X86_PT_PTES_PER_LEVEL
#define PAGE_Lx_SHIFT(lvl)	(12 + 9 * (lvl))
/* The entry of the table at `lvl` that translates `vaddr` */
#define PT_Lx_IDX(vaddr, lvl)						\
	(((vaddr) >> PAGE_Lx_SHIFT(lvl)) & (X86_PT_PTES_PER_LEVEL - 1))

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

/* Bits of entries; assembly has them without suffix */
#define X86_PTE_PRESENT		0x001
#define X86_PTE_RW		0x002
#define X86_PTE_US		0x004
#define X86_PTE_PWT		0x008
#define X86_PTE_PCD		0x010
#define X86_PTE_ACCESSED	0x020
#define X86_PTE_DIRTY		0x040
#define X86_PTE_PSE		0x080	/* a page, at a level above 0 */
#define X86_PTE_GLOBAL		0x100

#ifndef __ASSEMBLY__

typedef __u64 __pte_t;

#define X86_PTE_NX		(1UL << 63)
#define X86_PTE_PADDR_MASK	0x000ffffffffff000UL

/* Neither a canonical virtual nor a possible physical address */
#define __VADDR_INV		0xbadbad0000000000UL
#define __PADDR_INV		0xbadbad0000000000UL

#define PT_Lx_PTE_INVALID(lvl)		0UL
#define PT_Lx_PTE_PRESENT(pte, lvl)	((pte) & X86_PTE_PRESENT)
#define PT_Lx_PTE_CLEAR_PRESENT(pte, lvl) ((pte) & ~(__pte_t)X86_PTE_PRESENT)
#define PT_Lx_PTE_PADDR(pte, lvl)	((__paddr_t)(pte) & X86_PTE_PADDR_MASK)
/* Whether a present entry maps a page (and not a table) */
#define PAGE_Lx_IS(pte, lvl)						\
	((lvl) == PAGE_LEVEL || ((pte) & X86_PTE_PSE))

/* What a mapping allows */
#define PAGE_ATTR_PROT_NONE	0x00
#define PAGE_ATTR_PROT_READ	0x01
#define PAGE_ATTR_PROT_WRITE	0x02
#define PAGE_ATTR_PROT_EXEC	0x04

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

static inline void ukarch_tlb_flush(void)
{
	ukarch_pt_write_base(ukarch_pt_read_base());
}

#endif /* !__ASSEMBLY__ */
