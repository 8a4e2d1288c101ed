/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Dates of the Gregorian calendar in UTC, and nanoseconds since 1970. Knows no
 * time zones and no leap seconds. From any context.
 */

#ifndef __UKTIMECONV_H__
#define __UKTIMECONV_H__

#include <uk/arch/time.h>
#include <uk/arch/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define __SECS_PER_MINUTE	60
#define __SECS_PER_HOUR		3600
#define __SECS_PER_DAY		86400
#define __DAYS_PER_COMMON_YEAR	365
#define __DAYS_PER_LEAP_YEAR	366

struct uktimeconv_bmkclock {
	__s64 dt_year;	/* 2000, not 100 */
	__u8 dt_mon;	/* from 1 */
	__u8 dt_day;	/* from 1 */
	__u8 dt_hour;
	__u8 dt_min;
	__u8 dt_sec;
};

int uktimeconv_is_leap_year(__s64 year);

/* Month from 1; 0 for a month that does not exist */
__u8 uktimeconv_days_in_month(__u8 month, int is_leap_year);

static inline __u16 uktimeconv_days_per_year(__s64 year)
{
	return uktimeconv_is_leap_year(year) ? __DAYS_PER_LEAP_YEAR
					     : __DAYS_PER_COMMON_YEAR;
}

/*
 * Since the begin of 1970, which is the first year that there is; the last one
 * is 2553. Numbers beyond their range (second 60) count on.
 */
__nsec uktimeconv_bmkclock_to_nsec(struct uktimeconv_bmkclock *dt);

/* Two decimal digits in the halves of a byte, as clocks store them */
static inline unsigned int uktimeconv_bcdtobin(unsigned int bcd)
{
	return (bcd >> 4 & 0x0f) * 10 + (bcd & 0x0f);
}

#ifdef __cplusplus
}
#endif

#endif /* __UKTIMECONV_H__ */
