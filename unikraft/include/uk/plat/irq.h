/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt handlers.
 */
#ifndef __UKPLAT_IRQ_H__
#define __UKPLAT_IRQ_H__

#ifdef __cplusplus
extern "C" {
#endif

struct uk_alloc;

/*
 * Gets the registered argument; returns not 0 when the interrupt was its.
 *
 * Runs with interrupts off, on a stack of its own. A handler, and all that it
 * calls, must not enable interrupts, not wait, and not touch vector registers:
 * compile it as the variant `isr` (SRCS-y += file.c|isr). The platform checks
 * this and ends the run with a report. From uk/plat/ it may call: the clocks,
 * console output, save and restore of interrupt flags, ukplat_irq_register(),
 * ukplat_terminate() and its kin, spinlocks.
 */
typedef int (*irq_handler_func_t)(void *arg);

/* Called by the boot library once there is a heap. Returns 0 or -errno */
int ukplat_irq_init(struct uk_alloc *a);

/*
 * Adds a handler for interrupt `irq` and lets that interrupt through. There
 * may be several for one number: all are called, in the order in which they
 * came. Returns 0, -EINVAL for a number that does not exist, -ENOMEM when
 * there are too many handlers.
 */
int ukplat_irq_register(unsigned long irq, irq_handler_func_t func, void *arg);

/*
 * Whether an interrupt handler runs, for functions that must not be called from
 * one and say so.
 */
int ukplat_irq_in_handler(void);

/*
 * From a handler: when all handlers have run, `fn` is called in place of what
 * was interrupted, on its stack, with interrupts off, before that goes on. It
 * and all that it calls keep vector registers as they are (variant isr), or
 * store and load them. It may switch contexts. The last one to call wins.
 */
void ukplat_irq_then(void (*fn)(void));

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_IRQ_H__ */
