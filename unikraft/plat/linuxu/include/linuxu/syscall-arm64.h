/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: numbers of Linux's system calls, and how to make one.
 */
#ifndef __LINUXU_SYSCALL_H__
#error Do not include this header directly
#endif

#define __SC_OPENAT		56
#define __SC_CLOSE		57
#define __SC_LSEEK		62
#define __SC_READ		63
#define __SC_WRITE		64
#define __SC_PPOLL		73
#define __SC_EXIT_GROUP		94
#define __SC_TIMER_CREATE	107
#define __SC_TIMER_SETTIME	110
#define __SC_CLOCK_GETTIME	113
#define __SC_KILL		129
#define __SC_SIGALTSTACK	132
#define __SC_RT_SIGACTION	134
#define __SC_RT_SIGPROCMASK	135
#define __SC_GETPID		172
#define __SC_MUNMAP		215
#define __SC_MREMAP		216
#define __SC_MMAP		222
#define __SC_MPROTECT		226
#define __SC_MADVISE		233

static inline long syscall6(long nr, long a0, long a1, long a2, long a3,
			    long a4, long a5)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a0;
	register long x1 __asm__("x1") = a1;
	register long x2 __asm__("x2") = a2;
	register long x3 __asm__("x3") = a3;
	register long x4 __asm__("x4") = a4;
	register long x5 __asm__("x5") = a5;

	__asm__ __volatile__("svc #0"
			     : "+r"(x0)
			     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4),
			       "r"(x5)
			     : "memory");
	return x0;
}
