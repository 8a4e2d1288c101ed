/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Maps registers of devices one to one into the page tables in force.
 */
#include <kvm/boot.h>
#include <uk/alloc.h>
#include <uk/arch/paging.h>
#include <uk/plat/common/device.h>
#include <uk/plat/memory.h>

#define DEVICE_BITS							\
	(X86_PTE_PRESENT | X86_PTE_RW | X86_PTE_PCD | X86_PTE_PWT | X86_PTE_NX)

/* Entries are addresses below this one */
#define LIMIT		(1UL << 46)

/* A page of zeros: from the heap, or from memory that will become the heap */
static __paddr_t new_table(void)
{
	struct uk_alloc *a = ukplat_memallocator_get();
	__paddr_t table;

	table = a ? (__paddr_t)uk_palloc(a, 1)
		: kvm_memory_take(PAGE_SIZE, LIMIT, "tables");
	if (table)
		__builtin_memset((void *)table, 0, PAGE_SIZE);
	return table;
}

/* The table at `lvl` for that address, made if need be; 0 for none */
static __paddr_t table_for(__paddr_t at, unsigned int lvl)
{
	__paddr_t table = ukarch_pt_read_base();
	unsigned int here;
	__pte_t pte;

	for (here = PT_LEVELS - 1; here > lvl; here--) {
		ukarch_pte_read(table, here, PT_Lx_IDX(at, here), &pte);
		if (!PT_Lx_PTE_PRESENT(pte, here)) {
			pte = new_table();
			if (!pte)
				return 0;
			pte |= X86_PTE_PRESENT | X86_PTE_RW;
			ukarch_pte_write(table, here, PT_Lx_IDX(at, here),
					 pte);
		} else if (PAGE_Lx_IS(pte, here)) {
			return 0;
		}
		table = PT_Lx_PTE_PADDR(pte, here);
	}
	return table;
}

/* Whether a page that covers the address is a device's already */
static int mapped(__paddr_t at)
{
	__paddr_t table = ukarch_pt_read_base();
	unsigned int lvl = PT_LEVELS;
	__pte_t pte;

	do {
		lvl--;
		ukarch_pte_read(table, lvl, PT_Lx_IDX(at, lvl), &pte);
		if (!PT_Lx_PTE_PRESENT(pte, lvl))
			return 0;
		table = PT_Lx_PTE_PADDR(pte, lvl);
	} while (!PAGE_Lx_IS(pte, lvl));
	return !!(pte & X86_PTE_PCD);
}

static int map_page(__paddr_t at, unsigned int lvl)
{
	__paddr_t table = table_for(at, lvl);
	unsigned int idx = PT_Lx_IDX(at, lvl);
	__pte_t pte;

	if (!table)
		return 0;
	ukarch_pte_read(table, lvl, idx, &pte);
	if (PT_Lx_PTE_PRESENT(pte, lvl))
		return 0;
	pte = at | DEVICE_BITS;
	if (lvl != PAGE_LEVEL)
		pte |= X86_PTE_PSE;
	ukarch_pte_write(table, lvl, idx, pte);
	return 1;
}

volatile void *plat_device_map(__paddr_t at, __sz len)
{
	__paddr_t page = PAGE_ALIGN_DOWN(at), end;

	if (!len || len > LIMIT || at > LIMIT - len)
		return __NULL;
	end = PAGE_ALIGN_UP(at + len);
	while (page < end) {
		if (mapped(page)) {
			page += PAGE_SIZE;
		} else if (PAGE_Lx_ALIGNED(page, PAGE_LARGE_LEVEL)
			   && end - page >= PAGE_LARGE_SIZE
			   && map_page(page, PAGE_LARGE_LEVEL)) {
			page += PAGE_LARGE_SIZE;
		} else if (map_page(page, PAGE_LEVEL)) {
			page += PAGE_SIZE;
		} else {
			return __NULL;
		}
	}
	return (volatile void *)at;
}
