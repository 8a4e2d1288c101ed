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
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>

/* How long to sleep between looks for input */
#define INPUT_WAIT_NSEC	2000000

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

/* The console does not announce input: look again in a moment. */
static void wait_for_input(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	ukplat_lcpu_halt_to(ukplat_monotonic_clock() + INPUT_WAIT_NSEC);
	ukplat_lcpu_restore_irqf(flags);
}

/*
 * Waits for the first byte; returns what is there then. The console says
 * EPIPE when there will be no more input ever: the end of the file.
 */
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
	while (!(n = ukplat_cink(buf, len)))
		wait_for_input();
	if (n == -EPIPE)
		return 0;
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
