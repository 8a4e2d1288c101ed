/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the device tree says about memory, modules and the command line. None
 * of it is trusted.
 */
#include <errno.h>
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <uk/essentials.h>

/* More than any machine has; those beyond are not looked at */
#define MAX_PARTS	64

static void add(struct kvm_range *ranges, unsigned int *nr, __u64 start,
		__u64 len)
{
	if (*nr == KVM_MAX_RANGES || !len)
		return;
	ranges[*nr].start = start;
	ranges[*nr].end = start + len < start ? ~0UL : start + len;
	++*nr;
}

static void read_ram(struct kvm_boot_info *info)
{
	int node = UK_FDT_NONE;
	__u64 start, len;
	__u32 i;

	while ((node = uk_fdt_find_type(&kvm_tree, node, "memory")) >= 0)
		for (i = 0; i < MAX_PARTS; i++) {
			int rc = uk_fdt_reg(&kvm_tree, node, i, &start, &len);

			if (!rc)
				add(info->ram, &info->nr_ram, start, len);
			else if (rc == -ENOENT)
				break;
		}
}

/* Memory without which the machine does not work, fixed in its place */
static void read_reserved(struct kvm_boot_info *info)
{
	static const char path[] = "/reserved-memory";
	int parent, node;
	__u64 start, len;
	__u32 i;

	for (i = 0; !uk_fdt_reserved(&kvm_tree, i, &start, &len); i++)
		add(info->reserved, &info->nr_reserved, start, len);
	parent = uk_fdt_path(&kvm_tree, path, sizeof(path));
	if (parent >= 0)
		uk_fdt_foreach_child(node, &kvm_tree, parent)
			for (i = 0; i < MAX_PARTS && !uk_fdt_reg(
					&kvm_tree, node, i, &start, &len); i++)
				add(info->reserved, &info->nr_reserved, start,
				    len);
	/* The tree itself stays: drivers ask it */
	add(info->reserved, &info->nr_reserved, (__u64)kvm_tree.blob,
	    kvm_tree.size);
}

static void read_initrd(struct kvm_boot_info *info, int chosen)
{
	__u64 start, end;

	if (uk_fdt_number(&kvm_tree, chosen, "linux,initrd-start", &start)
	    || uk_fdt_number(&kvm_tree, chosen, "linux,initrd-end", &end)
	    || start >= end)
		return;
	info->modules[info->nr_modules].start = start;
	info->modules[info->nr_modules++].end = end;
}

static void read_cmdline(struct kvm_boot_info *info, int chosen)
{
	struct uk_fdt_prop prop;
	__u32 i;

	if (uk_fdt_prop(&kvm_tree, chosen, "bootargs", &prop))
		return;
	for (i = 0; i < prop.len && prop.value[i]; i++) {
		if (i == KVM_MAX_CMDLINE - 1)
			kvm_boot_failed("the command line is too long");
		info->cmdline[i] = (char)prop.value[i];
	}
}

void kvm_tree_read(struct kvm_boot_info *info)
{
	static const char path[] = "/chosen";
	int chosen = uk_fdt_path(&kvm_tree, path, sizeof(path));

	read_ram(info);
	if (!info->nr_ram)
		kvm_boot_failed("the device tree names no memory");
	read_reserved(info);
	if (chosen >= 0) {
		read_initrd(info, chosen);
		read_cmdline(info, chosen);
	}
}
