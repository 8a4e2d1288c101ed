/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals: traps of the processor and interrupts from outside come as such.
 * All handlers run on one stack of their own.
 */
#ifndef __LINUXU_SIGNAL_H__
#define __LINUXU_SIGNAL_H__

#include <uk/arch/lcpu.h>
#include <uk/arch/types.h>
#include <uk/essentials.h>

#define LINUX_SIGILL	4
#define LINUX_SIGTRAP	5
#define LINUX_SIGBUS	7
#define LINUX_SIGFPE	8
#define LINUX_SIGKILL	9
#define LINUX_SIGSEGV	11
#define LINUX_SIGALRM	14
#define LINUX_SIGSTOP	19
#define LINUX_NSIG	64	/* the highest number */
/* The image sends it to itself, to have registers loaded; nobody else does */
#define LINUX_SIGRESUME	16	/* SIGSTKFLT */

#define LINUX_SIGBIT(signo)	(1UL << ((signo) - 1))

/* Those that the processor causes */
#define LINUX_SIGNALS_TRAP						\
	(LINUX_SIGBIT(LINUX_SIGILL) | LINUX_SIGBIT(LINUX_SIGTRAP)	\
	 | LINUX_SIGBIT(LINUX_SIGBUS) | LINUX_SIGBIT(LINUX_SIGFPE)	\
	 | LINUX_SIGBIT(LINUX_SIGSEGV))

/* As far as it is the same for all of them */
struct linux_siginfo {
	__s32 signo;
	__s32 error;
	__s32 code;		/* 0 or less: a process sent it */
	__s32 reserved;
	__u64 address;		/* of a trap */
};

struct linux_sigstack {
	void *base;
	__s32 flags;
	__sz len;
};

typedef void (*linuxu_signal_handler_t)(int signo, struct linux_siginfo *info,
					void *context);

/* Gives handlers their stack. Returns 0, or a negative error code */
int linuxu_signal_stack_create(void);

/* Has traps reported from then on */
void linuxu_signals_init(void);

/* Installs a handler. During it, all but traps wait */
void linuxu_signal_handle(int signo, linuxu_signal_handler_t handler);

/*
 * From the architecture: lets libraries handle a trap, in which case it
 * returns and execution goes on as they left it, or ends with a report.
 */
void linuxu_trap(int signo, struct linux_siginfo *info, void *context);

/*
 * From the architecture: the general registers of what a signal interrupted,
 * and what it goes on with.
 */
void linuxu_regs_get(const void *context, struct __regs *regs);
void linuxu_regs_set(void *context, const struct __regs *regs);

__uptr linuxu_regs_sp(const struct __regs *regs);
/*
 * Lets `regs` go on by calling fn(arg), which does not return, on the stack
 * from `sp` (aligned to 16 bytes) down.
 */
void linuxu_regs_call(struct __regs *regs, __uptr sp,
		      void (*fn)(void *arg) __noreturn, void *arg);

/* From the entry code: where signal handlers return to */
void linuxu_sigreturn(void);

/* Interrupts can be registered for from now on */
void linuxu_irqs_init(void);

#endif /* __LINUXU_SIGNAL_H__ */
