/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Days are counted in years that begin in March, so that the leap day is the
 * last one of its year.
 */

#include <uk/assert.h>
#include <uk/timeconv.h>

/* From 1 March 0000 to 1 January 1970 */
#define EPOCH_DAY	719468

int uktimeconv_is_leap_year(__s64 year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

__u8 uktimeconv_days_in_month(__u8 month, int is_leap_year)
{
	if (month < 1 || month > 12)
		return 0;
	if (month == 2)
		return is_leap_year ? 29 : 28;
	/* 31 30 31 30 31 30 31 from January and again from August */
	return 30 + (month > 7 ? !(month & 1) : month & 1);
}

__nsec uktimeconv_bmkclock_to_nsec(struct uktimeconv_bmkclock *dt)
{
	__u64 year, month, days;

	UK_ASSERT(dt);
	UK_ASSERT(dt->dt_year >= 1970);
	UK_ASSERT(dt->dt_mon >= 1 && dt->dt_mon <= 12);

	month = (dt->dt_mon + 9) % 12;		/* March is 0 */
	year = (__u64)dt->dt_year - (month >= 10);
	days = year * 365 + year / 4 - year / 100 + year / 400;
	/* Five months from March, and from August, have 153 days */
	days += (month * 153 + 2) / 5 + dt->dt_day - 1 - EPOCH_DAY;

	return ukarch_time_sec_to_nsec(days * __SECS_PER_DAY +
				       dt->dt_hour * __SECS_PER_HOUR +
				       dt->dt_min * __SECS_PER_MINUTE +
				       dt->dt_sec);
}
