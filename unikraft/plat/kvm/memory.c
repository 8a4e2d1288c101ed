/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory regions: what the machine calls memory, less what is reserved, less
 * the first MiB, less what has been loaded. Reserved wins over memory where a
 * map contradicts itself.
 */
#include <kvm/boot.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/plat/common/sections.h>
#include <uk/plat/memory.h>

/* Below, memory belongs to firmware */
#define LOWEST		0x100000UL

static struct ukplat_memregion_desc regions[KVM_MAX_RANGES + 16];
static unsigned int nr_regions;

static void add_region(__paddr_t start, __paddr_t end, int flags,
		       const char *name __maybe_unused)
{
	struct ukplat_memregion_desc *region;

	if (start >= end || nr_regions == ARRAY_SIZE(regions))
		return;
	region = &regions[nr_regions++];
	region->base = (void *)start;
	region->len = end - start;
	region->flags = flags;
#if CONFIG_UKPLAT_MEMRNAME
	region->name = name;
#endif
}

/* Whether a module lies in memory, where nothing else can be */
static int usable(const struct kvm_boot_info *info,
		  const struct kvm_range *module)
{
	unsigned int i;

	if (module->start < LOWEST || module->start >= module->end)
		return 0;
	if (module->start < __END && module->end > __TEXT)
		return 0;
	for (i = 0; i < info->nr_ram; i++)
		if (module->start >= info->ram[i].start
		    && module->end <= MIN(info->ram[i].end, KVM_RANGES_LIMIT))
			return 1;
	return 0;
}

static void find_free(const struct kvm_boot_info *info,
		      struct kvm_ranges *set)
{
	unsigned int i;

	for (i = 0; i < info->nr_ram; i++)
		kvm_ranges_add(set, info->ram[i].start, info->ram[i].end);
	kvm_ranges_cut(set, 0, LOWEST);
	kvm_ranges_cut(set, __TEXT, __END);
	for (i = 0; i < info->nr_reserved; i++)
		kvm_ranges_cut(set, info->reserved[i].start,
			       info->reserved[i].end);
	for (i = 0; i < info->nr_modules; i++)
		if (usable(info, &info->modules[i]))
			kvm_ranges_cut(set, info->modules[i].start,
				       info->modules[i].end);
}

void kvm_memory_init(const struct kvm_boot_info *info)
{
	static struct kvm_ranges unused;
	unsigned int i;

	find_free(info, &unused);

	add_region(__TEXT, __RODATA, UKPLAT_MEMRF_RESERVED
		   | UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_EXECUTABLE, "text");
	add_region(__RODATA, __DATA, UKPLAT_MEMRF_RESERVED
		   | UKPLAT_MEMRF_READABLE, "rodata");
	add_region(__DATA, __END, UKPLAT_MEMRF_RESERVED
		   | UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_WRITABLE, "data");
	for (i = 0; i < info->nr_modules; i++)
		if (usable(info, &info->modules[i]))
			add_region(info->modules[i].start,
				   info->modules[i].end, UKPLAT_MEMRF_INITRD
				   | UKPLAT_MEMRF_WRITABLE, "initrd");
	for (i = 0; i < unused.nr; i++)
		add_region(unused.at[i].start, unused.at[i].end,
			   UKPLAT_MEMRF_ALLOCATABLE, "heap");
}

__paddr_t kvm_memory_take(__sz len, __paddr_t limit)
{
	struct ukplat_memregion_desc *best = __NULL;
	unsigned int i;
	__paddr_t start;

	for (i = 0; i < nr_regions; i++) {
		struct ukplat_memregion_desc *region = &regions[i];

		if (region->flags != UKPLAT_MEMRF_ALLOCATABLE)
			continue;
		if ((__paddr_t)region->base + region->len > limit)
			continue;
		if (region->len > len && (!best || region->len > best->len))
			best = region;
	}
	if (!best)
		return 0;

	best->len -= len;
	start = (__paddr_t)best->base + best->len;
	add_region(start, start + len, UKPLAT_MEMRF_RESERVED
		   | UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_WRITABLE, "tables");
	return start;
}

int ukplat_memregion_count(void)
{
	return (int)nr_regions;
}

int ukplat_memregion_get(int i, struct ukplat_memregion_desc *mrd)
{
	if (i < 0 || (unsigned int)i >= nr_regions)
		return -1;
	*mrd = regions[i];
	return 0;
}
