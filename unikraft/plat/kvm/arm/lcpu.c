/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor's interrupt mask, idling, and the thread pointer.
 */
#include <uk/arch/lcpu.h>
#include <uk/plat/common/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/tls.h>

/* MPIDR_EL1: what tells processors apart */
#define AFFINITY	0xff00ffffffUL

__lcpuid ukplat_lcpu_id(void)
{
	return SYSREG_READ64(mpidr_el1) & AFFINITY;
}

static inline void enable(void)
{
	/* The stack of interrupts is in use */
	plat_irq_forbidden("interrupts were enabled");
	__asm__ __volatile__("msr daifclr, #2" : : : "memory");
}

static inline void disable(void)
{
	__asm__ __volatile__("msr daifset, #2" : : : "memory");
}

void ukplat_lcpu_enable_irq(void)
{
	enable();
}

void ukplat_lcpu_disable_irq(void)
{
	disable();
}

unsigned long ukplat_lcpu_save_irqf(void)
{
	unsigned long flags = SYSREG_READ64(daif);

	disable();
	return flags;
}

void ukplat_lcpu_restore_irqf(unsigned long flags)
{
	if (flags & PSTATE_I_BIT)
		disable();
	else
		enable();
}

int ukplat_lcpu_irqs_disabled(void)
{
	return !!(SYSREG_READ64(daif) & PSTATE_I_BIT);
}

/* Interrupts are delivered as soon as they are enabled */
void ukplat_lcpu_irqs_handle_pending(void)
{
}

void ukplat_lcpu_halt(void)
{
	ukplat_lcpu_disable_irq();
	for (;;)
		__asm__ __volatile__("wfi");
}

/* A masked interrupt ends the sleep, too, and is taken right after it */
void ukplat_lcpu_halt_irq(void)
{
	plat_irq_forbidden("the processor was to wait");
	__asm__ __volatile__("dsb sy; wfi\n\t"
			     "msr daifclr, #2; isb; msr daifset, #2"
			     : : : "memory");
}

__uptr ukplat_tlsp_get(void)
{
	return SYSREG_READ64(tpidr_el0);
}

void ukplat_tlsp_set(__uptr tlsp)
{
	SYSREG_WRITE64(tpidr_el0, tlsp);
}
