/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor's generic timer, by its virtual counter; the date from a
 * PL031, if there is one.
 */
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <rtc/pl031.h>
#include <uk/essentials.h>
#include <uk/plat/common/device.h>
#include <uk/plat/common/time.h>
#include <uk/plat/common/tree.h>
#include <uk/plat/irq.h>

/* In the tree's list of interrupts: secure, not secure, virtual, hypervisor */
#define IRQ_VIRTUAL	2

#define CONTROL_ON	1	/* and not masked */

/* Long, and its ticks fit into 64 bits at any pace */
#define LONGEST		(3600 * UKARCH_NSEC_PER_SEC)

/* Ticks per nanosecond, times 2^32 */
static __u64 pace;

/* Not before what comes earlier in the program */
__u64 plat_counter_read(void)
{
	isb();
	return SYSREG_READ64(cntvct_el0);
}

static void set(__nsec ns)
{
	__u64 ticks = (__u64)((unsigned __int128)ns * pace >> 32);

	SYSREG_WRITE64(cntv_cval_el0, plat_counter_read() + ticks + 1);
	SYSREG_WRITE64(cntv_ctl_el0, CONTROL_ON);
	isb();
}

static void stop(void)
{
	SYSREG_WRITE64(cntv_ctl_el0, 0);
	isb();
}

/* It goes on interrupting until it is stopped. Others handle the interrupt */
static int on_timer(void *arg __unused)
{
	stop();
	return 0;
}

static struct plat_clock clock = { .name = "generic timer" };

static struct plat_timer timer = {
	.name = "generic timer",
	.max = LONGEST,
	.set = set,
	.stop = stop,
};

static __nsec wall_clock(void)
{
	static const char *const models[] = { "arm,pl031", __NULL };
	int node = uk_fdt_find(&kvm_tree, UK_FDT_NONE, models, __NULL);
	volatile void *registers;
	__u64 address, len;

	if (node < 0 || uk_fdt_reg(&kvm_tree, node, 0, &address, &len)
	    || len < PL031_REGISTERS)
		return 0;
	registers = plat_device_map(address, PL031_REGISTERS);
	if (!registers)
		return 0;
	return ukarch_time_sec_to_nsec((__nsec)pl031_seconds(registers));
}

static int find_irq(int node)
{
	struct uk_fdt_irq irq;

	if (uk_fdt_irq(&kvm_tree, node, IRQ_VIRTUAL, &irq))
		return -1;
	return plat_tree_irq(&irq);
}

void plat_time_setup(struct plat_time *time)
{
	static const char *const models[] = {
		"arm,armv8-timer", "arm,armv7-timer", __NULL
	};
	int node = uk_fdt_find(&kvm_tree, UK_FDT_NONE, models, __NULL);
	__u32 told;
	int irq;

	if (node < 0)
		kvm_boot_failed("the device tree names no timer");
	irq = find_irq(node);
	if (irq < 0)
		kvm_boot_failed("the timer has no interrupt");
	clock.hz = SYSREG_READ64(cntfrq_el0);
	/* Only firmware that forgot the register says it there */
	if (!uk_fdt_u32(&kvm_tree, node, "clock-frequency", &told))
		clock.hz = told;
	if (clock.hz < 1000)
		kvm_boot_failed("the timer's frequency is unknown");
	pace = (clock.hz << 32) / UKARCH_NSEC_PER_SEC;
	timer.irq = (unsigned long)irq;

	stop();
	if (ukplat_irq_register(timer.irq, on_timer, __NULL))
		kvm_boot_failed("the timer's interrupt cannot be handled");
	time->clock = &clock;
	time->timer = &timer;
	time->wall = wall_clock();
}
