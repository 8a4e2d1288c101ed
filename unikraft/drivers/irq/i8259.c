/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The pair of 8259 interrupt controllers.
 */
#include <irq/i8259.h>
#include <uk/asm/io.h>

#define PIC1		0x20
#define PIC2		0xa0
#define COMMAND(pic)	(pic)
#define MASK(pic)	((pic) + 1)

#define INIT_ICW4	0x11
#define ICW4_8086	0x01
#define CASCADE_LINE	2
#define END_OF_IRQ	0x20
#define READ_IN_SERVICE	0x0b

static __u16 masked = 0xffff;

static void write_masks(void)
{
	outb(MASK(PIC1), (__u8)masked);
	outb(MASK(PIC2), (__u8)(masked >> 8));
}

void i8259_init(unsigned int vector)
{
	outb(COMMAND(PIC1), INIT_ICW4);
	outb(COMMAND(PIC2), INIT_ICW4);
	outb(MASK(PIC1), (__u8)vector);
	outb(MASK(PIC2), (__u8)(vector + 8));
	outb(MASK(PIC1), 1 << CASCADE_LINE);
	outb(MASK(PIC2), CASCADE_LINE);
	outb(MASK(PIC1), ICW4_8086);
	outb(MASK(PIC2), ICW4_8086);
	write_masks();
}

int i8259_in_service(unsigned int irq)
{
	__u16 pic = irq < 8 ? PIC1 : PIC2;

	if (irq % 8 != 7)
		return 1;
	outb(COMMAND(pic), READ_IN_SERVICE);
	if (inb(COMMAND(pic)) & 0x80)
		return 1;
	/* The first chip did see the second one's */
	if (pic == PIC2)
		outb(COMMAND(PIC1), END_OF_IRQ);
	return 0;
}

static int exists(unsigned int irq)
{
	return irq != CASCADE_LINE;
}

static void mask(unsigned int irq)
{
	masked |= (__u16)(1U << irq);
	write_masks();
}

static void unmask(unsigned int irq)
{
	masked &= (__u16)~(1U << irq);
	if (irq >= 8)
		masked &= (__u16)~(1U << CASCADE_LINE);
	write_masks();
}

static void ack(unsigned int irq)
{
	if (irq >= 8)
		outb(COMMAND(PIC2), END_OF_IRQ);
	outb(COMMAND(PIC1), END_OF_IRQ);
}

const struct plat_intctrl i8259_intctrl = {
	.name = "8259",
	.nr_irqs = I8259_IRQS,
	.exists = exists,
	.mask = mask,
	.unmask = unmask,
	.ack = ack,
};
