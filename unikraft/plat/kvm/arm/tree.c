/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the device tree says about memory, modules and the command line. None
 * of it is trusted.
 */
#include <errno.h>
#include <string.h>
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <uk/essentials.h>

/* More than any machine has; those beyond are not looked at */
#define MAX_PARTS	64

static void read_ram(struct kvm_boot_info *info)
{
	int node = UK_FDT_NONE, rc;
	__u64 start, len;
	__u32 i;

	while ((node = uk_fdt_find_type(&kvm_tree, node, "memory")) >= 0)
		for (i = 0; i < MAX_PARTS; i++) {
			rc = uk_fdt_reg(&kvm_tree, node, i, &start, &len);
			if (rc == -ENOENT)
				break;
			if (!rc)
				kvm_boot_ram(info, start, len);
		}
}

/* What cannot be understood must not be given out as free */
static void reserve_parts(struct kvm_boot_info *info, int node)
{
	__u64 start, len;
	__u32 i;
	int rc;

	for (i = 0; i < MAX_PARTS; i++) {
		rc = uk_fdt_reg(&kvm_tree, node, i, &start, &len);
		if (rc == -ENOENT)
			return;
		if (rc)
			kvm_boot_failed("the device tree reserves memory that cannot be");
		kvm_boot_reserved(info, start, len);
	}
}

/* Memory without which the machine does not work, fixed in its place */
static void read_reserved(struct kvm_boot_info *info)
{
	static const char path[] = "/reserved-memory";
	int node = uk_fdt_path(&kvm_tree, path, sizeof(path));
	__u64 start, len;
	__u32 i;

	for (i = 0; !uk_fdt_reserved(&kvm_tree, i, &start, &len); i++)
		kvm_boot_reserved(info, start, len);
	for (node = uk_fdt_child(&kvm_tree, node); node >= 0;
	     node = uk_fdt_sibling(&kvm_tree, node))
		reserve_parts(info, node);
}

static int chosen(void)
{
	static const char path[] = "/chosen";

	return uk_fdt_path(&kvm_tree, path, sizeof(path));
}

static void read_initrd(struct kvm_boot_info *info)
{
	int node = chosen();
	__u64 start, end;

	if (!uk_fdt_number(&kvm_tree, node, "linux,initrd-start", &start)
	    && !uk_fdt_number(&kvm_tree, node, "linux,initrd-end", &end)
	    && start < end)
		kvm_boot_module(info, start, end - start);
}

void kvm_tree_read(struct kvm_boot_info *info)
{
	read_ram(info);
	/* There are devices: the boot code's page tables have it so, too */
	kvm_boot_reserved(info, 0, KVM_RAM_BASE);
	if (!info->ram.nr)
		kvm_boot_failed("the device tree names no memory");
	read_reserved(info);
	read_initrd(info);
	/* The tree itself: drivers go on asking it */
	info->tables.start = (__paddr_t)kvm_tree.blob;
	info->tables.end = info->tables.start + kvm_tree.size;
}

const char *kvm_tree_cmdline(__sz *len)
{
	struct uk_fdt_prop prop;
	const char *text = __NULL;

	*len = 0;
	if (!uk_fdt_prop(&kvm_tree, chosen(), "bootargs", &prop))
		text = uk_fdt_string(&prop, 0);
	if (text)
		*len = strlen(text);
	if (*len > KVM_MAX_CMDLINE)
		kvm_boot_failed("the command line is longer than 128 KiB");
	return text;
}
