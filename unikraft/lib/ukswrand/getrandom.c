/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * getrandom(), where no other C library has it.
 */

#include <errno.h>
#include <sys/random.h>
#include <uk/swrand.h>

ssize_t getrandom(void *buf, size_t buflen, unsigned int flags)
{
	if (flags & ~(unsigned int)(GRND_NONBLOCK | GRND_RANDOM)) {
		errno = EINVAL;
		return -1;
	}
	if (!buf && buflen) {
		errno = EFAULT;
		return -1;
	}
	return uk_swrand_fill_buffer(buf, buflen);
}
