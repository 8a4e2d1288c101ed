/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the first instruction in C to the boot library.
 */
#include <kvm/boot.h>
#include <kvm/cpu.h>
#include <kvm/pvh.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

void kvm_start(__paddr_t start_info) __noreturn;

void kvm_boot_failed(const char *why)
{
	plat_print("Cannot boot: ");
	plat_print(why);
	plat_print("\n");
	ukplat_exit(UKPLAT_CRASH_STATUS);
}

void kvm_start(__paddr_t start_info)
{
	static char name[] = CONFIG_UK_NAME;
	static struct kvm_boot_info info;

	kvm_serial_init();
	kvm_cpu_init();
	kvm_pvh_read(start_info, &info);
	kvm_firmware_read(info.rsdp);
	kvm_memory_init(&info);
	kvm_paging_init();
	kvm_intctrl_init();
	ukplat_entry_argp(name, info.cmdline, sizeof(info.cmdline));
}
