/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What version 2 and 3 of the GIC have in common: the registers that hold a
 * field per interrupt. Private to the drivers.
 */
#ifndef DRIVERS_IRQ_GIC_COMMON_H
#define DRIVERS_IRQ_GIC_COMMON_H

#include <uk/arch/lcpu.h>
#include <uk/arch/types.h>
#include <uk/plat/common/irq.h>

#define GICD_CTLR		0x0000
#define GICD_TYPER		0x0004
#define GICD_IGROUPR		0x0080
#define GICD_ISENABLER		0x0100
#define GICD_ICENABLER		0x0180
#define GICD_ICPENDR		0x0280
#define GICD_ICACTIVER		0x0380
#define GICD_IPRIORITYR		0x0400
#define GICD_ITARGETSR		0x0800
#define GICD_ICFGR		0x0c00

/* All the same: handlers are not interrupted */
#define GIC_PRIORITIES		0xa0a0a0a0U
#define GIC_ALL			0xffffffffU

/* More reads than a register needs to follow, if it does at all */
#define GIC_PATIENCE		1000000

static inline volatile __u32 *gic_register(volatile void *base,
					   unsigned int offset)
{
	return (volatile __u32 *)((volatile char *)base + offset);
}

static inline __u32 gic_read(volatile void *base, unsigned int offset)
{
	return ioreg_read32(gic_register(base, offset));
}

static inline void gic_write(volatile void *base, unsigned int offset,
			     __u32 value)
{
	ioreg_write32(gic_register(base, offset), value);
}

/* How many interrupts a distributor has, processors' own included */
unsigned int gic_count(volatile void *distributor);

/*
 * The functions below take the registers that hold an interrupt: the
 * distributor's or a redistributor's, which are laid out alike.
 */

/* Masks interrupts [first, end), multiples of 32, and gives all a priority */
void gic_quiet(volatile void *base, unsigned int first, unsigned int end);
void gic_mask(volatile void *base, unsigned int irq);
void gic_unmask(volatile void *base, unsigned int irq);
/* `mask` returns when the interrupt is masked */
int gic_configure(volatile void *base, unsigned int irq,
		  void (*mask)(unsigned int irq),
		  enum uk_irq_trigger trigger, enum uk_irq_polarity polarity);

#endif /* DRIVERS_IRQ_GIC_COMMON_H */
