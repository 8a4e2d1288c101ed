/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads what a multiboot loader left in memory. None of it is trusted.
 */
#include <kvm/multiboot.h>
#include <uk/essentials.h>

/* All entries that are memory, or all that are not */
static void read_map(const struct multiboot_info *start,
		     struct kvm_boot_info *info, int ram)
{
	const struct multiboot_memory *entry;
	__u64 at = start->map, end = at + start->map_len;
	unsigned int i;

	for (i = 0; i < KVM_MAX_ENTRIES && at + sizeof(*entry) <= end; i++) {
		entry = kvm_reach(at, 1, sizeof(*entry));
		if (!entry)
			return;
		if (ram && entry->type == MULTIBOOT_MEMORY_RAM)
			kvm_boot_ram(info, entry->start, entry->len);
		if (!ram && entry->type != MULTIBOOT_MEMORY_RAM)
			kvm_boot_reserved(info, entry->start, entry->len);
		at += entry->size + sizeof(entry->size);
	}
}

static void read_memory(const struct multiboot_info *start,
			struct kvm_boot_info *info)
{
	if (start->flags & MULTIBOOT_INFO_MAP) {
		read_map(start, info, 1);
		read_map(start, info, 0);
	} else if (start->flags & MULTIBOOT_INFO_MEMORY) {
		kvm_boot_ram(info, 0, (__u64)start->mem_lower << 10);
		kvm_boot_ram(info, 1 << 20, (__u64)start->mem_upper << 10);
	}
}

static void read_modules(const struct multiboot_info *start,
			 struct kvm_boot_info *info)
{
	unsigned int i, n = MIN(start->nr_modules, (__u32)KVM_MAX_ENTRIES);
	const struct multiboot_module *modules;

	if (!(start->flags & MULTIBOOT_INFO_MODULES))
		return;
	modules = kvm_reach(start->modules, n, sizeof(*modules));
	if (!modules)
		return;
	for (i = 0; i < n; i++)
		if (modules[i].start < modules[i].end)
			kvm_boot_module(info, modules[i].start,
					modules[i].end - modules[i].start);
}

/*
 * Whether the command line is just that. GRUB since version 1 (1.96 and on are
 * called GRUB 2) does it so, its forerunner and QEMU put the file's name first.
 */
static int plain_cmdline(const struct multiboot_info *start)
{
	static const char grub[] = "GRUB ";
	const char *name;

	if (!(start->flags & MULTIBOOT_INFO_LOADER))
		return 0;
	name = kvm_reach(start->loader, sizeof(grub) - 1, 1);
	return name && !__builtin_memcmp(name, grub, sizeof(grub) - 1);
}

void kvm_multiboot_read(__paddr_t start_info, struct kvm_boot_info *info)
{
	const struct multiboot_info *start;

	start = kvm_reach(start_info, 1, sizeof(*start));
	if (!start)
		kvm_boot_failed("the start information is out of reach");
	read_memory(start, info);
	read_modules(start, info);
	if (start->flags & MULTIBOOT_INFO_CMDLINE) {
		kvm_boot_cmdline(info, start->cmdline);
		if (!plain_cmdline(start))
			kvm_boot_cmdline_skip_word(info);
	}
}
