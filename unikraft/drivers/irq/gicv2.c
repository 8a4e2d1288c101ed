/* SPDX-License-Identifier: BSD-3-Clause */
#include <irq/gic.h>
#include "gic-common.h"

#define GICD_CTLR_ON		1
#define GICC_CTLR		0x0000
#define GICC_CTLR_ON		1
#define GICC_PMR		0x0004
#define GICC_PMR_ALL		0xff
#define GICC_BPR		0x0008
#define GICC_IAR		0x000c
#define GICC_EOIR		0x0010
#define GICC_IIDR		0x00fc
/* The interrupt's number; above it is a processor's, for software's own */
#define IAR_INTID		0x3ff

static volatile void *distributor, *processor;

static int exists(unsigned int irq)
{
	return irq >= GIC_PPI;
}

static void mask(unsigned int irq)
{
	gic_mask(distributor, irq);
}

static void unmask(unsigned int irq)
{
	gic_unmask(distributor, irq);
}

static void ack(unsigned int irq)
{
	gic_write(processor, GICC_EOIR, irq);
}

static int configure(unsigned int irq, enum uk_irq_trigger trigger,
		     enum uk_irq_polarity polarity)
{
	return gic_configure(distributor, irq, mask, trigger, polarity);
}

static unsigned int take(void)
{
	return gic_read(processor, GICC_IAR) & IAR_INTID;
}

static struct plat_intctrl controller = {
	.name = "GICv2",
	.exists = exists,
	.mask = mask,
	.unmask = unmask,
	.ack = ack,
	.configure = configure,
};

static const struct gic gic = { &controller, take };

const struct gic *gicv2_init(volatile void *dist, volatile void *cpu)
{
	unsigned int irq;
	__u32 self;

	distributor = dist;
	processor = cpu;
	/* What nobody answers reads as all zeroes or all ones */
	self = gic_read(processor, GICC_IIDR);
	if (!self || self == GIC_ALL)
		return __NULL;

	gic_write(distributor, GICD_CTLR, 0);
	controller.nr_irqs = gic_count(distributor);
	gic_quiet(distributor, 0, controller.nr_irqs);
	/* A processor reads its own number where its own interrupts go to */
	self = gic_read(distributor, GICD_ITARGETSR) & 0xff;
	for (irq = GIC_SPI; irq < controller.nr_irqs; irq += 4)
		gic_write(distributor, GICD_ITARGETSR + irq,
			  self * 0x01010101U);
	gic_write(distributor, GICD_CTLR, GICD_CTLR_ON);

	gic_write(processor, GICC_PMR, GICC_PMR_ALL);
	gic_write(processor, GICC_BPR, 0);
	gic_write(processor, GICC_CTLR, GICC_CTLR_ON);
	return &gic;
}
