/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Blocking and waking threads. Compiled to be called from interrupt handlers.
 */
#include <uk/assert.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include "thread_impl.h"

static __always_inline void block(struct uk_thread *thread, __snsec until)
{
	unsigned long flags;

	UK_ASSERT(thread);
	if (unlikely(ukplat_irq_in_handler()))
		thread_block_forbidden(thread);
	flags = ukplat_lcpu_save_irqf();
	/* From one reason to be woken to another */
	__uk_thread_wake(thread);
	if (uk_thread_is_runnable(thread)) {
		thread->wakeup_time = until;
		uk_thread_set_blocked(thread);
		if (thread->sched)
			uk_sched_thread_blocked(thread);
	}
	ukplat_lcpu_restore_irqf(flags);
}

void uk_thread_block_until(struct uk_thread *thread, __snsec until)
{
	block(thread, until);
}

void uk_thread_block_timeout(struct uk_thread *thread, __nsec nsec)
{
	__nsec now = ukplat_monotonic_clock();

	/* What is too long to be counted is for ever */
	block(thread, nsec > (__nsec)__SNSEC_MAX - now
		      ? __SNSEC_MAX : (__snsec)(now + nsec));
}

void uk_thread_block(struct uk_thread *thread)
{
	uk_thread_block_until(thread, 0);
}

void uk_thread_wake(struct uk_thread *thread)
{
	unsigned long flags;

	UK_ASSERT(thread);
	flags = ukplat_lcpu_save_irqf();
	__uk_thread_wake(thread);
	ukplat_lcpu_restore_irqf(flags);
}
