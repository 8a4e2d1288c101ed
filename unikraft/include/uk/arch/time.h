/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time in nanoseconds. 64 bits last for 584 years.
 */
#ifndef __UKARCH_TIME_H__
#define __UKARCH_TIME_H__

#include <uk/arch/limits.h>
#include <uk/arch/types.h>

typedef __u64 __nsec;	/* a time or a duration */
typedef __s64 __snsec;	/* a difference of two times */

#define __PRInsec	__PRIu64
#define __PRIsnsec	__PRIs64

#define __NSEC_MAX	__U64_MAX
#define __SNSEC_MAX	__S64_MAX
#define __SNSEC_MIN	__S64_MIN

#define UKARCH_NSEC_PER_SEC	1000000000ULL

#define ukarch_time_nsec_to_sec(ns)	((ns) / UKARCH_NSEC_PER_SEC)
#define ukarch_time_nsec_to_msec(ns)	((ns) / 1000000ULL)
#define ukarch_time_nsec_to_usec(ns)	((ns) / 1000ULL)
/* The nanoseconds beyond whole seconds */
#define ukarch_time_subsec(ns)		((ns) % UKARCH_NSEC_PER_SEC)

#define ukarch_time_sec_to_nsec(sec)	((sec) * UKARCH_NSEC_PER_SEC)
#define ukarch_time_msec_to_nsec(msec)	((msec) * 1000000ULL)
#define ukarch_time_usec_to_nsec(usec)	((usec) * 1000ULL)

#endif /* __UKARCH_TIME_H__ */
