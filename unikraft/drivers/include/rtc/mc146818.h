/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The battery-backed clock of PCs (MC146818). Taken to run in UTC.
 */
#ifndef __DRIVERS_RTC_MC146818_H__
#define __DRIVERS_RTC_MC146818_H__

#include <uk/arch/types.h>

/* Seconds since 1970; 0 when there is no such clock */
__u64 mc146818_seconds(void);

#endif /* __DRIVERS_RTC_MC146818_H__ */
