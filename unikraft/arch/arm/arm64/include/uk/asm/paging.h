/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: page tables of four levels, 4 KiB granule, 48-bit addresses: the lower
 * half of all, which TTBR0_EL1 translates. See uk/arch/paging.h; levels count
 * from the leaves, the other way round than in Arm's manual.
 */
#ifndef __UKARCH_PAGING_H__
#error Do not include this header directly
#endif

#include <uk/arch/lcpu.h>

#define PT_LEVELS		4
#define PT_PTES_PER_LEVEL	512
#define PT_LEVEL_SHIFT		9
#define PT_MAP_LEVEL_MAX	(PT_LEVELS - 2)

#define PT_Lx_PTES(lvl)		PT_PTES_PER_LEVEL
#define PAGE_Lx_SHIFT(lvl)	(PAGE_SHIFT + PT_LEVEL_SHIFT * (lvl))
/* The entry of the table at `lvl` that translates `vaddr` */
#define PT_Lx_IDX(vaddr, lvl)						\
	(((vaddr) >> PAGE_Lx_SHIFT(lvl)) & (PT_PTES_PER_LEVEL - 1))

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
#define PAGE_Lx_HAS(lvl)	((lvl) <= PT_MAP_LEVEL_MAX)

/* What a mapping allows */
#define PAGE_ATTR_PROT_MASK	0x0f
#define PAGE_ATTR_PROT_SHIFT	0
#define PAGE_ATTR_PROT_NONE	0x00
#define PAGE_ATTR_PROT_READ	0x01
#define PAGE_ATTR_PROT_WRITE	0x02
#define PAGE_ATTR_PROT_EXEC	0x04

/* What kind of memory is mapped */
#define PAGE_ATTR_TYPE_MASK		0x07
#define PAGE_ATTR_TYPE_SHIFT		5
#define PAGE_ATTR_TYPE_NORMAL_WB	(0 << PAGE_ATTR_TYPE_SHIFT)
#define PAGE_ATTR_TYPE_NORMAL_WT	(1 << PAGE_ATTR_TYPE_SHIFT)
#define PAGE_ATTR_TYPE_NORMAL_NC	(2 << PAGE_ATTR_TYPE_SHIFT)
#define PAGE_ATTR_TYPE_DEVICE_nGnRnE	(3 << PAGE_ATTR_TYPE_SHIFT)
#define PAGE_ATTR_TYPE_DEVICE_nGnRE	(4 << PAGE_ATTR_TYPE_SHIFT)
#define PAGE_ATTR_TYPE_DEVICE_GRE	(5 << PAGE_ATTR_TYPE_SHIFT)
#define PAGE_ATTR_TYPE_NORMAL_WB_TAGGED	(6 << PAGE_ATTR_TYPE_SHIFT)

/* Who sees it coherently */
#define PAGE_ATTR_SHAREABLE_MASK	0x03
#define PAGE_ATTR_SHAREABLE_SHIFT	8
#define PAGE_ATTR_SHAREABLE_NS		(0 << PAGE_ATTR_SHAREABLE_SHIFT)
#define PAGE_ATTR_SHAREABLE_IS		(1 << PAGE_ATTR_SHAREABLE_SHIFT)
#define PAGE_ATTR_SHAREABLE_OS		(2 << PAGE_ATTR_SHAREABLE_SHIFT)

#define ARM64_PADDR_BITS	48
#define ARM64_VADDR_BITS	48
#define ARM64_PADDR_MAX		((1UL << ARM64_PADDR_BITS) - 1)
#define ARM64_VADDR_MAX		((1UL << ARM64_VADDR_BITS) - 1)
#define ARM64_PADDR_VALID(paddr)	((paddr) <= ARM64_PADDR_MAX)
#define ARM64_VADDR_VALID(vaddr)	((vaddr) <= ARM64_VADDR_MAX)

#ifndef __ASSEMBLY__

typedef __u64 __pte_t;

/* What the architecture adds to a struct uk_pagetable: nothing */
struct ukarch_pagetable {
};

/* Neither a canonical virtual nor a possible physical address */
#define ARM64_INVALID_ADDR	0xbaadbaadbaadbaadUL
#define __VADDR_INV		ARM64_INVALID_ADDR
#define __PADDR_INV		ARM64_INVALID_ADDR

#define PT_Lx_PTE_INVALID(lvl)		0UL
#define PT_Lx_PTE_PRESENT(pte, lvl)	((pte) & PTE_VALID_BIT)
#define PT_Lx_PTE_CLEAR_PRESENT(pte, lvl) ((pte) & ~(__pte_t)PTE_VALID_BIT)
/* Whether a present entry maps a page (and not a table) */
#define PAGE_Lx_IS(pte, lvl)						\
	((lvl) == PAGE_LEVEL || ((pte) & PTE_TYPE_MASK) == PTE_TYPE_BLOCK)

static inline __paddr_t PT_Lx_PTE_PADDR(__pte_t pte, unsigned int lvl)
{
	if (!PAGE_Lx_IS(pte, lvl))
		return pte & PTE_Lx_TABLE_PADDR_MASK;
	return pte & PTE_L0_PAGE_PADDR_MASK & ~((1UL << PAGE_Lx_SHIFT(lvl)) - 1);
}

/* Whether all from `start` to `end`, that too, can be an address; not 0 if so */
static inline int ukarch_paddr_range_isvalid(__paddr_t start, __paddr_t end)
{
	return start <= end && ARM64_PADDR_VALID(end);
}

static inline int ukarch_vaddr_range_isvalid(__vaddr_t start, __vaddr_t end)
{
	return start <= end && ARM64_VADDR_VALID(end);
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
	/* Before any walk that this processor does from here on */
	dsb(ishst);
	isb();
	return 0;
}

/* The table at the top */
static inline __paddr_t ukarch_pt_read_base(void)
{
	return SYSREG_READ64(ttbr0_el1) & PTE_Lx_TABLE_PADDR_MASK;
}

static inline int ukarch_pt_write_base(__paddr_t pt_paddr)
{
	SYSREG_WRITE64(ttbr0_el1, pt_paddr);
	isb();
	return 0;
}

static inline void ukarch_tlb_flush_entry(__vaddr_t vaddr)
{
	dsb(ishst);
	__asm__ __volatile__("tlbi vaae1is, %0"
			     : : "r"((vaddr >> PAGE_SHIFT) & ((1UL << 44) - 1))
			     : "memory");
	dsb(ish);
	isb();
}

static inline void ukarch_tlb_flush(void)
{
	dsb(ishst);
	__asm__ __volatile__("tlbi vmalle1is" : : : "memory");
	dsb(ish);
	isb();
}

#endif /* !__ASSEMBLY__ */
