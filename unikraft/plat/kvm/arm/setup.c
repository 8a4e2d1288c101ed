/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the first instruction in C to the boot library.
 */
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/page.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/tree.h>

void kvm_start(__paddr_t tree) __noreturn;

struct uk_fdt kvm_tree;

const struct uk_fdt *plat_tree(void)
{
	return &kvm_tree;
}

/* A boot loader of Linux may put it anywhere, but no larger than this */
#define LARGEST_TREE	0x200000UL

static void open_tree(__paddr_t address)
{
	/* Who starts an ELF file hands over nothing: then it is in front */
	const void *blob = kvm_reach(address ? address : KVM_RAM_BASE, 1,
				     LARGEST_TREE);

	if (!blob || uk_fdt_open(&kvm_tree, blob, LARGEST_TREE))
		kvm_boot_failed("there is no device tree, or a damaged one");
}

/* A copy that can be written to, in memory of its own; or null */
static char *copy_cmdline(const char *text, __sz len)
{
	__paddr_t copy;

	if (!len)
		return __NULL;
	copy = kvm_memory_take(round_pgup(len + 1), KVM_REACH_END, "cmdline");
	if (!copy)
		kvm_boot_failed("there is too little memory");
	__builtin_memcpy((void *)copy, text, len);
	((char *)copy)[len] = '\0';
	return (char *)copy;
}

void kvm_start(__paddr_t tree)
{
	static char name[] = CONFIG_UK_NAME;
	static struct kvm_boot_info info;
	const char *text;
	char *cmdline;
	__sz len;

	open_tree(tree);
	kvm_shutdown_init();
	kvm_console_init();
	kvm_tree_read(&info);
	kvm_memory_init(&info);
	text = kvm_tree_cmdline(&len);
	cmdline = copy_cmdline(text, len);
	kvm_mmu_restart(kvm_paging_init(KVM_REACH_END),
			KVM_SCTLR_BOOT | KVM_SCTLR_WXN);
	kvm_console_map();
#if CONFIG_PAGING
	kvm_frames_init();
#endif
	kvm_irq_init();
	ukplat_entry_argp(name, cmdline, len);
}
