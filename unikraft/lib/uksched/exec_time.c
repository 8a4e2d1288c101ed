/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How long threads have been running.
 */
#include <uk/plat/time.h>
#include <uk/sched_impl.h>

#if CONFIG_LIBUKSCHED_EXEC_TIME
/* When the current thread was switched to */
static __nsec since;

void __uk_sched_account(struct uk_thread *prev)
{
	__nsec now = ukplat_monotonic_clock();

	prev->exec_time += now - since;
	since = now;
}

__nsec uk_thread_exec_time(struct uk_thread *thread)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	__nsec time = thread->exec_time;

	if (thread == uk_thread_current())
		time += ukplat_monotonic_clock() - since;
	ukplat_lcpu_restore_irqf(flags);
	return time;
}
#else
void __uk_sched_account(struct uk_thread *prev __unused)
{
}

__nsec uk_thread_exec_time(struct uk_thread *thread __unused)
{
	return 0;
}
#endif
