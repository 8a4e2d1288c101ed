/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads what a PVH hypervisor left in memory. None of it is trusted.
 */
#include <kvm/pvh.h>
#include <uk/essentials.h>

/* What the boot page tables map (entry64.S) */
#define MAPPED_END	(1UL << 32)

/* More entries than any machine has; those beyond are not looked at */
#define MAX_ENTRIES	1024

/* A readable array of `n` elements of `size` bytes, or null */
static const void *array_at(__u64 address, __u64 n, __sz size)
{
	if (!address || address >= MAPPED_END)
		return __NULL;
	if (n > MAX_ENTRIES || n * size > MAPPED_END - address)
		return __NULL;
	return (const void *)address;
}

/* The range [start, start + len), which does not wrap */
static struct kvm_range range_of(__u64 start, __u64 len)
{
	struct kvm_range range = { start, start + len };

	if (range.end < start)
		range.end = ~0UL;
	return range;
}

static void read_memory(const struct pvh_start_info *start,
			struct kvm_boot_info *info)
{
	unsigned int i, n = MIN(start->nr_memory, (__u32)MAX_ENTRIES);
	const struct pvh_memory *map;

	map = array_at(start->memory_map, n, sizeof(*map));
	if (!map)
		return;
	for (i = 0; i < n; i++) {
		struct kvm_range range = range_of(map[i].start, map[i].len);

		if (map[i].type == PVH_MEMORY_RAM) {
			if (info->nr_ram < KVM_MAX_RANGES)
				info->ram[info->nr_ram++] = range;
		} else if (info->nr_reserved < KVM_MAX_RANGES) {
			info->reserved[info->nr_reserved++] = range;
		}
	}
}

static void read_modules(const struct pvh_start_info *start,
			 struct kvm_boot_info *info)
{
	unsigned int i, n = MIN(start->nr_modules, (__u32)KVM_MAX_MODULES);
	const struct pvh_module *modules;

	modules = array_at(start->modules, n, sizeof(*modules));
	if (!modules)
		return;
	for (i = 0; i < n; i++)
		info->modules[info->nr_modules++] =
			range_of(modules[i].start, modules[i].len);
}

static void read_cmdline(const struct pvh_start_info *start,
			 struct kvm_boot_info *info)
{
	const char *text;
	unsigned int i;

	text = array_at(start->cmdline, 1, 1);
	if (!text)
		return;
	for (i = 0; i < KVM_MAX_CMDLINE - 1; i++) {
		if (!array_at((__u64)text + i, 1, 1) || !text[i])
			break;
		info->cmdline[i] = text[i];
	}
}

void kvm_pvh_read(__paddr_t start_info, struct kvm_boot_info *info)
{
	const struct pvh_start_info *start;

	start = array_at(start_info, 1, sizeof(*start));
	if (!start)
		kvm_boot_failed("the start information is out of reach");
	if (start->magic != PVH_START_MAGIC)
		kvm_boot_failed("it was not started by the PVH protocol");
	if (start->version < 1)
		kvm_boot_failed("the start information has no memory map");
	info->rsdp = start->rsdp;
	read_memory(start, info);
	read_modules(start, info);
	read_cmdline(start, info);
}
