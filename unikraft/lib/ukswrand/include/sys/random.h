/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _SYS_RANDOM_H
#define _SYS_RANDOM_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Nothing ever waits here, and there is one quality: flags change nothing */
#define GRND_NONBLOCK	0x01
#define GRND_RANDOM	0x02

/*
 * Fills `buf`; returns buflen, or -1 with errno set: EINVAL for other flags,
 * EFAULT for a null pointer.
 */
ssize_t getrandom(void *buf, size_t buflen, unsigned int flags);

#ifdef __cplusplus
}
#endif

#endif /* _SYS_RANDOM_H */
