/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waiting for signals that other threads send.
 */

#include <errno.h>
#include <unistd.h>
#include <uk/essentials.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/thread.h>
#include <uk/wait.h>
#include "signals.h"

/* Of everybody who waits for any signal: each looks whether it was his */
static DEFINE_WAIT_QUEUE(waiters);

void signals_wake(void)
{
	uk_waitq_wake_up(&waiters);
}

static int fail(int error)
{
	errno = error;
	return -1;
}

/* Centuries: as good as for ever */
#define FOR_EVER	(1L << 33)

/* When a timeout is over; 0: never */
static __nsec deadline_of(const struct timespec *timeout)
{
	if (timeout->tv_sec >= FOR_EVER)
		return 0;
	return MAX(ukplat_monotonic_clock()
		   + ukarch_time_sec_to_nsec((__nsec)timeout->tv_sec)
		   + (__nsec)timeout->tv_nsec, (__nsec)1);
}

int sigtimedwait(const sigset_t *set, siginfo_t *info,
		 const struct timespec *timeout)
{
	__nsec deadline = 0;
	siginfo_t taken;
	int sig = 0;

	if (!set)
		return fail(EFAULT);
	if (timeout) {
		if (timeout->tv_sec < 0 || timeout->tv_nsec < 0
		    || timeout->tv_nsec >= (long)UKARCH_NSEC_PER_SEC)
			return fail(EINVAL);
		deadline = deadline_of(timeout);
	}
	uk_waitq_wait_event_deadline(&waiters,
				     (sig = signals_take(*set, &taken)),
				     deadline);
	if (!sig)
		return fail(EAGAIN);
	if (info)
		*info = taken;
	return sig;
}

int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
	return sigtimedwait(set, info, NULL);
}

/* The one of the family that returns its error */
int sigwait(const sigset_t *set, int *sig)
{
	int got = sigwaitinfo(set, NULL);

	if (got < 0)
		return errno;
	*sig = got;
	return 0;
}

/* What the sender has blocked himself is handled here */
static void until_handled(unsigned long before)
{
	for (;;) {
		signals_deliver();
		if (signals_handled != before)
			return;
		uk_waitq_wait_event(&waiters, signals_handled != before
				    || signals_are_due());
	}
}

/* A thread, whose TLS this runs with, begins with its creator's mask */
static int inherit(struct uk_thread *child __unused, struct uk_thread *parent)
{
	if (parent && parent->flags & UK_THREADF_UKTLS)
		signals_blocked = uk_thread_uktls_var(parent, signals_blocked);
	return 0;
}
UK_THREAD_INIT_PRIO_FLAGS(inherit, NULL, UK_PRIO_LATEST,
			  UK_THREAD_INITF_UKTLS);

int sigsuspend(const sigset_t *mask)
{
	unsigned long before = signals_handled;
	sigset_t own;

	if (!mask)
		return fail(EFAULT);
	own = signals_set_mask(*mask);
	until_handled(before);
	signals_set_mask(own);
	signals_deliver();
	return fail(EINTR);
}

int pause(void)
{
	until_handled(signals_handled);
	return fail(EINTR);
}
