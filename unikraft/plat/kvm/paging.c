/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The page tables that replace those of the boot code: each memory region is
 * mapped one to one with just the rights that its flags give, stack guards
 * and everything else are not mapped at all. Registers of devices come later.
 */
#include <kvm/boot.h>
#include <uk/alloc.h>
#include <uk/essentials.h>
#include <uk/page.h>
#include <uk/plat/common/paging.h>
#include <uk/plat/memory.h>

/* Tables that stay for registers of devices until there is a heap */
#define SPARE_TABLES	4

/* Tables are made of [first_table, next_table), from the end on */
static __paddr_t first_table, next_table, top_table;
/* How many to take when there are none, below which address */
static unsigned int chunk = SPARE_TABLES;
static __paddr_t chunk_limit;
static unsigned int largest_level;

/* For the registers of a device, one at a time: what they map is small */
static int take_from_heap(struct uk_alloc *a)
{
	first_table = (__paddr_t)uk_palloc(a, 1);
	next_table = first_table + (first_table ? PAGE_SIZE : 0);
	return first_table != 0;
}

/*
 * More tables: before there is a heap, from the list of regions that it will
 * be made of. When these are being mapped and one has been mapped already, the
 * tables are a part of it, and else they come last.
 */
static int take_tables(void)
{
	struct uk_alloc *a = ukplat_memallocator_get();
	__paddr_t start;

	if (a)
		return take_from_heap(a);
	start = kvm_memory_take(chunk * PAGE_SIZE, chunk_limit, "tables");
	if (!start)
		return 0;
	first_table = start;
	next_table = start + chunk * PAGE_SIZE;
	chunk *= 2;
	return 1;
}

static __paddr_t new_table(void)
{
	if (next_table == first_table && !take_tables())
		return 0;
	next_table -= PAGE_SIZE;
	__builtin_memset((void *)next_table, 0, PAGE_SIZE);
	/* Before any entry leads to it */
	wmb();
	return next_table;
}

static unsigned int level_of(__paddr_t start, __paddr_t end)
{
	unsigned int lvl = largest_level;

	while (lvl > PAGE_LEVEL && !(PAGE_Lx_ALIGNED(start, lvl)
				     && end - start >= PAGE_Lx_SIZE(lvl)))
		lvl--;
	return lvl;
}

/*
 * An entry that translates an address: of the table at `lvl`, or of another one
 * where that is in force.
 */
struct entry {
	__paddr_t table;
	unsigned int lvl;
	__pte_t pte;
};

/*
 * The entry at which a page can be mapped, not larger than at `lvl`: `entry->lvl`
 * is less where there are smaller tables already, and where a page is mapped
 * the entry is that page's. Tables are made if need be; 0 if none is left.
 */
static int find_entry(__paddr_t address, unsigned int lvl, struct entry *entry)
{
	__paddr_t next;
	__pte_t pte;

	entry->table = top_table;
	for (entry->lvl = PT_LEVELS - 1;; entry->lvl--) {
		unsigned int idx = PT_Lx_IDX(address, entry->lvl);

		ukarch_pte_read(entry->table, entry->lvl, idx, &entry->pte);
		if (PT_Lx_PTE_PRESENT(entry->pte, entry->lvl)) {
			if (PAGE_Lx_IS(entry->pte, entry->lvl))
				return 1;
			entry->table = PT_Lx_PTE_PADDR(entry->pte, entry->lvl);
			continue;
		}
		if (entry->lvl <= lvl)
			return 1;
		next = new_table();
		if (!next)
			return 0;
		pte = pgarch_pt_pte_create(__NULL, next, entry->lvl,
					   PT_Lx_PTE_INVALID(entry->lvl),
					   entry->lvl);
		ukarch_pte_write(entry->table, entry->lvl, idx, pte);
		entry->table = next;
	}
}

/*
 * Maps pages of one size, as many as one table has room for. What is mapped one
 * to one already stays as it is. Returns where it ended, `start` if it could
 * not.
 */
