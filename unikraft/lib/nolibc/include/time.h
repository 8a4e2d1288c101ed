/* SPDX-License-Identifier: BSD-3-Clause */
/* Time: clocks, and calendar dates in UTC */

#ifndef __NOLIBC_TIME_H__
#define __NOLIBC_TIME_H__

#include <nolibc-internal/shareddefs.h>

#ifdef __cplusplus
extern "C" {
#define restrict __restrict
#endif

#define CLOCKS_PER_SEC	1000000L
#define CLOCK_REALTIME	0
#define CLOCK_MONOTONIC	1

struct tm {
	int tm_sec;
	int tm_min;
	int tm_hour;
	int tm_mday;
	int tm_mon;
	int tm_year;
	int tm_wday;
	int tm_yday;
	int tm_isdst;
	long tm_gmtoff;
	const char *tm_zone;
};

time_t time(time_t *now);
clock_t clock(void);
int clock_gettime(clockid_t id, struct timespec *ts);
double difftime(time_t end, time_t begin);

/* The only time zone is UTC. NULL and EOVERFLOW: the year is no int. */
struct tm *gmtime(const time_t *t);
struct tm *gmtime_r(const time_t *restrict t, struct tm *restrict tm);
struct tm *localtime(const time_t *t);
struct tm *localtime_r(const time_t *restrict t, struct tm *restrict tm);
/* Fields out of their range are carried over, and written back. */
time_t timegm(struct tm *tm);
time_t mktime(struct tm *tm);

#ifdef __cplusplus
#undef restrict
}
#endif

#endif /* __NOLIBC_TIME_H__ */
