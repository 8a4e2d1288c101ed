/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads what a loader of Linux left in memory. None of it is trusted.
 */
#include <kvm/linuxboot.h>
#include <uk/essentials.h>

UK_CTASSERT(__offsetof(struct linuxboot_params, nr_memory) == 0x1e8);
UK_CTASSERT(__offsetof(struct linuxboot_params, magic) == 0x202);
UK_CTASSERT(__offsetof(struct linuxboot_params, initrd_start) == 0x218);
UK_CTASSERT(__offsetof(struct linuxboot_params, cmdline) == 0x228);
UK_CTASSERT(__offsetof(struct linuxboot_params, memory) == 0x2d0);

static __u64 wide(__u32 low, __u32 high)
{
	return (__u64)high << 32 | low;
}

static void read_memory(const struct linuxboot_params *params,
			struct kvm_boot_info *info)
{
	unsigned int i, n = MIN(params->nr_memory, LINUXBOOT_MAX_MEMORY);
	const struct linuxboot_memory *map = params->memory;

	for (i = 0; i < n; i++)
		if (map[i].type == LINUXBOOT_MEMORY_RAM)
			kvm_boot_ram(info, map[i].start, map[i].len);
	for (i = 0; i < n; i++)
		if (map[i].type != LINUXBOOT_MEMORY_RAM)
			kvm_boot_reserved(info, map[i].start, map[i].len);
}

void kvm_linuxboot_read(__paddr_t zero_page, struct kvm_boot_info *info)
{
	const struct linuxboot_params *params;
	__u64 initrd_len;

	params = kvm_reach(zero_page, 1, sizeof(*params));
	if (!params)
		kvm_boot_failed("the zero page is out of reach");
	if (params->flag != LINUXBOOT_FLAG || params->magic != LINUXBOOT_MAGIC)
		kvm_boot_failed("it was not started as Linux is");
	read_memory(params, info);
	initrd_len = wide(params->initrd_len, params->initrd_len_high);
	if (initrd_len)
		kvm_boot_module(info, wide(params->initrd_start,
					   params->initrd_start_high),
				initrd_len);
	kvm_boot_cmdline(info, wide(params->cmdline, params->cmdline_high));
	info->rsdp = params->rsdp;
}
