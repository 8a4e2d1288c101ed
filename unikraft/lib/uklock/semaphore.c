/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Semaphores, where somebody waits.
 */

#include <errno.h>
#include <uk/semaphore.h>
#include "wait.h"

void uk_semaphore_init(struct uk_semaphore *s, long count)
{
	UK_ASSERT(s);
	s->count = count;
	uk_waitq_init(&s->wait);
}

void uk_semaphore_destroy(struct uk_semaphore *s)
{
	struct uk_waitq_entry *first;

	UK_ASSERT(s);
	first = UK_TAILQ_FIRST(&s->wait);
	if (first)
		UK_CRASH("uk_semaphore_destroy: semaphore %p is destroyed while thread %p (%s) waits for it\n",
			 s, first->thread, lock_thread_name(first->thread));
}

int __uk_semaphore_down_slow(struct uk_semaphore *s, __nsec deadline)
{
	unsigned long flags;
	int got;

	lock_may_wait("uk_semaphore_down");
	flags = ukplat_lcpu_save_irqf();
	got = uk_semaphore_down_try(s);
	if (!got) {
		DEFINE_WAIT(entry);

		got = lock_wait(&s->wait, &entry, deadline, flags);
	}
	ukplat_lcpu_restore_irqf(flags);
	return got ? 0 : -ETIMEDOUT;
}

void __uk_semaphore_hand_over(struct uk_semaphore *s)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	while (!uk_waitq_empty(&s->wait) && uk_semaphore_down_try(s))
		uk_waitq_wake_first(&s->wait);
	ukplat_lcpu_restore_irqf(flags);
}

__nsec uk_semaphore_down_to(struct uk_semaphore *s, __nsec timeout)
{
	__nsec begin;

	if (uk_semaphore_down_try(s))
		return 0;
	if (!timeout)
		return __NSEC_MAX;
	begin = ukplat_monotonic_clock();
	if (__uk_semaphore_down_slow(s, lock_deadline(timeout)))
		return __NSEC_MAX;
	return ukplat_monotonic_clock() - begin;
}
