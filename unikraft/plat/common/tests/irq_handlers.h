/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For test_irq.c: what runs inside interrupts.
 */
#ifndef __PLAT_TESTS_IRQ_HANDLERS_H__
#define __PLAT_TESTS_IRQ_HANDLERS_H__

#include <uk/arch/time.h>
#include <uk/arch/types.h>

/* What a handler found; written by it alone */
struct seen {
	volatile unsigned long count;
	volatile unsigned long order;	/* among the calls of all */
	volatile __uptr stack;
	volatile int irqs_disabled;
	volatile int in_handler;
};

/* A handler: fills its argument, a struct seen */
int see(void *arg);

/* Sets the machine's timer and does not wait for it */
void set_timer(__nsec ns);

#endif /* __PLAT_TESTS_IRQ_HANDLERS_H__ */
