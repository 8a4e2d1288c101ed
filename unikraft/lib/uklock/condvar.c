/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Condition variables.
 */

#include <errno.h>
#include <uk/condvar.h>
#include "wait.h"

void uk_condvar_destroy(struct uk_condvar *cv)
{
	struct uk_waitq_entry *first;

	UK_ASSERT(cv);
	first = UK_TAILQ_FIRST(&cv->wait);
	if (first)
		UK_CRASH("uk_condvar_destroy: condition variable %p is destroyed while thread %p (%s) waits for it\n",
			 cv, first->thread, lock_thread_name(first->thread));
}

/* Interrupts are off from before the mutex is given back */
static int wait_until(struct uk_condvar *cv, struct uk_mutex *m,
		      __nsec deadline)
{
	struct uk_thread *self = uk_thread_current();
	unsigned long flags;
	int depth, woken;

	UK_ASSERT(cv);
	UK_ASSERT(m);
	lock_may_wait("uk_condvar_wait");
	if (m->owner != self)
		UK_CRASH("uk_condvar_wait: thread %p (%s) does not hold mutex %p\n",
			 self, lock_thread_name(self), m);
	flags = ukplat_lcpu_save_irqf();
	depth = m->lock_count;
	m->lock_count = 1;
	uk_mutex_unlock(m);
	{
		DEFINE_WAIT(entry);

		woken = lock_wait(&cv->wait, &entry, deadline, flags);
	}
	ukplat_lcpu_restore_irqf(flags);
	uk_mutex_lock(m);
	m->lock_count = depth;
	return woken ? 0 : -ETIMEDOUT;
}

void uk_condvar_wait(struct uk_condvar *cv, struct uk_mutex *m)
{
	wait_until(cv, m, 0);
}

int uk_condvar_wait_to(struct uk_condvar *cv, struct uk_mutex *m,
		       __nsec timeout)
{
	return wait_until(cv, m, lock_deadline(timeout));
}

void uk_condvar_signal(struct uk_condvar *cv)
{
	UK_ASSERT(cv);
	uk_waitq_wake_up_one(&cv->wait);
}

void uk_condvar_broadcast(struct uk_condvar *cv)
{
	UK_ASSERT(cv);
	uk_waitq_wake_up(&cv->wait);
}
