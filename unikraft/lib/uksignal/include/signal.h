/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals, numbered as Linux has them. There is one process, whose handlers all
 * threads share; each thread has a mask, at first that of the thread which
 * created it. A signal is handled in the context of who sends it, or else of
 * the first who unblocks it or waits for it. Not for interrupt handlers.
 */
#ifndef __UKSIGNAL_SIGNAL_H__
#define __UKSIGNAL_SIGNAL_H__

#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SIGHUP		1
#define SIGINT		2
#define SIGQUIT		3
#define SIGILL		4
#define SIGTRAP		5
#define SIGABRT		6
#define SIGIOT		SIGABRT
#define SIGBUS		7
#define SIGFPE		8
#define SIGKILL		9
#define SIGUSR1		10
#define SIGSEGV		11
#define SIGUSR2		12
#define SIGPIPE		13
#define SIGALRM		14
#define SIGTERM		15
#define SIGSTKFLT	16
#define SIGCHLD		17
#define SIGCONT		18
#define SIGSTOP		19
#define SIGTSTP		20
#define SIGTTIN		21
#define SIGTTOU		22
#define SIGURG		23
#define SIGXCPU		24
#define SIGXFSZ		25
#define SIGVTALRM	26
#define SIGPROF		27
#define SIGWINCH	28
#define SIGIO		29
#define SIGPOLL		SIGIO
#define SIGPWR		30
#define SIGSYS		31
#define SIGUNUSED	SIGSYS
#define SIGRTMIN	32
#define SIGRTMAX	64

#define NSIG		65
#define _NSIG		NSIG

typedef void (*sighandler_t)(int);

#define SIG_DFL		((sighandler_t)0)
#define SIG_IGN		((sighandler_t)1)
#define SIG_ERR		((sighandler_t)-1)

union sigval {
	int sival_int;
	void *sival_ptr;
};

typedef struct {
	int si_signo;
	int si_errno;
	int si_code;
	pid_t si_pid;
	uid_t si_uid;
	void *si_addr;
	int si_status;
	union sigval si_value;
} siginfo_t;

/* Values of si_code: by kill(), by raise() */
#define SI_USER		0
#define SI_TKILL	(-6)

struct sigaction {
	union {
		sighandler_t sa_handler;
		void (*sa_sigaction)(int sig, siginfo_t *info, void *context);
	};
	sigset_t sa_mask;	/* what is blocked while it is handled */
	int sa_flags;		/* SA_* */
	void (*sa_restorer)(void);
};

#define SA_NOCLDSTOP	0x00000001
#define SA_NOCLDWAIT	0x00000002
#define SA_SIGINFO	0x00000004	/* sa_sigaction; the context is null */
#define SA_ONSTACK	0x08000000
#define SA_RESTART	0x10000000
#define SA_NODEFER	0x40000000	/* does not block itself meanwhile */
#define SA_RESETHAND	0x80000000	/* once */

#define SIG_BLOCK	0
#define SIG_UNBLOCK	1
#define SIG_SETMASK	2

/* 0; or 1, 0 for sigismember(); -1 with EINVAL for a number that is none */
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int sig);
int sigdelset(sigset_t *set, int sig);
int sigismember(const sigset_t *set, int sig);

/* All return 0, or -1 with errno set */
int sigaction(int sig, const struct sigaction *act, struct sigaction *old);
/* Whether calls go on after it was handled */
int siginterrupt(int sig, int flag);
/* Returns what was there before, or SIG_ERR */
sighandler_t signal(int sig, sighandler_t handler);
int sigprocmask(int how, const sigset_t *set, sigset_t *old);
int sigpending(sigset_t *set);

/*
 * With a scheduler (LIBUKSCHED): wait for what other threads send.
 *
 * The first three take a signal of the set, which should be blocked, without
 * its handler. sigwait() returns 0 or an error number, the others the signal,
 * or -1 with errno set: EAGAIN when the timeout has passed.
 */
int sigwait(const sigset_t *set, int *sig);
int sigwaitinfo(const sigset_t *set, siginfo_t *info);
int sigtimedwait(const sigset_t *set, siginfo_t *info,
		 const struct timespec *timeout);
/* Until a handler was called; the mask is this one meanwhile. -1, EINTR */
int sigsuspend(const sigset_t *mask);

/*
 * To this process, by 0, -1 or its number; others do not exist (ESRCH). `sig` 0
 * sends nothing.
 *
 * Where there is no handler, a signal ends the run with the status 128 + sig,
 * or is ignored; SIGSTOP and its like are, too: nobody could go on after it.
 */
int kill(pid_t pid, int sig);
int killpg(int pgrp, int sig);
int raise(int sig);

#ifdef __cplusplus
}
#endif

#endif /* __UKSIGNAL_SIGNAL_H__ */
