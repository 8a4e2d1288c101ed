/* SPDX-License-Identifier: BSD-3-Clause */
/* Time of day */

#ifndef __NOLIBC_SYS_TIME_H__
#define __NOLIBC_SYS_TIME_H__

#include <nolibc-internal/shareddefs.h>

#ifdef __cplusplus
extern "C" {
#endif

struct timezone {
	int tz_minuteswest;
	int tz_dsttime;
};

/* Wall-clock time; `tz` is ignored. */
int gettimeofday(struct timeval *tv, void *tz);

#ifdef __cplusplus
}
#endif

#endif /* __NOLIBC_SYS_TIME_H__ */
