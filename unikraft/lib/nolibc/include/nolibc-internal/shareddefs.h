/* SPDX-License-Identifier: BSD-3-Clause */
/* Types that several headers of this C library define */

#ifndef __NOLIBC_NOLIBC_INTERNAL_SHAREDDEFS_H__
#define __NOLIBC_NOLIBC_INTERNAL_SHAREDDEFS_H__

#include <uk/config.h>

#ifdef __cplusplus
#define NULL 0L
#else
#ifndef NULL
#define NULL ((void *)0)
#endif
#endif

#ifndef __DEFINED_size_t
#define __DEFINED_size_t
typedef __SIZE_TYPE__ size_t;
#endif

typedef __PTRDIFF_TYPE__ ssize_t;
typedef __INT64_TYPE__ off_t;
typedef unsigned int mode_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int id_t;
typedef unsigned int useconds_t;
typedef long suseconds_t;
typedef int pid_t;
typedef __UINT64_TYPE__ dev_t;
typedef __UINT64_TYPE__ ino_t;
typedef unsigned int nlink_t;
typedef __INT64_TYPE__ blkcnt_t;
typedef long blksize_t;
typedef unsigned long long fsblkcnt_t;
typedef unsigned long long fsfilcnt_t;
typedef unsigned int socklen_t;
typedef unsigned short sa_family_t;
typedef unsigned long sigset_t;
typedef int sig_atomic_t;
typedef long time_t;
typedef long clock_t;
typedef int clockid_t;
typedef void *timer_t;

struct timeval {
	time_t tv_sec;
	suseconds_t tv_usec;
};

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

struct iovec {
	void *iov_base;
	size_t iov_len;
};

#endif /* __NOLIBC_NOLIBC_INTERNAL_SHAREDDEFS_H__ */
