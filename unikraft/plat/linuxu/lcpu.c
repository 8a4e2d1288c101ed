/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor, as a process has it: nothing interrupts, so the interrupt
 * flag is only remembered, and idling is sleeping.
 */
#include <linuxu/syscall.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>

static unsigned long irqs_enabled;

__lcpuid ukplat_lcpu_id(void)
{
	return 0;
}

void ukplat_lcpu_enable_irq(void)
{
	irqs_enabled = 1;
}

void ukplat_lcpu_disable_irq(void)
{
	irqs_enabled = 0;
}

unsigned long ukplat_lcpu_save_irqf(void)
{
	unsigned long flags = irqs_enabled;

	irqs_enabled = 0;
	return flags;
}

void ukplat_lcpu_restore_irqf(unsigned long flags)
{
	irqs_enabled = flags;
}

int ukplat_lcpu_irqs_disabled(void)
{
	return !irqs_enabled;
}

void ukplat_lcpu_irqs_handle_pending(void)
{
}

void ukplat_lcpu_halt(void)
{
	for (;;)
		sys_pause(__NULL);
}

void ukplat_lcpu_halt_irq(void)
{
	sys_pause(__NULL);
}

void ukplat_lcpu_halt_to(__nsec until)
{
	__nsec now = ukplat_monotonic_clock();
	struct linux_timespec ts;

	if (until <= now)
		return;
	ts.sec = (__s64)ukarch_time_nsec_to_sec(until - now);
	ts.nsec = (__s64)ukarch_time_subsec(until - now);
	sys_pause(&ts);
}
