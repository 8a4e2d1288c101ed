/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: numbers of Linux's system calls, and how to make one.
 */
#ifndef __LINUXU_SYSCALL_H__
#error Do not include this header directly
#endif

#define __SC_READ		0
#define __SC_WRITE		1
#define __SC_CLOSE		3
#define __SC_LSEEK		8
#define __SC_MMAP		9
#define __SC_MPROTECT		10
#define __SC_MUNMAP		11
#define __SC_MREMAP		25
#define __SC_MADVISE		28
#define __SC_RT_SIGACTION	13
#define __SC_RT_SIGPROCMASK	14
#define __SC_GETPID		39
#define __SC_KILL		62
#define __SC_SIGALTSTACK	131
#define __SC_ARCH_PRCTL		158
#define __SC_TIMER_CREATE	222
#define __SC_TIMER_SETTIME	223
#define __SC_CLOCK_GETTIME	228
#define __SC_EXIT_GROUP		231
#define __SC_OPENAT		257
#define __SC_PPOLL		271

static inline long syscall6(long nr, long a0, long a1, long a2, long a3,
			    long a4, long a5)
{
	register long r10 __asm__("r10") = a3;
	register long r8 __asm__("r8") = a4;
	register long r9 __asm__("r9") = a5;
	long ret;

	__asm__ __volatile__("syscall"
			     : "=a"(ret)
			     : "a"(nr), "D"(a0), "S"(a1), "d"(a2), "r"(r10),
			       "r"(r8), "r"(r9)
			     : "rcx", "r11", "memory");
	return ret;
}
