/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waiting; see wait.h.
 */

#include <uk/assert.h>
#include "wait.h"

void lock_may_wait(const char *what)
{
	struct uk_thread *current = uk_thread_current();

	if (unlikely(!current))
		UK_CRASH("%s: would wait for ever, as there are no threads\n",
			 what);
	if (unlikely(ukplat_lcpu_irqs_disabled()))
		UK_CRASH("%s: thread %p (%s) would wait with interrupts off or in an interrupt handler\n",
			 what, current, lock_thread_name(current));
}

int lock_wait(struct uk_waitq *wq, struct uk_waitq_entry *entry,
	      __nsec deadline, unsigned long flags)
{
	do {
		uk_waitq_block(wq, entry, deadline);
		ukplat_lcpu_restore_irqf(flags);
		uk_sched_yield();
		flags = ukplat_lcpu_save_irqf();
		if (!entry->waiting)
			return 1;
	} while (!deadline || ukplat_monotonic_clock() < deadline);
	uk_waitq_remove(wq, entry);
	return 0;
}
