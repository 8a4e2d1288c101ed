/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether signals interrupt the thread of execution, and waiting for them.
 */
#ifndef __LINUXU_IRQ_H__
#define __LINUXU_IRQ_H__

/* Lets interrupts in (1) or not (0). Returns what was in force before */
int linuxu_irqs_set(int on);
int linuxu_irqs_enabled(void);

/* Handles what came while interrupts were off, if they are on */
void linuxu_irqs_replay(void);

/* With interrupts off: waits for one, and has it handled */
void linuxu_irqs_wait(void);

#endif /* __LINUXU_IRQ_H__ */
