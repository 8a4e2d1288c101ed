/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who gets which signal. Does not know what a processor saves (x86/frame.c,
 * arm/frame.c), nor what an interrupt is (irq.c).
 */
#include <linuxu/signal.h>
#include <linuxu/syscall.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

#define SA_SIGINFO	0x00000004UL
#define SA_RESTORER	0x04000000UL
#define SA_ONSTACK	0x08000000UL
#define SA_RESTART	0x10000000UL
#define SA_NODEFER	0x40000000UL

/* As the kernel has it on the architectures with a restorer */
struct sigaction {
	linuxu_signal_handler_t handler;
	__u64 flags;
	void (*restorer)(void);
	__u64 mask;
};

static void install(int signo, linuxu_signal_handler_t handler, __u64 flags)
{
	const struct sigaction action = {
		.handler = handler,
		.flags = SA_SIGINFO | SA_ONSTACK | SA_RESTORER | flags,
		.restorer = linuxu_sigreturn,
		.mask = ~LINUX_SIGNALS_TRAP,
	};

	syscall6(__SC_RT_SIGACTION, signo, (long)&action, 0,
		 sizeof(action.mask), 0, 0);
}

void linuxu_signal_handle(int signo, linuxu_signal_handler_t handler)
{
	install(signo, handler, SA_RESTART);
}

static void on_trap(int signo, struct linux_siginfo *info, void *context)
{
	__uptr pc, fp;

	if (info->code > 0) {
		linuxu_trap(signo, info, context);
		return;
	}
	plat_crash_begin();
	plat_print("\nCrash: a process sent signal ");
	plat_print_dec((unsigned long)signo);
	plat_print("\n");
	linuxu_interrupted(context, &pc, &fp);
	plat_print_backtrace(pc, fp);
	ukplat_exit(UKPLAT_CRASH_STATUS);
}

void linuxu_signals_init(void)
{
	const __u64 none = 0;
	int signo;

	for (signo = 1; signo <= LINUX_NSIG; signo++)
		if (LINUX_SIGNALS_TRAP & LINUX_SIGBIT(signo))
			/* A trap during the report comes at once, too */
			install(signo, on_trap, SA_NODEFER);
	/* Whoever started the process may have blocked some */
	sys_sigprocmask(LINUX_SIG_SETMASK, &none, __NULL);
}
