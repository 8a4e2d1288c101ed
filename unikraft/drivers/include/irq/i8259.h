/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The pair of 8259 interrupt controllers: 16 lines, of which one connects them.
 */
#ifndef __DRIVERS_IRQ_I8259_H__
#define __DRIVERS_IRQ_I8259_H__

#include <uk/plat/common/irq.h>

#define I8259_IRQS	16

/* Masks all lines and has them interrupt with vectors from `vector` on */
void i8259_init(unsigned int vector);

/*
 * Whether the interrupt in service is real: the last line of each chip also
 * stands for interrupts that went away. What is not needs no ack.
 */
int i8259_in_service(unsigned int irq);

extern const struct plat_intctrl i8259_intctrl;

#endif /* __DRIVERS_IRQ_I8259_H__ */
