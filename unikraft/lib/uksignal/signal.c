/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Dispositions and what is pending, of the one process, and each thread's mask.
 * All of it is changed with interrupts off; handlers are called with interrupts
 * as they were.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/lcpu.h>
#include <uk/print.h>
#include "signals.h"

/* No handler, and never blocked */
#define FIXED		(BIT(SIGKILL) | BIT(SIGSTOP))

/* Ignored where there is no handler */
#define IGNORED		(BIT(SIGCHLD) | BIT(SIGURG) | BIT(SIGWINCH) |	\
			 BIT(SIGCONT) | BIT(SIGSTOP) | BIT(SIGTSTP) |	\
			 BIT(SIGTTIN) | BIT(SIGTTOU))

static struct sigaction actions[NSIG];
static siginfo_t infos[NSIG];		/* of those that are pending */
static sigset_t pending;

__thread sigset_t signals_blocked;

volatile unsigned long signals_handled;

static int fail(int error)
{
	errno = error;
	return -1;
}

static int is_ignored(const struct sigaction *act, int sig)
{
	return act->sa_handler == SIG_IGN ||
	       (act->sa_handler == SIG_DFL && (IGNORED & BIT(sig)));
}

static void __noreturn end_by(int sig)
{
	uk_pr_err("The run ends by signal %d (%s)\n", sig, strsignal(sig));
	ukplat_exit(128 + sig);
}

/* Takes a signal that is pending and not blocked; returns 0 if there is none */
static int next_signal(siginfo_t *info, struct sigaction *act,
		       sigset_t *before)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	sigset_t ready = pending & ~signals_blocked;
	int sig = 0;

	if (ready) {
		sig = __builtin_ctzl(ready) + 1;
		pending &= ~BIT(sig);
		*info = infos[sig];
		*act = actions[sig];
		*before = signals_blocked;
		if (!is_ignored(act, sig) && act->sa_handler != SIG_DFL) {
			signals_blocked |= act->sa_mask & ~FIXED;
			if (!(act->sa_flags & SA_NODEFER))
				signals_blocked |= BIT(sig);
			if (act->sa_flags & (int)SA_RESETHAND)
				actions[sig].sa_handler = SIG_DFL;
		}
	}
	ukplat_lcpu_restore_irqf(flags);
	return sig;
}

sigset_t signals_set_mask(sigset_t mask)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	sigset_t before = signals_blocked;

	signals_blocked = mask & ~FIXED;
	ukplat_lcpu_restore_irqf(flags);
	return before;
}

int signals_take(sigset_t set, siginfo_t *info)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	sigset_t ready = pending & set;
	int sig = 0;

	if (ready) {
		sig = __builtin_ctzl(ready) + 1;
		pending &= ~BIT(sig);
		*info = infos[sig];
	}
	ukplat_lcpu_restore_irqf(flags);
	return sig;
}

int signals_are_due(void)
{
	return (pending & ~signals_blocked) != 0;
}

void signals_deliver(void)
{
	struct sigaction act;
	sigset_t before;
	siginfo_t info;
	int sig, error;

	while ((sig = next_signal(&info, &act, &before))) {
		if (is_ignored(&act, sig))
			continue;
		if (act.sa_handler == SIG_DFL)
			end_by(sig);
		error = errno;
		if (act.sa_flags & SA_SIGINFO)
			act.sa_sigaction(sig, &info, NULL);
		else
			act.sa_handler(sig);
		errno = error;
		signals_set_mask(before);
		signals_handled++;
		signals_wake();
	}
}

/* One that is pending already is not pending twice. */
static int send(int sig, int code)
{
	unsigned long flags;

	if (sig < 0 || sig >= NSIG)
		return fail(EINVAL);
	if (!sig)
		return 0;
	flags = ukplat_lcpu_save_irqf();
	if (!(pending & BIT(sig))) {
		pending |= BIT(sig);
		infos[sig] = (siginfo_t){
			.si_signo = sig,
			.si_code = code,
			.si_pid = getpid(),
		};
	}
	ukplat_lcpu_restore_irqf(flags);
	signals_wake();
	signals_deliver();
	return 0;
}

int kill(pid_t pid, int sig)
{
	if (pid != 0 && pid != -1 && pid != getpid() && pid != -getpid())
		return fail(ESRCH);
	return send(sig, SI_USER);
}

int killpg(int pgrp, int sig)
{
	if (pgrp < 0)
		return fail(EINVAL);
	return kill(-pgrp, sig);
}

int raise(int sig)
{
	return sig ? send(sig, SI_TKILL) : fail(EINVAL);
}

int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
	struct sigaction before;
	unsigned long flags;

	if (sig < 1 || sig >= NSIG || (act && (FIXED & BIT(sig))))
		return fail(EINVAL);
	flags = ukplat_lcpu_save_irqf();
	before = actions[sig];
	if (act) {
		actions[sig] = *act;
		/* What nobody wants is not kept for later */
		if (is_ignored(act, sig))
			pending &= ~BIT(sig);
	}
	ukplat_lcpu_restore_irqf(flags);
	if (old)
		*old = before;
	return 0;
}

int siginterrupt(int sig, int flag)
{
	struct sigaction act;

	if (sigaction(sig, NULL, &act))
		return -1;
	if (flag)
		act.sa_flags &= ~SA_RESTART;
	else
		act.sa_flags |= SA_RESTART;
	return sigaction(sig, &act, NULL);
}

sighandler_t signal(int sig, sighandler_t handler)
{
	struct sigaction act = { .sa_flags = SA_RESTART };
	struct sigaction old;

	act.sa_handler = handler;
	if (sigaction(sig, &act, &old))
		return SIG_ERR;
	return old.sa_handler;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	unsigned long flags;
	sigset_t before;
	int rc = 0;

	flags = ukplat_lcpu_save_irqf();
	before = signals_blocked;
	if (set) {
		switch (how) {
		case SIG_BLOCK:
			signals_blocked |= *set & ~FIXED;
			break;
		case SIG_UNBLOCK:
			signals_blocked &= ~*set;
			break;
		case SIG_SETMASK:
			signals_blocked = *set & ~FIXED;
			break;
		default:
			rc = -1;
		}
	}
	ukplat_lcpu_restore_irqf(flags);
	if (rc)
		return fail(EINVAL);
	if (old)
		*old = before;
	signals_deliver();
	return 0;
}

int sigpending(sigset_t *set)
{
	if (!set)
		return fail(EFAULT);
	*set = pending & signals_blocked;
	return 0;
}
