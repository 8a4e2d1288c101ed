/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the common paging code (plat/common/paging.c, plat/kvm/paging.c) wants
 * to know of arm64. The same names are in x86/paging.h.
 *
 * All memory that page tables lie in is mapped one to one. MAIR_EL1 has an
 * octet per PAGE_ATTR_TYPE_*, in that order.
 */
#ifndef __PLAT_CMN_ARM64_PAGING_H__
#define __PLAT_CMN_ARM64_PAGING_H__

#include <uk/arch/lcpu.h>
#include <uk/arch/paging.h>
#include <uk/essentials.h>

struct uk_pagetable;

/* Attributes beyond PAGE_ATTR_PROT_*: registers of devices, never cached */
#define PGARCH_ATTR_DEVICE	PAGE_ATTR_TYPE_DEVICE_nGnRnE
/* The same in all address spaces: as all of them are */
#define PGARCH_ATTR_GLOBAL	0

/* What a new entry takes over from the one that it stands in for */
#define PGARCH_KEPT_BITS						\
	(PTE_ATTR_DBM | PTE_ATTR_GP | PTE_ATTR_nG | PTE_ATTR_NS		\
	 | PTE_ATTR_AP(PTE_ATTR_AP_USER))

/* The highest level at which this processor has pages */
static inline unsigned int pgarch_largest_level(void)
{
	return PT_MAP_LEVEL_MAX;
}

/* Memory of one processor and its devices is shared inside, if cached at all */
static inline __pte_t pgarch_shareability(unsigned long attr)
{
	unsigned long mask = PAGE_ATTR_SHAREABLE_MASK
		<< PAGE_ATTR_SHAREABLE_SHIFT;

	if ((attr & mask) == PAGE_ATTR_SHAREABLE_OS)
		return PTE_ATTR_SH(PTE_ATTR_SH_OS);
	return PTE_ATTR_SH(PTE_ATTR_SH_IS);
}

/*
 * The entry of a page. Everything that neither the address nor `attr` says
 * comes from `template`, an entry of `template_level` (or an invalid one).
 */
static inline __pte_t
pgarch_pte_create(__paddr_t paddr, unsigned long attr, unsigned int level,
		  __pte_t template, unsigned int template_level __unused)
{
	unsigned long type = attr >> PAGE_ATTR_TYPE_SHIFT
		& PAGE_ATTR_TYPE_MASK;
	__pte_t pte = paddr | PTE_ATTR_AF | (template & PGARCH_KEPT_BITS);

	pte |= level > PAGE_LEVEL ? PTE_TYPE_BLOCK : PTE_TYPE_PAGE;
	pte |= PTE_ATTR_IDX(type) | pgarch_shareability(attr);
	if (!(attr & PAGE_ATTR_PROT_WRITE))
		pte |= PTE_ATTR_AP_RW_BIT;
	/* What user mode could execute, were there one, is nobody's business */
	pte |= PTE_ATTR_UXN;
	if (!(attr & PAGE_ATTR_PROT_EXEC))
		pte |= PTE_ATTR_PXN;
	return pte;
}

static inline unsigned long
pgarch_attr_from_pte(__pte_t pte, unsigned int level __unused)
{
	unsigned long attr = PAGE_ATTR_PROT_READ;

	if (!(pte & PTE_ATTR_AP_RW_BIT))
		attr |= PAGE_ATTR_PROT_WRITE;
	if (!(pte & PTE_ATTR_PXN))
		attr |= PAGE_ATTR_PROT_EXEC;
	attr |= (pte & PTE_ATTR_IDX_MASK) / PTE_ATTR_IDX(1)
		<< PAGE_ATTR_TYPE_SHIFT;
	if ((pte & PTE_ATTR_SH_MASK) == PTE_ATTR_SH(PTE_ATTR_SH_OS))
		attr |= PAGE_ATTR_SHAREABLE_OS;
	else
		attr |= PAGE_ATTR_SHAREABLE_IS;
	return attr;
}

/* The entry of a table of `level` - 1, which itself forbids nothing */
static inline __pte_t
pgarch_pt_pte_create(struct uk_pagetable *pt __unused, __paddr_t pt_paddr,
		     unsigned int level __unused, __pte_t template __unused,
		     unsigned int template_level __unused)
{
	return pt_paddr | PTE_TYPE_TABLE;
}

/* replace.S: not while another processor uses the table */
void pgarch_entry_replace(__pte_t *entry, __pte_t pte);

/*
 * Puts an entry in the place of a present one that translates an address to the
 * same one in pages of another size. The processor must not find both: none is
 * there in between, nor is anything else mapped, for it may be the table itself
 * or the stack that lies there.
 */
static inline void pgarch_pte_replace(__vaddr_t table,
				      unsigned int level __unused,
				      unsigned int idx, __pte_t pte,
				      __vaddr_t vaddr __unused)
{
	pgarch_entry_replace((__pte_t *)table + idx, pte);
}

#endif /* __PLAT_CMN_ARM64_PAGING_H__ */
