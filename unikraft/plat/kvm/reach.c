/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the machine has left in memory, as far as the page tables of the entry
 * code go; and the end of those who find nothing there.
 */
#include <kvm/boot.h>
#include <uk/config.h>
#if CONFIG_ARCH_ARM_64
#include <kvm/arm/cpu.h>
#else
#include <kvm/x86/cpu.h>
#endif
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

void kvm_boot_failed(const char *why)
{
	plat_print("Cannot boot: ");
	plat_print(why);
	plat_print(".\n");
	ukplat_exit(UKPLAT_CRASH_STATUS);
}

const void *kvm_reach(__u64 address, __u64 n, __sz size)
{
	if (address < KVM_REACH_START || address >= KVM_REACH_END)
		return __NULL;
	if (n > KVM_REACH_END / size || n * size > KVM_REACH_END - address)
		return __NULL;
	return (const void *)address;
}
