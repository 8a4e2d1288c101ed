/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The page tables that replace those of the boot code: each memory region is
 * mapped one to one with just the rights that its flags give, stack guards
 * and everything else are not mapped at all.
 */
#include <kvm/boot.h>
#include <kvm/cpu.h>
#include <uk/essentials.h>
#include <uk/page.h>
#include <uk/plat/memory.h>

/* Tables have to be reachable through the boot code's page tables */
#define TABLES_LIMIT	(1UL << 32)

static __paddr_t next_table, tables_end, level4;

static __paddr_t new_table(void)
{
	__paddr_t table = next_table;

	if (next_table == tables_end)
		kvm_boot_failed("there is no room for page tables");
	next_table += PAGE_SIZE;
	__builtin_memset((void *)table, 0, PAGE_SIZE);
	return table;
}

/* The table at `lvl` that translates `address`, made if need be */
static __paddr_t table_for(__paddr_t address, unsigned int lvl)
{
	__paddr_t table = level4;
	unsigned int at;
	__pte_t pte;

	for (at = PT_LEVELS - 1; at > lvl; at--) {
		ukarch_pte_read(table, at, PT_Lx_IDX(address, at), &pte);
		if (!PT_Lx_PTE_PRESENT(pte, at)) {
			pte = new_table() | X86_PTE_PRESENT | X86_PTE_RW;
			ukarch_pte_write(table, at, PT_Lx_IDX(address, at),
					 pte);
		} else if (PAGE_Lx_IS(pte, at)) {
			return 0;
		}
		table = PT_Lx_PTE_PADDR(pte, at);
	}
	return table;
}

/* Maps one page. What is mapped already stays as it is */
static void map_page(__paddr_t address, unsigned int lvl, __pte_t bits)
{
	__paddr_t table = table_for(address, lvl);
	unsigned int idx = PT_Lx_IDX(address, lvl);
	__pte_t pte;

	if (!table)
		return;
	ukarch_pte_read(table, lvl, idx, &pte);
	if (PT_Lx_PTE_PRESENT(pte, lvl))
		return;
	if (lvl != PAGE_LEVEL)
		bits |= X86_PTE_PSE;
	ukarch_pte_write(table, lvl, idx, address | bits);
}

static __pte_t bits_of(int flags)
{
	__pte_t bits = X86_PTE_PRESENT;

	if (flags & UKPLAT_MEMRF_WRITABLE)
		bits |= X86_PTE_RW;
	if (!(flags & UKPLAT_MEMRF_EXECUTABLE))
		bits |= X86_PTE_NX;
	return bits;
}

static int has_guard(__paddr_t start, __sz len)
{
	unsigned int nr;
	__uptr guard;

	for (nr = 0; (guard = kvm_stack_guard(nr)); nr++)
		if (IN_RANGE(guard, start, len))
			return 1;
	return 0;
}

static void map_region(const struct ukplat_memregion_desc *region)
{
	__paddr_t at = round_pgdown((__paddr_t)region->base);
	__paddr_t end = round_pgup((__paddr_t)region->base + region->len);
	__pte_t bits = bits_of(region->flags);

	while (at < end) {
		if (PAGE_Lx_ALIGNED(at, PAGE_LARGE_LEVEL)
		    && end - at >= PAGE_LARGE_SIZE
		    && !has_guard(at, PAGE_LARGE_SIZE)) {
			map_page(at, PAGE_LARGE_LEVEL, bits);
			at += PAGE_LARGE_SIZE;
		} else {
			if (!has_guard(at, PAGE_SIZE))
				map_page(at, PAGE_LEVEL, bits);
			at += PAGE_SIZE;
		}
	}
}

/* Enough for all regions: two ragged ends each, what lies between, guards */
static __sz tables_needed(void)
{
	struct ukplat_memregion_desc region;
	__sz pages = 16;

	ukplat_memregion_foreach(&region, 0)
		pages += 6 + (region.len >> PAGE_HUGE_SHIFT);
	return pages * PAGE_SIZE;
}

void kvm_paging_init(void)
{
	struct ukplat_memregion_desc region;
	__sz len = tables_needed();

	next_table = kvm_memory_take(len, TABLES_LIMIT);
	if (!next_table)
		kvm_boot_failed("there is too little memory");
	tables_end = next_table + len;
	level4 = new_table();

	ukplat_memregion_foreach(&region, 0)
		map_region(&region);
	ukarch_pt_write_base(level4);
}
