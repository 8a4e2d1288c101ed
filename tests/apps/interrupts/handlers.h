/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt handlers that do what they must not.
 */
#ifndef __APPINTERRUPTS_HANDLERS_H__
#define __APPINTERRUPTS_HANDLERS_H__

/* How many interrupts were handled */
extern volatile unsigned long handled;

int handle_nothing(void *arg);
int handle_with_vectors(void *arg);
int handle_enabling(void *arg);
int handle_waiting(void *arg);
int handle_null_write(void *arg);
int handle_overflow(void *arg);

/* An interrupt that no line belongs to */
void interrupt_by_software(void);

#endif /* __APPINTERRUPTS_HANDLERS_H__ */
