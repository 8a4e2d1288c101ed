/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the common paging code (plat/common/paging.c, plat/kvm/paging.c) wants
 * to know of x86_64. The same names are in arm/arm64/paging.h.
 *
 * All memory that page tables lie in is mapped one to one.
 */
#ifndef __PLAT_CMN_X86_PAGING_H__
#define __PLAT_CMN_X86_PAGING_H__

#include <uk/arch/lcpu.h>
#include <uk/arch/paging.h>
#include <uk/essentials.h>

struct uk_pagetable;

/* Attributes beyond PAGE_ATTR_PROT_*: registers of devices, never cached */
#define PGARCH_ATTR_DEVICE	0x100
/* The same in all address spaces */
#define PGARCH_ATTR_GLOBAL	0x200

/* What a new entry takes over from the one that it stands in for */
#define PGARCH_KEPT_BITS						\
	(X86_PTE_US | X86_PTE_PWT | X86_PTE_PCD | X86_PTE_ACCESSED |	\
	 X86_PTE_DIRTY | X86_PTE_GLOBAL | X86_PTE_USER1_MASK |		\
	 X86_PTE_USER2_MASK | X86_PTE_MPK_MASK)

/* The highest level at which this processor has pages */
static inline unsigned int pgarch_largest_level(void)
{
	__u32 eax, ebx, ecx, edx;

	ukarch_x86_cpuid(0x80000001, 0, &eax, &ebx, &ecx, &edx);
	return edx & X86_CPUID81_PAGE1GB ? PAGE_HUGE_LEVEL : PAGE_LARGE_LEVEL;
}

/*
 * The entry of a page. Everything that neither the address nor `attr` says
 * comes from `template`, an entry of `template_level` (or an invalid one).
 */
static inline __pte_t
pgarch_pte_create(__paddr_t paddr, unsigned long attr, unsigned int level,
		  __pte_t template, unsigned int template_level)
{
	__pte_t pte = paddr | X86_PTE_PRESENT | (template & PGARCH_KEPT_BITS);

	if (level > PAGE_LEVEL)
		pte |= X86_PTE_PSE;
	/* The bit is elsewhere in small pages, where large ones have PSE */
	if (template & X86_PTE_PAT(template_level))
		pte |= (__pte_t)X86_PTE_PAT(level);
	if (attr & PAGE_ATTR_PROT_WRITE)
		pte |= X86_PTE_RW;
	if (!(attr & PAGE_ATTR_PROT_EXEC))
		pte |= X86_PTE_NX;
	if (attr & PGARCH_ATTR_DEVICE)
		pte |= X86_PTE_PCD | X86_PTE_PWT;
	if (attr & PGARCH_ATTR_GLOBAL)
		pte |= X86_PTE_GLOBAL;
	return pte;
}

static inline unsigned long
pgarch_attr_from_pte(__pte_t pte, unsigned int level __unused)
{
	unsigned long attr = PAGE_ATTR_PROT_READ;

	if (pte & X86_PTE_RW)
		attr |= PAGE_ATTR_PROT_WRITE;
	if (!(pte & X86_PTE_NX))
		attr |= PAGE_ATTR_PROT_EXEC;
	return attr;
}

/* The entry of a table of `level` - 1, which itself forbids nothing */
static inline __pte_t
pgarch_pt_pte_create(struct uk_pagetable *pt __unused, __paddr_t pt_paddr,
		     unsigned int level __unused, __pte_t template,
		     unsigned int template_level __unused)
{
	return pt_paddr | X86_PTE_PRESENT | X86_PTE_RW
		| (template & (PGARCH_KEPT_BITS & ~X86_PTE_GLOBAL));
}

/*
 * Puts an entry in the place of a present one that translates `vaddr` to the
 * same address in pages of another size.
 */
static inline void pgarch_pte_replace(__vaddr_t table, unsigned int level,
				      unsigned int idx, __pte_t pte,
				      __vaddr_t vaddr)
{
	ukarch_pte_write(table, level, idx, pte);
	ukarch_tlb_flush_entry(vaddr);
}

#endif /* __PLAT_CMN_X86_PAGING_H__ */
