/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the first instruction in C to the boot library.
 */
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

void kvm_start(__paddr_t tree) __noreturn;

struct uk_fdt kvm_tree;

void kvm_boot_failed(const char *why)
{
	plat_print("Cannot boot: ");
	plat_print(why);
	plat_print("\n");
	ukplat_exit(UKPLAT_CRASH_STATUS);
}

/* A boot loader of Linux may put it anywhere, but no larger than this */
#define LARGEST_TREE	0x200000UL
#define GIB		(1UL << 30)

static int open_tree(__paddr_t tree)
{
	if (tree < KVM_BOOT_RAM_GIB * GIB || tree % 8
	    || tree > KVM_BOOT_END_GIB * GIB - LARGEST_TREE)
		return -1;
	return uk_fdt_open(&kvm_tree, (const void *)tree, LARGEST_TREE);
}

void kvm_start(__paddr_t tree)
{
	static char name[] = CONFIG_UK_NAME;
	static struct kvm_boot_info info;

	/* Who starts an ELF file hands over nothing: then it is in front */
	if (!tree)
		tree = KVM_RAM_BASE;
	if (open_tree(tree))
		kvm_boot_failed("there is no device tree, or a damaged one");
	kvm_shutdown_init();
	kvm_console_init();
	kvm_tree_read(&info);
	kvm_memory_init(&info);
	kvm_paging_init();
	kvm_irq_init();
	ukplat_entry_argp(name, info.cmdline, sizeof(info.cmdline));
}
