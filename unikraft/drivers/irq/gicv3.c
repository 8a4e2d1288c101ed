/* SPDX-License-Identifier: BSD-3-Clause */
#include <irq/gic.h>
#include "gic-common.h"

#define GICD_CTLR_GROUP1	(1U << 1)
#define GICD_CTLR_AFFINITY	(1U << 4)
#define GICD_CTLR_PENDING	(1U << 31)	/* a write is on its way */
#define GICD_IROUTER		0x6000
#define GICD_PIDR2		0xffe8
#define PIDR2_VERSION(pidr2)	((pidr2) >> 4 & 15)

#define GICR_CTLR		0x0000
#define GICR_CTLR_PENDING	(1U << 3)	/* as above */
#define GICR_TYPER		0x0008
#define GICR_TYPER_VIRTUAL	(1U << 1)	/* it has two frames more */
#define GICR_TYPER_LAST		(1U << 4)
#define GICR_AFFINITY		0x000c		/* the upper half of TYPER */
#define GICR_WAKER		0x0014
#define GICR_WAKER_SLEEP	(1U << 1)
#define GICR_WAKER_ASLEEP	(1U << 2)
#define GICR_FRAME		0x10000
/* The second frame is laid out as the begin of the distributor */
#define GICR_OWN		GICR_FRAME

/* System registers, by encoding: assemblers know them only for some targets */
#define ICC_PMR_EL1		s3_0_c4_c6_0
#define ICC_PMR_ALL		0xff
#define ICC_IAR1_EL1		s3_0_c12_c12_0
#define ICC_EOIR1_EL1		s3_0_c12_c12_1
#define ICC_BPR1_EL1		s3_0_c12_c12_3
#define ICC_CTLR_EL1		s3_0_c12_c12_4
#define ICC_SRE_EL1		s3_0_c12_c12_5
#define ICC_IGRPEN1_EL1		s3_0_c12_c12_7
#define ICC_SRE_ON		1
#define IAR_INTID		0xffffff

/* One level of macros, so that the names above are expanded */
#define READ(reg)		SYSREG_READ64(reg)
#define WRITE(reg, value)	SYSREG_WRITE64(reg, value)

static volatile void *distributor, *own;

/* The registers that hold an interrupt */
static volatile void *holder(unsigned int irq)
{
	return irq < GIC_SPI ? own : distributor;
}

static int wait_until_clear(volatile void *base, unsigned int offset,
			    __u32 bits)
{
	unsigned int i;

	for (i = 0; i < GIC_PATIENCE; i++)
		if (!(gic_read(base, offset) & bits))
			return 1;
	return 0;
}

/* Until what was written to the distributor has arrived everywhere */
static void settle(void)
{
	wait_until_clear(distributor, GICD_CTLR, GICD_CTLR_PENDING);
}

static int exists(unsigned int irq)
{
	return irq >= GIC_PPI;
}

static void mask(unsigned int irq)
{
	gic_mask(holder(irq), irq);
	if (irq < GIC_SPI)
		wait_until_clear((volatile char *)own - GICR_OWN, GICR_CTLR,
				 GICR_CTLR_PENDING);
	else
		settle();
}

static void unmask(unsigned int irq)
{
	gic_unmask(holder(irq), irq);
}

static void ack(unsigned int irq)
{
	WRITE(ICC_EOIR1_EL1, irq);
	isb();
}

static int configure(unsigned int irq, enum uk_irq_trigger trigger,
		     enum uk_irq_polarity polarity)
{
	return gic_configure(holder(irq), irq, mask, trigger, polarity);
}

static unsigned int take(void)
{
	unsigned int irq = READ(ICC_IAR1_EL1) & IAR_INTID;

	dsb(sy);
	return irq;
}

static struct plat_intctrl controller = {
	.name = "GICv3",
	.exists = exists,
	.mask = mask,
	.unmask = unmask,
	.ack = ack,
	.configure = configure,
};

static const struct gic gic = { &controller, take };

/* This processor, as IROUTER has it and, without the gap, TYPER */
static __u64 affinity(void)
{
	return SYSREG_READ64(mpidr_el1) & 0xff00ffffffUL;
}

/* The redistributor of this processor among all of them, or null */
static volatile void *find_own(volatile void *first, __sz len)
{
	__u32 wanted = (__u32)(affinity() & 0xffffff)
		| (__u32)(affinity() >> 32) << 24;
	volatile char *at = first;
	__sz offset = 0, size;
	__u32 type;

	while (offset < len && len - offset >= GICV3_REDISTRIBUTOR) {
		type = gic_read(at + offset, GICR_TYPER);
		if (gic_read(at + offset, GICR_AFFINITY) == wanted)
			return at + offset;
		if (type & GICR_TYPER_LAST)
			break;
		size = type & GICR_TYPER_VIRTUAL ? 4 : 2;
		offset += size * GICR_FRAME;
	}
	return __NULL;
}

static int wake(volatile void *redistributor)
{
	__u32 waker = gic_read(redistributor, GICR_WAKER);

	gic_write(redistributor, GICR_WAKER, waker & ~GICR_WAKER_SLEEP);
	return wait_until_clear(redistributor, GICR_WAKER, GICR_WAKER_ASLEEP);
}

static void init_distributor(void)
{
	unsigned int irq;

	gic_write(distributor, GICD_CTLR, 0);
	settle();
	controller.nr_irqs = gic_count(distributor);
	gic_quiet(distributor, GIC_SPI, controller.nr_irqs);
	for (irq = GIC_SPI; irq < controller.nr_irqs; irq += 32)
		gic_write(distributor, GICD_IGROUPR + irq / 8, GIC_ALL);
	gic_write(distributor, GICD_CTLR,
		  GICD_CTLR_AFFINITY | GICD_CTLR_GROUP1);
	settle();
	for (irq = GIC_SPI; irq < controller.nr_irqs; irq++)
		ioreg_write64((volatile __u64 *)gic_register(
				distributor, GICD_IROUTER + irq * 8),
			      affinity());
}

const struct gic *gicv3_init(volatile void *dist,
			     volatile void *redistributors, __sz len)
{
	volatile void *redistributor;
	__u32 version;

	distributor = dist;
	version = PIDR2_VERSION(gic_read(distributor, GICD_PIDR2));
	if (version != 3 && version != 4)
		return __NULL;
	WRITE(ICC_SRE_EL1, READ(ICC_SRE_EL1) | ICC_SRE_ON);
	isb();
	if (!(READ(ICC_SRE_EL1) & ICC_SRE_ON))
		return __NULL;
	redistributor = find_own(redistributors, len);
	if (!redistributor || !wake(redistributor))
		return __NULL;

	own = (volatile char *)redistributor + GICR_OWN;
	gic_quiet(own, 0, GIC_SPI);
	gic_write(own, GICD_IGROUPR, GIC_ALL);
	init_distributor();

	WRITE(ICC_PMR_EL1, ICC_PMR_ALL);
	WRITE(ICC_BPR1_EL1, 0);
	WRITE(ICC_CTLR_EL1, 0);
	WRITE(ICC_IGRPEN1_EL1, 1);
	isb();
	return &gic;
}
