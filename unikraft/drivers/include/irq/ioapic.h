/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * I/O APICs: the interrupt controllers of devices. What all of them have is one
 * space of numbers, the global system interrupts (GSI).
 */
#ifndef __DRIVERS_IRQ_IOAPIC_H__
#define __DRIVERS_IRQ_IOAPIC_H__

#include <uk/arch/types.h>
#include <uk/plat/common/irq.h>

#define IOAPIC_MAX		8
#define IOAPIC_REGISTERS	0x20UL	/* bytes */

/*
 * Adds one with its registers mapped at `registers`, whose pins are the GSIs
 * from `gsi` on, and masks these. Returns how many there are; 0 when it is not
 * there, or when there are too many.
 */
unsigned int ioapic_add(volatile void *registers, __u32 gsi);

/* Whether there is a pin with that number */
int ioapic_has(__u32 gsi);

/* Sends it as `vector` to the processor with that local APIC. Masked */
void ioapic_route(__u32 gsi, __u8 vector, __u8 lapic,
		  enum uk_irq_trigger trigger, enum uk_irq_polarity polarity);
/* Changes what is named of both, of a pin that has been routed */
void ioapic_configure(__u32 gsi, enum uk_irq_trigger trigger,
		      enum uk_irq_polarity polarity);
void ioapic_mask(__u32 gsi, int masked);

#endif /* __DRIVERS_IRQ_IOAPIC_H__ */
