/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Guard pages by the paging API.
 */
#include <uk/arch/paging.h>
#include <uk/plat/paging.h>
#include <uk/plat/stack.h>

int ukplat_stack_guard(void *page)
{
	return ukplat_page_unmap(ukplat_pt_get_active(), (__vaddr_t)page, 1,
				 PAGE_FLAG_KEEP_PTES | PAGE_FLAG_KEEP_FRAMES);
}

int ukplat_stack_unguard(void *page)
{
	struct uk_pagetable *pt = ukplat_pt_get_active();
	unsigned int level = PAGE_LEVEL;
	__pte_t pte;
	int rc;

	rc = ukplat_pt_walk(pt, (__vaddr_t)page, &level, __NULL, &pte);
	if (rc)
		return rc;
	return ukplat_page_map(pt, (__vaddr_t)page,
			       PT_Lx_PTE_PADDR(pte, level), 1,
			       PAGE_ATTR_PROT_RW, PAGE_FLAG_KEEP_PTES);
}
