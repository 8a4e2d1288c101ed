/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Arm's PL031 real-time clock.
 */
#ifndef __DRIVERS_RTC_PL031_H__
#define __DRIVERS_RTC_PL031_H__

#include <uk/arch/types.h>

#define PL031_REGISTERS		0x1000UL	/* bytes */

/* Seconds since 1970, UTC */
__u32 pl031_seconds(volatile void *registers);

#endif /* __DRIVERS_RTC_PL031_H__ */
