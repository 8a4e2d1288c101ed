/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reports of schedulers that are called where they must not be.
 */
#include <uk/assert.h>
#include <uk/sched_impl.h>
#include "thread_impl.h"

void __uk_sched_yield_forbidden(void)
{
	struct uk_thread *current = uk_thread_current();

	UK_CRASH("Thread %p (%s) yields, sleeps, blocks or ends with interrupts off or in an interrupt handler\n",
		 current, current ? thread_name(current) : "none");
}
