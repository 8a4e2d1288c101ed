/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which interrupt controllers this machine has, and what comes of an interrupt
 * vector. With APICs, the numbers of interrupts are those of the ISA bus up to
 * 15, global system interrupts above, and last the local timer; without, those
 * of the 8259 pair. Number n has vector KVM_TRAPS + n.
 */
#include <irq/i8259.h>
#include <irq/ioapic.h>
#include <irq/lapic.h>
#include <kvm/boot.h>
#include <kvm/x86/cpu.h>
#include <kvm/firmware.h>
#include <kvm/interrupt.h>
#include <uk/asm/io.h>
#include <uk/essentials.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/device.h>
#include <uk/plat/common/irq.h>

/* The switch between the 8259 pair and the local APIC, where there is one */
#define IMCR_SELECT	0x22
#define IMCR_DATA	0x23
#define IMCR_REGISTER	0x70
#define IMCR_APIC	0x01

#define EINVAL		22

static int has_lapic;

int kvm_intctrl_has_lapic(void)
{
	return has_lapic;
}

static __u32 gsi_of(unsigned int irq)
{
	return irq < APIC_ISA_IRQS ? kvm_firmware.apics.isa[irq].gsi : irq;
}

static int exists(unsigned int irq)
{
	unsigned int isa;

	if (irq == KVM_IRQ_TIMER)
		return 1;
	/* A pin that the ISA bus has taken is known by its number there */
	for (isa = 0; isa < APIC_ISA_IRQS && irq >= APIC_ISA_IRQS; isa++)
		if (gsi_of(isa) == irq)
			return 0;
	return ioapic_has(gsi_of(irq));
}

static void mask(unsigned int irq)
{
	if (irq == KVM_IRQ_TIMER)
		lapic_timer_mask(1);
	else
		ioapic_mask(gsi_of(irq), 1);
}

static void unmask(unsigned int irq)
{
	if (irq == KVM_IRQ_TIMER)
		lapic_timer_mask(0);
	else
		ioapic_mask(gsi_of(irq), 0);
}

static void ack(unsigned int irq __unused)
{
	lapic_ack();
}

static void route(unsigned int irq, enum uk_irq_trigger trigger,
		  enum uk_irq_polarity polarity)
{
	ioapic_route(gsi_of(irq), (__u8)(KVM_TRAPS + irq), (__u8)lapic_id(),
		     trigger, polarity);
}

static int configure(unsigned int irq, enum uk_irq_trigger trigger,
		     enum uk_irq_polarity polarity)
{
	if (irq == KVM_IRQ_TIMER)
		return -EINVAL;
	ioapic_configure(gsi_of(irq), trigger, polarity);
	return 0;
}

static const struct plat_intctrl apics = {
	.name = "APIC",
	.nr_irqs = KVM_IRQS,
	.exists = exists,
	.mask = mask,
	.unmask = unmask,
	.ack = ack,
	.configure = configure,
};

static unsigned int add_ioapics(void)
{
	const struct apic_setup *setup = &kvm_firmware.apics;
	unsigned int i, pins = 0;
	volatile void *regs;

	for (i = 0; i < setup->nr_ioapics; i++) {
		regs = plat_device_map(setup->ioapics[i].base,
				      IOAPIC_REGISTERS);
		if (regs)
			pins += ioapic_add(regs, setup->ioapics[i].gsi);
	}
	return pins;
}

static void route_all(void)
{
	const struct apic_setup *setup = &kvm_firmware.apics;
	unsigned int irq;

	for (irq = 0; irq < APIC_ISA_IRQS; irq++)
		if (exists(irq))
			route(irq, setup->isa[irq].trigger,
			      setup->isa[irq].polarity);
	/* What is above is PCI's, whose lines are shared and held low */
	for (; irq < KVM_IRQ_TIMER; irq++)
		if (exists(irq))
			route(irq, UK_IRQ_TRIGGER_LEVEL, UK_IRQ_POLARITY_LOW);
}

static int apics_init(void)
{
	volatile void *regs;

	if (!kvm_firmware.has_apics || !lapic_present())
		return 0;
	regs = plat_device_map(lapic_base(), LAPIC_REGISTERS);
	if (!regs || !add_ioapics())
		return 0;
	if (kvm_firmware.apics.has_imcr) {
		outb(IMCR_SELECT, IMCR_REGISTER);
		outb(IMCR_DATA, IMCR_APIC);
	}
	lapic_init(regs, KVM_VECTOR_SPURIOUS, KVM_VECTOR_ERROR);
	lapic_timer_init(KVM_TRAPS + KVM_IRQ_TIMER,
			 lapic_timer_has_deadline());
	has_lapic = 1;
	route_all();
	return 1;
}

void kvm_intctrl_init(void)
{
	/* Its lines stay masked where there is something better */
	i8259_init(KVM_TRAPS);
	plat_irq_set_controller(apics_init() ? &apics : &i8259_intctrl);
}

static void other_vector(unsigned int vector)
{
	/* Made by software, too; only the hardware's want an answer */
	int in_service = has_lapic && lapic_in_service(vector);

	plat_irq_unknown(vector);
	if (in_service)
		lapic_ack();
}

void kvm_intctrl_handle(unsigned int vector)
{
	unsigned int irq = vector - KVM_TRAPS;

	if (vector == KVM_VECTOR_SPURIOUS && has_lapic) {
		plat_irq_spurious();
	} else if (vector == KVM_VECTOR_ERROR && has_lapic) {
		lapic_errors();
		plat_print("The local APIC has seen an error\n");
		other_vector(vector);
	} else if (has_lapic) {
		if (lapic_in_service(vector))
			_ukplat_irq_handle(irq);
		else
			other_vector(vector);
	} else if (irq >= I8259_IRQS) {
		other_vector(vector);
	} else if (i8259_in_service(irq)) {
		_ukplat_irq_handle(irq);
	} else {
		plat_irq_spurious();
	}
}
