/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the paging code asks for beside uk/plat/paging.h: the architecture's
 * part, pgarch_*(), as x86/paging.h describes it, and where tables are.
 */
#ifndef __PLAT_CMN_PAGING_H__
#define __PLAT_CMN_PAGING_H__

#include <uk/config.h>

#if CONFIG_ARCH_ARM_64
#include <arm/arm64/paging.h>
#else
#include <x86/paging.h>
#endif

/* Between tables and where they are mapped */
static inline __vaddr_t
pgarch_pt_map(struct uk_pagetable *pt __unused, __paddr_t pt_paddr,
	      unsigned int level __unused)
{
	return pt_paddr;
}

static inline __paddr_t
pgarch_pt_unmap(struct uk_pagetable *pt __unused, __vaddr_t pt_vaddr,
		unsigned int level __unused)
{
	return pt_vaddr;
}

static inline __vaddr_t
pgarch_pt_pte_to_vaddr(struct uk_pagetable *pt, __pte_t pte,
		       unsigned int level)
{
	return pgarch_pt_map(pt, PT_Lx_PTE_PADDR(pte, level), level - 1);
}

#endif /* __PLAT_CMN_PAGING_H__ */
