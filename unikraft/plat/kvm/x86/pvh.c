/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads what a PVH hypervisor left in memory. None of it is trusted.
 */
#include <kvm/pvh.h>
#include <uk/essentials.h>

static void read_memory(const struct pvh_start_info *start,
			struct kvm_boot_info *info)
{
	unsigned int i, n = MIN(start->nr_memory, (__u32)KVM_MAX_ENTRIES);
	const struct pvh_memory *map;

	map = kvm_reach(start->memory_map, n, sizeof(*map));
	if (!map)
		return;
	for (i = 0; i < n; i++)
		if (map[i].type == PVH_MEMORY_RAM)
			kvm_boot_ram(info, map[i].start, map[i].len);
	for (i = 0; i < n; i++)
		if (map[i].type != PVH_MEMORY_RAM)
			kvm_boot_reserved(info, map[i].start, map[i].len);
}

static void read_modules(const struct pvh_start_info *start,
			 struct kvm_boot_info *info)
{
	unsigned int i, n = MIN(start->nr_modules, (__u32)KVM_MAX_ENTRIES);
	const struct pvh_module *modules;

	modules = kvm_reach(start->modules, n, sizeof(*modules));
	if (!modules)
		return;
	for (i = 0; i < n; i++)
		kvm_boot_module(info, modules[i].start, modules[i].len);
}

void kvm_pvh_read(__paddr_t start_info, struct kvm_boot_info *info)
{
	const struct pvh_start_info *start;

	start = kvm_reach(start_info, 1, sizeof(*start));
	if (!start)
		kvm_boot_failed("the start information is out of reach");
	if (start->magic != PVH_START_MAGIC)
		kvm_boot_failed("it was not started by the PVH protocol");
	if (start->version < 1)
		kvm_boot_failed("the start information has no memory map");
	info->rsdp = start->rsdp;
	read_memory(start, info);
	read_modules(start, info);
	kvm_boot_cmdline(info, start->cmdline);
}
