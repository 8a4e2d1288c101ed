/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Traps, which Linux delivers as signals: each ends in a crash report.
 *
 * The structures are the kernel's, for x86_64.
 */
#include <linuxu/setup.h>
#include <linuxu/syscall.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

#define SIGILL		4
#define SIGTRAP		5
#define SIGBUS		7
#define SIGFPE		8
#define SIGSEGV		11

#define SA_SIGINFO	0x00000004UL
#define SA_RESTORER	0x04000000UL
#define SA_ONSTACK	0x08000000UL

#define SIGNAL_STACK_LEN	(64 * 1024)

struct siginfo {
	__s32 signo;
	__s32 error;
	__s32 code;	/* 0 or less: a process sent it */
};

struct sigstack {
	void *base;
	__s32 flags;
	__sz len;
};

struct ucontext {
	__u64 flags;
	struct ucontext *link;
	struct sigstack stack;
	__u64 r8, r9, r10, r11, r12, r13, r14, r15;
	__u64 rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags;
	__u16 cs, gs, fs, ss;
	__u64 error, vector, oldmask, cr2;
};

struct sigaction {
	void (*handler)(int signo, struct siginfo *info, void *context);
	__u64 flags;
	void (*restorer)(void);
	__u64 mask;
};

void linuxu_sigreturn(void);

static void report(int signo, struct siginfo *info, void *context)
{
	const struct ucontext *uc = context;
	struct __regs regs = {
		.r15 = uc->r15, .r14 = uc->r14, .r13 = uc->r13, .r12 = uc->r12,
		.r11 = uc->r11, .r10 = uc->r10, .r9 = uc->r9, .r8 = uc->r8,
		.rbp = uc->rbp, .rbx = uc->rbx, .rax = uc->rax, .rcx = uc->rcx,
		.rdx = uc->rdx, .rsi = uc->rsi, .rdi = uc->rdi,
		.orig_rax = uc->error, .rip = uc->rip, .cs = uc->cs,
		.eflags = uc->eflags, .rsp = uc->rsp, .ss = uc->ss,
	};

	if (info->code <= 0) {
		plat_crash_begin();
		plat_print("\nCrash: a process sent signal ");
		plat_print_dec((unsigned long)signo);
		plat_print("\n");
		plat_print_backtrace(regs.rip, regs.rbp);
		ukplat_exit(UKPLAT_CRASH_STATUS);
	}
	plat_crash_trap((unsigned int)uc->vector, uc->error, uc->cr2, &regs);
}

void linuxu_signals_init(void)
{
	static const int signals[] = {
		SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV
	};
	static char memory[SIGNAL_STACK_LEN] __align16;
	const struct sigstack stack = { memory, 0, sizeof(memory) };
	const struct sigaction action = {
		.handler = report,
		.flags = SA_SIGINFO | SA_ONSTACK | SA_RESTORER,
		.restorer = linuxu_sigreturn,
	};
	unsigned int i;

	syscall6(__SC_SIGALTSTACK, (long)&stack, 0, 0, 0, 0, 0);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		syscall6(__SC_RT_SIGACTION, signals[i], (long)&action, 0,
			 sizeof(action.mask), 0, 0);
}
