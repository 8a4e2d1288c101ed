/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * System calls of Linux, as far as this platform needs them. Results are as
 * the kernel gives them: negative error codes instead of errno.
 */
#ifndef __LINUXU_SYSCALL_H__
#define __LINUXU_SYSCALL_H__

#include <uk/arch/types.h>
#include <uk/config.h>
#if CONFIG_ARCH_X86_64
#include <linuxu/syscall-x86_64.h>
#else
#include <linuxu/syscall-arm64.h>
#endif

#define LINUX_EINTR		4
#define LINUX_EAGAIN		11
#define LINUX_EPIPE		32

#define LINUX_STDIN		0
#define LINUX_STDOUT		1
#define LINUX_STDERR		2

#define LINUX_PROT_NONE		0x0
#define LINUX_PROT_READ		0x1
#define LINUX_PROT_WRITE	0x2
#define LINUX_MAP_PRIVATE	0x02
#define LINUX_MAP_ANONYMOUS	0x20
#define LINUX_MAP_NORESERVE	0x4000

#define LINUX_AT_FDCWD		-100
#define LINUX_O_RDONLY		0
#define LINUX_SEEK_END		2

#define LINUX_CLOCK_REALTIME	0
#define LINUX_CLOCK_MONOTONIC	1

#define LINUX_SIG_BLOCK		0
#define LINUX_SIG_SETMASK	2

#define LINUX_POLLIN		1
#define LINUX_POLLOUT		4

struct linux_timespec {
	__s64 sec;
	__s64 nsec;
};

struct linux_itimerspec {
	struct linux_timespec interval;
	struct linux_timespec value;
};

struct linux_sigevent {
	__u64 value;
	__s32 signo;
	__s32 notify;		/* 0: by a signal */
	__u8 reserved[48];
};

struct linux_pollfd {
	__s32 fd;
	__s16 events;
	__s16 revents;
};

static inline long sys_read(int fd, void *buf, __sz len)
{
	return syscall6(__SC_READ, fd, (long)buf, (long)len, 0, 0, 0);
}

static inline long sys_write(int fd, const void *buf, __sz len)
{
	return syscall6(__SC_WRITE, fd, (long)buf, (long)len, 0, 0, 0);
}

static inline long sys_open(const char *path, int flags)
{
	return syscall6(__SC_OPENAT, LINUX_AT_FDCWD, (long)path, flags, 0, 0,
			0);
}

static inline long sys_close(int fd)
{
	return syscall6(__SC_CLOSE, fd, 0, 0, 0, 0, 0);
}

static inline long sys_lseek(int fd, __off offset, int whence)
{
	return syscall6(__SC_LSEEK, fd, offset, whence, 0, 0, 0);
}

/*
 * Waits for events on the descriptors, for `timeout` at most unless that is
 * null. With a `mask`, these signals are blocked meanwhile and no others.
 */
static inline long sys_ppoll(struct linux_pollfd *fds, unsigned int nfds,
			     const struct linux_timespec *timeout,
			     const __u64 *mask)
{
	return syscall6(__SC_PPOLL, (long)fds, nfds, (long)timeout,
			(long)mask, sizeof(*mask), 0);
}

/* The address of the mapping; PTRISERR() tells errors */
static inline void *sys_mmap(__sz len, int prot, int flags, int fd)
{
	return (void *)syscall6(__SC_MMAP, 0, (long)len, prot, flags, fd, 0);
}

/* Anonymous memory; an address or an error code */
static inline long sys_mmap_at(__uptr addr, __sz len, int prot, int flags)
{
	return syscall6(__SC_MMAP, (long)addr, (long)len, prot, flags, -1, 0);
}

static inline long sys_munmap(__uptr addr, __sz len)
{
	return syscall6(__SC_MUNMAP, (long)addr, (long)len, 0, 0, 0, 0);
}

static inline long sys_mremap(__uptr old, __sz old_len, __sz len, int flags,
			      __uptr addr)
{
	return syscall6(__SC_MREMAP, (long)old, (long)old_len, (long)len, flags,
			(long)addr, 0);
}

static inline long sys_madvise(__uptr addr, __sz len, int advice)
{
	return syscall6(__SC_MADVISE, (long)addr, (long)len, advice, 0, 0, 0);
}

static inline long sys_mprotect(void *base, __sz len, int prot)
{
	return syscall6(__SC_MPROTECT, (long)base, (long)len, prot, 0, 0, 0);
}

static inline long sys_clock_gettime(int clock, struct linux_timespec *ts)
{
	return syscall6(__SC_CLOCK_GETTIME, clock, (long)ts, 0, 0, 0, 0);
}

/* Timers that send a signal; the id is what the kernel calls it */
static inline long sys_timer_create(int clock,
				    const struct linux_sigevent *event,
				    __s32 *id)
{
	return syscall6(__SC_TIMER_CREATE, clock, (long)event, (long)id, 0, 0,
			0);
}

static inline long sys_timer_settime(__s32 id,
				     const struct linux_itimerspec *spec)
{
	return syscall6(__SC_TIMER_SETTIME, id, 0, (long)spec, 0, 0, 0);
}

/* Signal masks: bit `signo` - 1 */
static inline long sys_sigprocmask(int how, const __u64 *set, __u64 *old)
{
	return syscall6(__SC_RT_SIGPROCMASK, how, (long)set, (long)old,
			sizeof(*set), 0, 0);
}

/* Sends a signal to this process; a lone thread gets it before this returns */
static inline long sys_raise(int signo)
{
	long pid = syscall6(__SC_GETPID, 0, 0, 0, 0, 0, 0);

	return syscall6(__SC_KILL, pid, signo, 0, 0, 0, 0);
}

static inline void __attribute__((noreturn)) sys_exit_group(int status)
{
	for (;;)
		syscall6(__SC_EXIT_GROUP, status, 0, 0, 0, 0, 0);
}

#endif /* __LINUXU_SYSCALL_H__ */
