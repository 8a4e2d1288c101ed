/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks. Values are nanoseconds. They are read from any context.
 */
#ifndef __UKPLAT_TIME_H__
#define __UKPLAT_TIME_H__

#include <uk/config.h>
#include <uk/arch/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Called by the boot library around everything that uses a clock */
void ukplat_time_init(void);
void ukplat_time_fini(void);

/* Since ukplat_time_init(), 0 before it; never goes back */
__nsec ukplat_monotonic_clock(void);
/* Since 1970-01-01 00:00 UTC, as far as the machine knows */
__nsec ukplat_wall_clock(void);
/* The raw counter behind the monotonic clock; not in nanoseconds on kvm */
__nsec ukplat_time_get_ticks(void);

/* The interrupt of the timer */
__u32 ukplat_time_get_irq(void);

/*
 * The interrupt of the timer comes once in `ns` nanoseconds, or earlier if the
 * timer cannot be set for as long. With interrupts off, from any context. A
 * wait by ukplat_lcpu_halt_to() sets it to another time.
 */
void ukplat_time_set_timer(__nsec ns);

/* The length of a timer tick */
#define UKPLAT_TIME_TICK_NSEC	(UKARCH_NSEC_PER_SEC / CONFIG_HZ)
#define UKPLAT_TIME_TICK_MSEC	ukarch_time_nsec_to_msec(UKPLAT_TIME_TICK_NSEC)

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_TIME_H__ */
