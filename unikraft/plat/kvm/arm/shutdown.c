/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of the machine. README.md says how a host learns the status.
 */
#include <string.h>
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/lcpu.h>

#define EBUSY		16

static unsigned int conduit = KVM_CONDUIT_HVC;
static int have_psci;

void kvm_shutdown_init(void)
{
	static const char *const models[] = {
		"arm,psci-1.0", "arm,psci-0.2", __NULL
	};
	struct uk_fdt_prop method;
	const char *name;
	int node = uk_fdt_find(&kvm_tree, UK_FDT_NONE, models, __NULL);

	if (node < 0 || uk_fdt_prop(&kvm_tree, node, "method", &method))
		return;
	name = uk_fdt_string(&method, 0);
	if (!name)
		return;
	if (!strcmp(name, "smc"))
		conduit = KVM_CONDUIT_SMC;
	have_psci = !strcmp(name, "smc") || !strcmp(name, "hvc");
}

void plat_restart(void)
{
	kvm_console_flush();
	if (have_psci)
		kvm_psci(PSCI_SYSTEM_RESET, conduit);
}

void ukplat_exit(int status)
{
	kvm_console_flush();
	kvm_end((unsigned int)status, conduit);
}

int ukplat_suspend(void)
{
	return -EBUSY;
}
