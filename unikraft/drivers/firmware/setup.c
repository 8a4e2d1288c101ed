/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The interrupts of the ISA bus, as both kinds of tables tell of them.
 */
#include <firmware/tables.h>

#define FLAGS_POLARITY(flags)	((flags) & 3)
#define FLAGS_TRIGGER(flags)	((flags) >> 2 & 3)
#define HIGH_OR_EDGE		1
#define LOW_OR_LEVEL		3

void apic_setup_init(struct apic_setup *setup)
{
	unsigned int irq;

	setup->nr_ioapics = 0;
	setup->has_imcr = 0;
	for (irq = 0; irq < APIC_ISA_IRQS; irq++)
		apic_setup_line(setup, irq, irq, 0, 0);
	/* Connects the two controllers of old */
	setup->isa[2].gsi = APIC_NO_GSI;
}

/* What is left to the bus: ISA's lines rise, those of PCI are held low */
void apic_setup_line(struct apic_setup *setup, unsigned int isa_irq,
		     __u32 gsi, __u16 flags, int is_pci)
{
	int level = FLAGS_TRIGGER(flags) == LOW_OR_LEVEL
		|| (is_pci && FLAGS_TRIGGER(flags) != HIGH_OR_EDGE);
	int low = FLAGS_POLARITY(flags) == LOW_OR_LEVEL
		|| (is_pci && FLAGS_POLARITY(flags) != HIGH_OR_EDGE);
	unsigned int irq;

	if (isa_irq >= APIC_ISA_IRQS)
		return;
	/* A pin has one source: what it was taken for until now is nowhere */
	for (irq = 0; irq < APIC_ISA_IRQS; irq++)
		if (setup->isa[irq].gsi == gsi)
			setup->isa[irq].gsi = APIC_NO_GSI;
	setup->isa[isa_irq].gsi = gsi;
	setup->isa[isa_irq].trigger = level
		? UK_IRQ_TRIGGER_LEVEL : UK_IRQ_TRIGGER_EDGE;
	setup->isa[isa_irq].polarity = low
		? UK_IRQ_POLARITY_LOW : UK_IRQ_POLARITY_HIGH;
}
