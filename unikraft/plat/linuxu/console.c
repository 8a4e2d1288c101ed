/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console: standard input and output of the process.
 */
#include <linuxu/syscall.h>
#include <uk/plat/console.h>

static unsigned int length_of(const char *buf, unsigned int len)
{
	if (!len)
		while (buf[len])
			len++;
	return len;
}

/* Writes everything, however long the other side takes */
static int write_all(int fd, const char *buf, unsigned int len)
{
	unsigned int done = 0;
	long n;

	len = length_of(buf, len);
	while (done < len) {
		n = sys_write(fd, buf + done, len - done);
		if (n == -LINUX_EINTR)
			continue;
		if (n == -LINUX_EAGAIN) {
			struct linux_pollfd wait = { .fd = fd, .events = LINUX_POLLOUT };

			sys_ppoll(&wait, 1, __NULL, __NULL);
			continue;
		}
		if (n < 0)
			return (int)n;
		done += (unsigned int)n;
	}
	return (int)done;
}

int ukplat_coutk(const char *buf, unsigned int len)
{
	return write_all(LINUX_STDOUT, buf, len);
}

int ukplat_coutd(const char *buf, unsigned int len)
{
	return write_all(LINUX_STDOUT, buf, len);
}

int ukplat_cink(char *buf, unsigned int maxlen)
{
	const struct linux_timespec at_once = { 0, 0 };
	struct linux_pollfd in = { .fd = LINUX_STDIN, .events = LINUX_POLLIN };
	long n;

	n = sys_ppoll(&in, 1, &at_once, __NULL);
	if (n <= 0)
		return n == -LINUX_EINTR ? 0 : (int)n;
	n = sys_read(LINUX_STDIN, buf, maxlen);
	/* A poll that says "readable" and a read of nothing: no more to come */
	if (n == 0 && maxlen > 0)
		return -LINUX_EPIPE;
	return n == -LINUX_EAGAIN || n == -LINUX_EINTR ? 0 : (int)n;
}
