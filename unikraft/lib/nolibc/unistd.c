/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console as descriptors 0, 1 and 2.
 */

#include <errno.h>
#include <limits.h>
#include <unistd.h>
#include <uk/arch/limits.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/console.h>

ssize_t write(int fd, const void *buf, size_t len)
{
	int n;

	if (fd != STDOUT_FILENO && fd != STDERR_FILENO) {
		errno = EBADF;
		return -1;
	}
	/* Zero would mean a string to the console. */
	if (!len)
		return 0;
	if (len > INT_MAX)
		len = INT_MAX;
	n = ukplat_coutk(buf, len);
	if (n < 0) {
		errno = -n;
		return -1;
	}
	return n;
}

/* Waits for the first byte; returns what is there then. */
ssize_t read(int fd, void *buf, size_t len)
{
	int n;

	if (fd != STDIN_FILENO) {
		errno = EBADF;
		return -1;
	}
	if (!len)
		return 0;
	if (len > INT_MAX)
		len = INT_MAX;
	do {
		n = ukplat_cink(buf, len);
	} while (n == 0);
	if (n < 0) {
		errno = -n;
		return -1;
	}
	return n;
}

void _exit(int status)
{
	ukplat_exit(status);
}

pid_t getpid(void)
{
	return 1;
}

int getpagesize(void)
{
	return __PAGE_SIZE;
}

int isatty(int fd)
{
	if (fd >= STDIN_FILENO && fd <= STDERR_FILENO)
		return 1;
	errno = EBADF;
	return 0;
}
