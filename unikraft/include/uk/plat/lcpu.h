/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor that runs this code, as far as the platform has a say:
 * interrupts and idling. There is one.
 *
 * Callable from interrupt handlers: saving and restoring of flags, disabling,
 * questions. Whoever enables interrupts or waits there ends the run with a
 * report.
 */
#ifndef __UKPLAT_LCPU_H__
#define __UKPLAT_LCPU_H__

#include <uk/arch/lcpu.h>
#include <uk/arch/time.h>
#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef __u32 __lcpuidx;	/* index: 0, 1, 2, ... */
typedef __u64 __lcpuid;		/* what the hardware calls it */

/* A function that a processor starts with, with arguments of its own */
typedef void __noreturn (*ukplat_lcpu_entry_t)();

__lcpuid ukplat_lcpu_id(void);
#define ukplat_lcpu_idx()	(0)
#define ukplat_lcpu_count()	(1)

void ukplat_lcpu_enable_irq(void);
void ukplat_lcpu_disable_irq(void);

/*
 * Disables interrupts and returns what was in force before, in a form for
 * ukplat_lcpu_restore_irqf() only. Pairs nest.
 */
unsigned long ukplat_lcpu_save_irqf(void);
void ukplat_lcpu_restore_irqf(unsigned long flags);

/* Not 0 when interrupts are off */
int ukplat_lcpu_irqs_disabled(void);

/* Runs handlers of interrupts that are pending though none was delivered */
void ukplat_lcpu_irqs_handle_pending(void);

/* Stops for good */
void ukplat_lcpu_halt(void) __noreturn;
/* Called with interrupts off: stops until an interrupt came and was handled */
void ukplat_lcpu_halt_irq(void);
/*
 * Stops until the monotonic clock shows `until`, or until an interrupt other
 * than the timer's was handled. Interrupts are on meanwhile, and afterwards as
 * they were: called with interrupts off, none that came before is missed.
 */
void ukplat_lcpu_halt_to(__nsec until);

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_LCPU_H__ */
