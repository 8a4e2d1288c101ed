/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A semaphore on the stack of who waits for it, which is gone as soon as that
 * thread has what it waited for: before who gave it has returned, if that one
 * loses the processor.
 */
#include <string.h>
#include <uk/plat/irq.h>
#include <uk/semaphore.h>
#include "preempting.h"
#include "threads.h"

static struct uk_semaphore *volatile posted;
static volatile int stop;

static void __noreturn give(void *arg __unused)
{
	volatile unsigned int spins;
	struct uk_semaphore *s;
	unsigned int delay = 0;

	while (!stop) {
		s = posted;
		if (!s) {
			uk_sched_yield();
			continue;
		}
		posted = NULL;
		delay = (delay + 7) % 20000;
		preempting = uk_thread_current();
		ukplat_time_set_timer(15000);
		for (spins = 0; spins < delay; spins++)
			;
		uk_semaphore_up(s);
		preempting = NULL;
	}
	end();
}

static __noinline void complete(void)
{
	struct uk_semaphore own;

	uk_semaphore_init(&own, 0);
	posted = &own;
	while (!uk_semaphore_down_try(&own))
		uk_sched_yield();
	/* As whatever comes next on this stack may */
	memset(&own, 0x5a, sizeof(own));
	barrier();
	uk_sched_yield();
	uk_sched_yield();
}

static int register_handler(struct uk_testsuite *suite __unused)
{
	return ukplat_irq_register(ukplat_time_get_irq(), preempting_handler,
				   NULL);
}

UK_TESTCASE(uklock_completion, nobody_looks_at_what_is_gone)
{
	__nsec limit = ukplat_monotonic_clock() + 1500 * MSEC;
	unsigned int n = 0;

	begin();
	stop = 0;
	start(give, NULL, "gives");
	for (; ukplat_monotonic_clock() < limit; n++)
		complete();
	stop = 1;
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_SNUM_GT(n, 10);
}

uk_testsuite_register(uklock_completion, register_handler);
