/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor's interrupt flag, and idling.
 */
#include <kvm/x86/cpu.h>
#include <uk/plat/common/irq.h>
#include <uk/plat/lcpu.h>

#define FLAG_INTERRUPTS	0x200UL

static unsigned long read_flags(void)
{
	unsigned long flags;

	__asm__ __volatile__("pushfq; popq %0" : "=r"(flags) : : "memory");
	return flags;
}

__lcpuid ukplat_lcpu_id(void)
{
	__u32 eax, ebx, ecx, edx;

	/* The local APIC's number */
	ukarch_x86_cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	return ebx >> 24;
}

static inline void enable(void)
{
	/* The stack of interrupts is in use */
	plat_irq_forbidden("interrupts were enabled");
	__asm__ __volatile__("sti" : : : "memory");
}

static inline void disable(void)
{
	__asm__ __volatile__("cli" : : : "memory");
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
	unsigned long flags = read_flags();

	disable();
	return flags;
}

void ukplat_lcpu_restore_irqf(unsigned long flags)
{
	if (flags & FLAG_INTERRUPTS)
		enable();
	else
		disable();
}

int ukplat_lcpu_irqs_disabled(void)
{
	return !(read_flags() & FLAG_INTERRUPTS);
}

/* Interrupts are delivered as soon as they are enabled */
void ukplat_lcpu_irqs_handle_pending(void)
{
}

void ukplat_lcpu_halt(void)
{
	for (;;)
		__asm__ __volatile__("cli; hlt");
}

/* The processor takes no interrupt between sti and the next instruction */
void ukplat_lcpu_halt_irq(void)
{
	plat_irq_forbidden("the processor was to wait");
	__asm__ __volatile__("sti; hlt; cli" : : : "memory");
}
