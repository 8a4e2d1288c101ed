/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: the state that Linux saves when it delivers a signal, and what the
 * processor said of a trap. The layout is the kernel's.
 */
#include <linuxu/signal.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/trap.h>

/* The direction of strings: functions begin with it clear, going upwards */
#define EFLAGS_DF	0x400UL

struct ucontext {
	__u64 flags;
	struct ucontext *link;
	struct linux_sigstack stack;
	__u64 r8, r9, r10, r11, r12, r13, r14, r15;
	__u64 rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags;
	__u16 cs, gs, fs, ss;
	__u64 error, vector, oldmask, cr2;
};

void linuxu_regs_get(const void *context, struct __regs *regs)
{
	const struct ucontext *uc = context;

	*regs = (struct __regs) {
		.r15 = uc->r15, .r14 = uc->r14, .r13 = uc->r13, .r12 = uc->r12,
		.r11 = uc->r11, .r10 = uc->r10, .r9 = uc->r9, .r8 = uc->r8,
		.rbp = uc->rbp, .rbx = uc->rbx, .rax = uc->rax, .rcx = uc->rcx,
		.rdx = uc->rdx, .rsi = uc->rsi, .rdi = uc->rdi,
		.orig_rax = uc->error, .rip = uc->rip, .cs = uc->cs,
		.eflags = uc->eflags, .rsp = uc->rsp, .ss = uc->ss,
	};
}

/* Segments stay: they are Linux's */
void linuxu_regs_set(void *context, const struct __regs *regs)
{
	struct ucontext *uc = context;

	uc->r15 = regs->r15;
	uc->r14 = regs->r14;
	uc->r13 = regs->r13;
	uc->r12 = regs->r12;
	uc->r11 = regs->r11;
	uc->r10 = regs->r10;
	uc->r9 = regs->r9;
	uc->r8 = regs->r8;
	uc->rbp = regs->rbp;
	uc->rbx = regs->rbx;
	uc->rax = regs->rax;
	uc->rcx = regs->rcx;
	uc->rdx = regs->rdx;
	uc->rsi = regs->rsi;
	uc->rdi = regs->rdi;
	uc->rip = regs->rip;
	uc->eflags = regs->eflags;
	uc->rsp = regs->rsp;
}

__uptr linuxu_regs_sp(const struct __regs *regs)
{
	return regs->rsp;
}

/* Backtraces lead to what was interrupted, by the return address */
void linuxu_regs_call(struct __regs *regs, __uptr sp,
		      void (*fn)(void *arg) __noreturn, void *arg)
{
	sp -= sizeof(__uptr);
	*(__uptr *)sp = regs->rip;
	regs->eflags &= ~EFLAGS_DF;
	regs->rsp = sp;
	regs->rip = (__uptr)fn;
	regs->rdi = (__uptr)arg;
}

void linuxu_trap(int signo __unused, struct linux_siginfo *info __unused,
		 void *context)
{
	struct ucontext *uc = context;
	struct __regs regs;

	linuxu_regs_get(uc, &regs);
	if (plat_trap_raise((unsigned int)uc->vector, uc->error, uc->cr2,
			    &regs))
		linuxu_regs_set(uc, &regs);
	else
		plat_crash_trap((unsigned int)uc->vector, uc->error, uc->cr2,
				&regs);
}

void linuxu_interrupted(const void *context, __uptr *pc, __uptr *fp)
{
	const struct ucontext *uc = context;

	*pc = uc->rip;
	*fp = uc->rbp;
}
