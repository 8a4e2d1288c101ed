/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory regions: what the machine calls memory, less its beginning, less what
 * has been loaded.
 */
#include <kvm/boot.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/page.h>
#include <uk/plat/common/sections.h>
#include <uk/plat/memory.h>

/*
 * What lies below stays unused: the page at 0 is never mapped, and firmware of
 * x86 leaves its tables in the pages above it
 */
#define LOWEST		0x10000UL

/* Regions beside those of free memory */
#define OTHERS		16

static struct ukplat_memregion_desc regions[KVM_MAX_RANGES + OTHERS];
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

static int meets_image(const struct kvm_range *range)
{
	return range->start < __END && range->end > __TEXT;
}

/* Whether a module lies in memory, where nothing else can be */
static int usable(const struct kvm_boot_info *info,
		  const struct kvm_range *module)
{
	return module->start >= LOWEST && module->start < module->end
		&& !meets_image(module)
		&& (module->start >= info->tables.end
		    || module->end <= info->tables.start)
		&& kvm_ranges_have(&info->ram, module->start, module->end);
}

/*
 * The command line stays where it is, below LOWEST, too. The page at 0 has to
 * stay unmapped.
 */
static void keep_cmdline(const struct kvm_boot_info *info,
			 struct kvm_ranges *unused)
{
	const struct kvm_range pages = {
		round_pgdown(info->cmdline.start),
		round_pgup(info->cmdline.end + 1),
	};

	if (!info->cmdline.end)
		return;
	if (!pages.start || meets_image(&pages))
		kvm_boot_failed("the command line is where it cannot be");
	add_region(pages.start, pages.end, UKPLAT_MEMRF_RESERVED
		   | UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_WRITABLE, "cmdline");
	kvm_ranges_cut(unused, pages.start, pages.end);
}

static void keep_modules(const struct kvm_boot_info *info,
			 struct kvm_ranges *unused)
{
	unsigned int i;

	for (i = 0; i < info->nr_modules; i++) {
		const struct kvm_range *module = &info->modules[i];

		if (!usable(info, module))
			continue;
		add_region(module->start, module->end,
			   UKPLAT_MEMRF_INITRD | UKPLAT_MEMRF_WRITABLE,
			   "initrd");
		kvm_ranges_cut(unused, module->start, module->end);
	}
}

static void keep_tables(const struct kvm_boot_info *info,
			struct kvm_ranges *unused)
{
	const struct kvm_range pages = {
		round_pgdown(info->tables.start), round_pgup(info->tables.end),
	};

	if (!info->tables.end)
		return;
	if (!pages.start || meets_image(&pages))
		kvm_boot_failed("the machine's tables are where they cannot be");
	add_region(pages.start, pages.end, UKPLAT_MEMRF_RESERVED
		   | UKPLAT_MEMRF_READABLE, "firmware");
	kvm_ranges_cut(unused, pages.start, pages.end);
}

void kvm_memory_init(const struct kvm_boot_info *info)
{
	static struct kvm_ranges unused;
	unsigned int i;

	if (!kvm_ranges_have(&info->ram, __TEXT, __END))
		kvm_boot_failed("there is too little memory for the image");
	nr_regions = 0;
	unused = info->ram;
	kvm_ranges_cut(&unused, 0, LOWEST);
	kvm_ranges_cut(&unused, __TEXT, __END);

	add_region(__TEXT, __RODATA, UKPLAT_MEMRF_RESERVED
		   | UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_EXECUTABLE, "text");
	add_region(__RODATA, __DATA, UKPLAT_MEMRF_RESERVED
		   | UKPLAT_MEMRF_READABLE, "rodata");
	add_region(__DATA, __END, UKPLAT_MEMRF_RESERVED
		   | UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_WRITABLE, "data");
	keep_tables(info, &unused);
	keep_cmdline(info, &unused);
	keep_modules(info, &unused);
	for (i = 0; i < unused.nr; i++)
		add_region(round_pgup(unused.at[i].start),
			   round_pgdown(unused.at[i].end),
			   UKPLAT_MEMRF_ALLOCATABLE, "heap");
}

/* How much of a free region lies below `limit`, in bytes of whole pages */
static __sz below(const struct ukplat_memregion_desc *region, __paddr_t limit)
{
	__paddr_t start = (__paddr_t)region->base;

	limit = round_pgdown(limit);
	if (region->flags != UKPLAT_MEMRF_ALLOCATABLE || start >= limit)
		return 0;
	return MIN(region->len, limit - start);
}

__paddr_t kvm_memory_take(__sz len, __paddr_t limit, const char *name)
{
	struct ukplat_memregion_desc *best = __NULL;
	__paddr_t start, end;
	unsigned int i;

	for (i = 0; i < nr_regions; i++)
		if (!best || below(&regions[i], limit) > below(best, limit))
			best = &regions[i];
	/* Nothing that is taken leaves nothing */
	if (!best || below(best, limit) <= len
	    || nr_regions + 2 > ARRAY_SIZE(regions))
		return 0;

	start = (__paddr_t)best->base + below(best, limit) - len;
	end = (__paddr_t)best->base + best->len;
	best->len = start - (__paddr_t)best->base;
	add_region(start + len, end, UKPLAT_MEMRF_ALLOCATABLE, "heap");
	add_region(start, start + len, UKPLAT_MEMRF_RESERVED
		   | UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_WRITABLE, name);
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
