/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor, as a process has it.
 */
#include <linuxu/irq.h>
#include <linuxu/syscall.h>
#include <uk/plat/common/irq.h>
#include <uk/plat/lcpu.h>

__lcpuid ukplat_lcpu_id(void)
{
	return 0;
}

void ukplat_lcpu_enable_irq(void)
{
	plat_irq_forbidden("interrupts were enabled");
	linuxu_irqs_set(1);
}

void ukplat_lcpu_disable_irq(void)
{
	linuxu_irqs_set(0);
}

unsigned long ukplat_lcpu_save_irqf(void)
{
	return (unsigned long)linuxu_irqs_set(0);
}

void ukplat_lcpu_restore_irqf(unsigned long flags)
{
	if (flags)
		ukplat_lcpu_enable_irq();
	else
		ukplat_lcpu_disable_irq();
}

int ukplat_lcpu_irqs_disabled(void)
{
	return !linuxu_irqs_enabled();
}

void ukplat_lcpu_irqs_handle_pending(void)
{
	linuxu_irqs_replay();
}

void ukplat_lcpu_halt(void)
{
	/* What comes from now on is noted, and never handled */
	linuxu_irqs_set(0);
	for (;;)
		sys_ppoll(__NULL, 0, __NULL, __NULL);
}

void ukplat_lcpu_halt_irq(void)
{
	plat_irq_forbidden("the processor was to wait");
	linuxu_irqs_wait();
}
