/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Guard pages in images without the paging API: the entries of single pages in
 * the platform's own page tables are turned off and on again.
 */
#include <uk/alloc.h>
#include <uk/arch/paging.h>
#include <uk/essentials.h>
#include <uk/page.h>
#include <uk/plat/common/paging.h>
#include <uk/plat/memory.h>
#include <uk/plat/stack.h>

#define EFAULT	14
#define ENOMEM	12

/* Replaces a large page by a table of smaller ones. Its address, or 0 */
static __paddr_t split(__paddr_t table, unsigned int lvl, unsigned int idx,
		       __pte_t pte)
{
	__paddr_t below = (__paddr_t)uk_palloc(ukplat_memallocator_get(), 1);
	__paddr_t paddr = PT_Lx_PTE_PADDR(pte, lvl);
	unsigned long attr = pgarch_attr_from_pte(pte, lvl);
	unsigned int i;

	if (!below)
		return 0;
	for (i = 0; i < PT_Lx_PTES(lvl - 1); i++) {
		ukarch_pte_write(below, lvl - 1, i,
				 pgarch_pte_create(paddr, attr, lvl - 1, pte,
						   lvl));
		paddr += PAGE_Lx_SIZE(lvl - 1);
	}
	ukarch_pte_write(table, lvl, idx,
			 pgarch_pt_pte_create(__NULL, below, lvl, pte, lvl));
	ukarch_tlb_flush();
	return below;
}

/* The table with the entry of a single page; 0 without memory for one */
static __paddr_t table_of(__vaddr_t page)
{
	__paddr_t table = ukarch_pt_read_base();
	unsigned int lvl, idx;
	__pte_t pte;

	for (lvl = PT_LEVELS - 1; table && lvl > PAGE_LEVEL; lvl--) {
		idx = PT_Lx_IDX(page, lvl);
		ukarch_pte_read(table, lvl, idx, &pte);
		if (!PT_Lx_PTE_PRESENT(pte, lvl))
			return 0;
		if (PAGE_Lx_IS(pte, lvl))
			table = split(table, lvl, idx, pte);
		else
			table = PT_Lx_PTE_PADDR(pte, lvl);
	}
	return table;
}

int ukplat_stack_guard(void *page)
{
	__vaddr_t vaddr = (__vaddr_t)page;
	__paddr_t table = table_of(vaddr);
	unsigned int idx = PT_Lx_IDX(vaddr, PAGE_LEVEL);
	__pte_t pte;

	if (!table)
		return -ENOMEM;
	ukarch_pte_read(table, PAGE_LEVEL, idx, &pte);
	ukarch_pte_write(table, PAGE_LEVEL, idx,
			 PT_Lx_PTE_CLEAR_PRESENT(pte, PAGE_LEVEL));
	ukarch_tlb_flush_entry(vaddr);
	return 0;
}

int ukplat_stack_unguard(void *page)
{
	__vaddr_t vaddr = (__vaddr_t)page;
	__paddr_t table = table_of(vaddr);
	unsigned int idx = PT_Lx_IDX(vaddr, PAGE_LEVEL);
	__pte_t pte;

	if (!table)
		return -EFAULT;
	ukarch_pte_read(table, PAGE_LEVEL, idx, &pte);
	pte = pgarch_pte_create(PT_Lx_PTE_PADDR(pte, PAGE_LEVEL),
				PAGE_ATTR_PROT_READ | PAGE_ATTR_PROT_WRITE,
				PAGE_LEVEL, pte, PAGE_LEVEL);
	ukarch_pte_write(table, PAGE_LEVEL, idx, pte);
	ukarch_tlb_flush_entry(vaddr);
	return 0;
}