static __paddr_t map_run(__paddr_t start, __paddr_t end, unsigned long attr)
{
	unsigned int idx, last;
	struct entry entry;
	__paddr_t page;
	__pte_t pte;
	__sz size;

	if (!find_entry(start, level_of(start, end), &entry))
		return start;
	size = PAGE_Lx_SIZE(entry.lvl);
	if (PT_Lx_PTE_PRESENT(entry.pte, entry.lvl)) {
		page = PAGE_Lx_ALIGN_DOWN(start, entry.lvl);
		if (PT_Lx_PTE_PADDR(entry.pte, entry.lvl) != page)
			return start;
		return MIN(end, page + size);
	}
	idx = PT_Lx_IDX(start, entry.lvl);
	last = idx + (unsigned int)MIN((end - start) / size,
				       (__sz)(PT_Lx_PTES(entry.lvl) - idx));
	pte = pgarch_pte_create(start, attr, entry.lvl,
				PT_Lx_PTE_INVALID(entry.lvl), entry.lvl);
	/* From one entry to the next, only the address grows */
	do {
		ukarch_pte_write(entry.table, entry.lvl, idx, pte);
		start += size;
		pte += size;
		if (++idx == last)
			break;
		ukarch_pte_read(entry.table, entry.lvl, idx, &entry.pte);
	} while (!PT_Lx_PTE_PRESENT(entry.pte, entry.lvl));
	return start;
}

static void map_range(__paddr_t start, __paddr_t end, unsigned long attr)
{
	__paddr_t next;

	while (start < end) {
		next = map_run(start, end, attr);
		if (next == start)
			kvm_boot_failed("there is no room for page tables");
		start = next;
	}
}

/* The lowest guard page in [start, end), or `end` */
static __paddr_t next_guard(__paddr_t start, __paddr_t end)
{
	unsigned int nr;
	__uptr guard;

	for (nr = 0; (guard = kvm_stack_guard(nr)); nr++)
		if (guard >= start && guard < end)
			end = guard;
	return end;
}

static unsigned long attr_of(int flags)
{
	unsigned long attr = PAGE_ATTR_PROT_READ;

	if (flags & UKPLAT_MEMRF_WRITABLE)
		attr |= PAGE_ATTR_PROT_WRITE;
	if (flags & UKPLAT_MEMRF_EXECUTABLE)
		attr |= PAGE_ATTR_PROT_EXEC;
	if (flags & UKPLAT_MEMRF_RESERVED)
		attr |= PGARCH_ATTR_GLOBAL;
	return attr;
}

static void map_region(const struct ukplat_memregion_desc *region)
{
	__paddr_t at = round_pgdown((__paddr_t)region->base);
	__paddr_t end = round_pgup((__paddr_t)region->base + region->len);
	unsigned long attr = attr_of(region->flags);
	__paddr_t guard;

	while (at < end) {
		guard = next_guard(at, end);
		map_range(at, guard, attr);
		at = guard + PAGE_SIZE;
	}
}

void kvm_paging_give(__paddr_t start, __sz len)
{
	first_table = start;
	next_table = start + len;
}

__paddr_t kvm_paging_init(__paddr_t limit)
{
	struct ukplat_memregion_desc region;

	largest_level = pgarch_largest_level();
	chunk_limit = limit;
	top_table = new_table();
	if (!top_table)
		kvm_boot_failed("there is too little memory");

	ukplat_memregion_foreach(&region, 0)
		map_region(&region);
	/* What is taken now has been mapped */
	while (next_table - first_table < SPARE_TABLES * PAGE_SIZE)
		if (!take_tables())
			kvm_boot_failed("there is too little memory");
	return top_table;
}

void *kvm_map_device(__paddr_t start, __sz len)
{
	__paddr_t at = round_pgdown(start), end = round_pgup(start + len);
	__paddr_t next;

	/* An application may have changed to tables of its own */
	top_table = ukarch_pt_read_base();
	while (at < end) {
		next = map_run(at, end, PAGE_ATTR_PROT_READ
			       | PAGE_ATTR_PROT_WRITE | PGARCH_ATTR_DEVICE);
		if (next == at)
			return __NULL;
		at = next;
	}
	return (void *)start;
}
