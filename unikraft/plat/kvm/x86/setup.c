/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the first instruction in C to the boot library.
 */
#include <kvm/boot.h>
#include <kvm/x86/cpu.h>
#include <kvm/linuxboot.h>
#include <kvm/multiboot.h>
#include <kvm/protocol.h>
#include <kvm/pvh.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/paging.h>

/* From entry64.S: page tables that it made if there are no pages of 1 GiB */
extern char kvm_boot_directories[KVM_BOOT_GIB * PAGE_SIZE];

void kvm_start(unsigned int protocol, __paddr_t start_info) __noreturn;

static void read_info(unsigned int protocol, __paddr_t start_info,
		      struct kvm_boot_info *info)
{
	switch (protocol) {
	case KVM_PROTOCOL_PVH:
		kvm_pvh_read(start_info, info);
		break;
	case KVM_PROTOCOL_MULTIBOOT:
		kvm_multiboot_read(start_info, info);
		break;
	default:
		kvm_linuxboot_read(start_info, info);
		break;
	}
}

void kvm_start(unsigned int protocol, __paddr_t start_info)
{
	static char name[] = CONFIG_UK_NAME;
	static struct kvm_boot_info info;

	kvm_serial_init();
	kvm_cpu_init();
	read_info(protocol, start_info, &info);
	kvm_firmware_read(info.rsdp);
	kvm_memory_init(&info);
	if (pgarch_largest_level() == PAGE_HUGE_LEVEL)
		kvm_paging_give((__paddr_t)kvm_boot_directories,
				sizeof(kvm_boot_directories));
	ukarch_pt_write_base(kvm_paging_init(KVM_REACH_END));
	kvm_intctrl_init();
#if CONFIG_PAGING
	kvm_frames_init();
#endif
	ukplat_entry_argp(name, (char *)info.cmdline.start,
			  info.cmdline.end - info.cmdline.start);
}
