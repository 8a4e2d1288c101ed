/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Device addresses, on platforms where memory is mapped one to one or where
 * no device reads memory.
 */
#include <uk/config.h>
#include <uk/plat/io.h>
#if CONFIG_PAGING
#include <uk/plat/paging.h>
#endif

__paddr_t ukplat_virt_to_phys(const volatile void *address)
{
#if CONFIG_PAGING
	struct uk_pagetable *pt = ukplat_pt_get_active();
	unsigned int lvl = PAGE_LEVEL;
	__pte_t pte;

	if (pt && !ukplat_pt_walk(pt, (__vaddr_t)address, &lvl, __NULL, &pte)
	    && PT_Lx_PTE_PRESENT(pte, lvl))
		return PT_Lx_PTE_PADDR(pte, lvl)
			+ ((__vaddr_t)address & ~PAGE_Lx_MASK(lvl));
#endif
	return (__paddr_t)address;
}
