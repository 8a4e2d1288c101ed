/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts by the two 8259 controllers: 16 lines, all off until somebody
 * registers a handler.
 */
#include <kvm/cpu.h>
#include <uk/essentials.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>

#define PIC1		0x20
#define PIC2		0xa0
#define COMMAND(pic)	(pic)
#define MASK(pic)	((pic) + 1)

#define INIT_ICW4	0x11
#define ICW4_8086	0x01
#define CASCADE_LINE	2
#define END_OF_IRQ	0x20
#define READ_IN_SERVICE	0x0b

#define MAX_HANDLERS	4	/* per line */

#define EINVAL		22
#define ENOMEM		12

static struct {
	irq_handler_func_t func;
	void *arg;
} handlers[KVM_IRQS][MAX_HANDLERS];

static __u16 masked = 0xffff;

static void write_masks(void)
{
	outb(MASK(PIC1), (__u8)masked);
	outb(MASK(PIC2), (__u8)(masked >> 8));
}

void kvm_pic_init(void)
{
	outb(COMMAND(PIC1), INIT_ICW4);
	outb(COMMAND(PIC2), INIT_ICW4);
	outb(MASK(PIC1), KVM_TRAPS);
	outb(MASK(PIC2), KVM_TRAPS + 8);
	outb(MASK(PIC1), 1 << CASCADE_LINE);
	outb(MASK(PIC2), CASCADE_LINE);
	outb(MASK(PIC1), ICW4_8086);
	outb(MASK(PIC2), ICW4_8086);
	write_masks();
}

/* The last line of a controller also stands for interrupts that went away */
static int spurious(__u16 pic, unsigned int line)
{
	if (line != 7)
		return 0;
	outb(COMMAND(pic), READ_IN_SERVICE);
	return !(inb(COMMAND(pic)) & 0x80);
}

void kvm_pic_handle(unsigned int irq)
{
	__u16 pic = irq < 8 ? PIC1 : PIC2;
	unsigned int i;

	if (spurious(pic, irq % 8)) {
		/* The first controller did see the second one's */
		if (pic == PIC2)
			outb(COMMAND(PIC1), END_OF_IRQ);
		return;
	}
	for (i = 0; i < MAX_HANDLERS && handlers[irq][i].func; i++)
		if (handlers[irq][i].func(handlers[irq][i].arg))
			break;
	if (pic == PIC2)
		outb(COMMAND(PIC2), END_OF_IRQ);
	outb(COMMAND(PIC1), END_OF_IRQ);
}

int ukplat_irq_init(struct uk_alloc *a __unused)
{
	return 0;
}

int ukplat_irq_register(unsigned long irq, irq_handler_func_t func, void *arg)
{
	unsigned long flags;
	unsigned int i;

	if (irq >= KVM_IRQS || irq == CASCADE_LINE || !func)
		return -EINVAL;

	flags = ukplat_lcpu_save_irqf();
	for (i = 0; i < MAX_HANDLERS && handlers[irq][i].func; i++)
		;
	if (i < MAX_HANDLERS) {
		handlers[irq][i].arg = arg;
		handlers[irq][i].func = func;
		masked &= (__u16)~(1U << irq);
		if (irq >= 8)
			masked &= (__u16)~(1U << CASCADE_LINE);
		write_masks();
	}
	ukplat_lcpu_restore_irqf(flags);
	return i < MAX_HANDLERS ? 0 : -ENOMEM;
}
