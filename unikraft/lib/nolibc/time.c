/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks of the platform under their C names, and the Gregorian calendar.
 * There are no time zones and no leap seconds.
 */

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>
#include <uk/plat/time.h>

#define NSEC_PER_SEC	1000000000L
#define SEC_PER_DAY	86400L
#define DAYS_PER_ERA	146097L	/* 400 years, after which all repeats */

int clock_gettime(clockid_t id, struct timespec *ts)
{
	__nsec now;

	if (id == CLOCK_REALTIME) {
		now = ukplat_wall_clock();
	} else if (id == CLOCK_MONOTONIC) {
		now = ukplat_monotonic_clock();
	} else {
		errno = EINVAL;
		return -1;
	}
	ts->tv_sec = now / NSEC_PER_SEC;
	ts->tv_nsec = now % NSEC_PER_SEC;
	return 0;
}

int gettimeofday(struct timeval *tv, void *tz __attribute__((unused)))
{
	__nsec now = ukplat_wall_clock();

	tv->tv_sec = now / NSEC_PER_SEC;
	tv->tv_usec = now % NSEC_PER_SEC / 1000;
	return 0;
}

time_t time(time_t *now)
{
	time_t sec = ukplat_wall_clock() / NSEC_PER_SEC;

	if (now)
		*now = sec;
	return sec;
}

clock_t clock(void)
{
	return ukplat_monotonic_clock() / (NSEC_PER_SEC / CLOCKS_PER_SEC);
}

double difftime(time_t end, time_t begin)
{
	return (double)(end - begin);
}

/* a / b and a % b, rounding down for negative numbers as well */
static long div_floor(long a, long b)
{
	return a / b - (a % b < 0);
}

static long mod_floor(long a, long b)
{
	return a - div_floor(a, b) * b;
}

static int is_leap(long year)
{
	return !(year % 4) && (year % 100 || !(year % 400));
}

/*
 * Years are counted from March here: the leap day is then the last one, and
 * month m (0 is March) begins (153 * m + 2) / 5 days into the year.
 */
static long days_before(long year, int month)
{
	int m = month >= 2 ? month - 2 : month + 10;
	long y = year - (month < 2);
	long era = div_floor(y, 400);
	long in_era = mod_floor(y, 400);

	/* Day 719468 of the count from 0000-03-01 is 1970-01-01. */
	return era * DAYS_PER_ERA + in_era * 365 + in_era / 4 - in_era / 100 +
	       (153 * m + 2) / 5 - 719468;
}

time_t timegm(struct tm *tm)
{
	long year = tm->tm_year + 1900L + div_floor(tm->tm_mon, 12);
	long days = days_before(year, mod_floor(tm->tm_mon, 12));
	time_t t = (days + tm->tm_mday - 1) * SEC_PER_DAY +
		   tm->tm_hour * 3600L + tm->tm_min * 60L + tm->tm_sec;

	return gmtime_r(&t, tm) ? t : -1;
}

struct tm *gmtime_r(const time_t *restrict t, struct tm *restrict tm)
{
	long days = div_floor(*t, SEC_PER_DAY);
	long sec = mod_floor(*t, SEC_PER_DAY);
	long day = mod_floor(days + 719468, DAYS_PER_ERA);
	/* Take away the leap days that lie before, to divide by 365. */
	long in_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	long in_year = day - (in_era * 365 + in_era / 4 - in_era / 100);
	int m = (5 * in_year + 2) / 153;
	long year = div_floor(days + 719468, DAYS_PER_ERA) * 400 + in_era +
		    (m >= 10);

	if (year - 1900 > INT_MAX || year - 1900 < INT_MIN) {
		errno = EOVERFLOW;
		return NULL;
	}
	tm->tm_year = year - 1900;
	tm->tm_mon = m >= 10 ? m - 10 : m + 2;
	tm->tm_mday = in_year - (153 * m + 2) / 5 + 1;
	tm->tm_hour = sec / 3600;
	tm->tm_min = sec / 60 % 60;
	tm->tm_sec = sec % 60;
	tm->tm_wday = mod_floor(days + 4, 7);
	/* January and February end the year that began in March. */
	tm->tm_yday = m >= 10 ? in_year - 306 : in_year + 59 + is_leap(year);
	tm->tm_isdst = 0;
	tm->tm_gmtoff = 0;
	tm->tm_zone = "UTC";
	return tm;
}

struct tm *gmtime(const time_t *t)
{
	static struct tm tm;

	return gmtime_r(t, &tm);
}

struct tm *localtime_r(const time_t *restrict t, struct tm *restrict tm)
{
	return gmtime_r(t, tm);
}

struct tm *localtime(const time_t *t)
{
	return gmtime(t);
}

time_t mktime(struct tm *tm)
{
	return timegm(tm);
}
