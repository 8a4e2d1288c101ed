/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Arm's Generic Interrupt Controllers, version 2 and version 3 (and 4), for
 * one processor. Numbers are INTIDs: 16 to 31 are the processor's own (PPI),
 * those from 32 on are devices' (SPI).
 */
#ifndef __DRIVERS_IRQ_GIC_H__
#define __DRIVERS_IRQ_GIC_H__

#include <uk/arch/types.h>
#include <uk/plat/common/irq.h>

#define GIC_PPI			16
#define GIC_SPI			32
/* INTIDs from here on are no interrupts of devices */
#define GIC_END			1020

/* What is known of one that works */
struct gic {
	const struct plat_intctrl *controller;
	/*
	 * The interrupt to be handled now, which is in service until it is
	 * acknowledged; GIC_END or more when there is none.
	 */
	unsigned int (*take)(void);
};

#define GICV2_DISTRIBUTOR	0x1000UL	/* bytes of registers */
#define GICV2_PROCESSOR		0x1000UL
#define GICV3_DISTRIBUTOR	0x10000UL
#define GICV3_REDISTRIBUTOR	0x20000UL	/* each has as many, or more */

/*
 * Set one up with all interrupts masked, its registers mapped where it is
 * said; `len` is that of the redistributors of all processors. Return null
 * when it is not there or does not answer. Once.
 */
const struct gic *gicv2_init(volatile void *distributor,
			     volatile void *processor);
const struct gic *gicv3_init(volatile void *distributor,
			     volatile void *redistributors, __sz len);

#endif /* __DRIVERS_IRQ_GIC_H__ */
