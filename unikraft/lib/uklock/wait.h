/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How threads wait in this library: whoever releases something takes the first
 * one out of the queue, and with that it is his. What woke a thread besides
 * does not count.
 */
#ifndef UKLOCK_WAIT_H
#define UKLOCK_WAIT_H

#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/wait.h>

/* Ends the run with a report where nobody can wait; `what` is a function */
void lock_may_wait(const char *what);

/*
 * Waits in `wq`, until it is taken out: returns 1; or until `deadline` (0:
 * none): returns 0. Called with interrupts off, which `flags` are from before;
 * in the end they are off again.
 */
int lock_wait(struct uk_waitq *wq, struct uk_waitq_entry *entry,
	      __nsec deadline, unsigned long flags);

/* When so many nanoseconds are over: never 0, unless they never are */
static inline __nsec lock_deadline(__nsec timeout)
{
	__nsec now = ukplat_monotonic_clock();

	if (timeout >= (__nsec)__SNSEC_MAX - now)
		return 0;
	return now + timeout ? now + timeout : 1;
}

static inline const char *lock_thread_name(const struct uk_thread *t)
{
	return (__uptr)t > 2 && t->name ? t->name : "no name";
}

#endif /* UKLOCK_WAIT_H */
