/* SPDX-License-Identifier: BSD-3-Clause */
#include <irq/gic.h>
#include <uk/essentials.h>
#include "gic-common.h"

#define EINVAL		22

#define TYPER_LINES(typer)	((((typer) & 31) + 1) * 32)

/* The word of a bitmap that holds an interrupt's bit, and the bit */
#define WORD(irq)		((irq) / 32 * 4)
#define BIT(irq)		(1U << (irq) % 32)

/* Two bits an interrupt, of which the higher one tells edges */
#define CONFIG_WORD(irq)	((irq) / 16 * 4)
#define CONFIG_EDGE(irq)	(2U << (irq) % 16 * 2)

unsigned int gic_count(volatile void *distributor)
{
	return MIN(TYPER_LINES(gic_read(distributor, GICD_TYPER)),
		   (__u32)GIC_END);
}

void gic_quiet(volatile void *base, unsigned int first, unsigned int end)
{
	unsigned int irq;

	for (irq = first; irq < end; irq += 32) {
		gic_write(base, GICD_ICENABLER + WORD(irq), GIC_ALL);
		gic_write(base, GICD_ICPENDR + WORD(irq), GIC_ALL);
		/* One that firmware took and did not end would not come again */
		gic_write(base, GICD_ICACTIVER + WORD(irq), GIC_ALL);
	}
	for (irq = first; irq < end; irq += 4)
		gic_write(base, GICD_IPRIORITYR + irq, GIC_PRIORITIES);
}

void gic_mask(volatile void *base, unsigned int irq)
{
	gic_write(base, GICD_ICENABLER + WORD(irq), BIT(irq));
}

void gic_unmask(volatile void *base, unsigned int irq)
{
	gic_write(base, GICD_ISENABLER + WORD(irq), BIT(irq));
}

int gic_configure(volatile void *base, unsigned int irq,
		  void (*mask)(unsigned int irq),
		  enum uk_irq_trigger trigger, enum uk_irq_polarity polarity)
{
	__u32 config, wanted, enabled;

	/* High levels and rising edges are all it knows */
	if (polarity == UK_IRQ_POLARITY_LOW)
		return -EINVAL;
	if (trigger == UK_IRQ_TRIGGER_NONE)
		return 0;
	config = gic_read(base, GICD_ICFGR + CONFIG_WORD(irq));
	wanted = config & ~CONFIG_EDGE(irq);
	if (trigger == UK_IRQ_TRIGGER_EDGE)
		wanted |= CONFIG_EDGE(irq);
	if (wanted == config)
		return 0;

	/* Not to be changed while it is let through */
	enabled = gic_read(base, GICD_ISENABLER + WORD(irq)) & BIT(irq);
	mask(irq);
	gic_write(base, GICD_ICFGR + CONFIG_WORD(irq), wanted);
	config = gic_read(base, GICD_ICFGR + CONFIG_WORD(irq));
	if (enabled)
		gic_unmask(base, irq);
	return config == wanted ? 0 : -EINVAL;
}
