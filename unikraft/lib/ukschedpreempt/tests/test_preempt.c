/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <uk/alloc_impl.h>
#include <uk/arch/atomic.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/preempt.h>
#include <uk/sched.h>
#include <uk/test.h>

#define N	8

static volatile unsigned long rounds[N];
static volatile int stop, ended;

/* Never yields. What it computes with is in registers all the time */
static void __noreturn compute(void *argp)
{
	volatile unsigned long *mine = argp;
	double x = (double)(mine - rounds) + 1, y = x;

	while (!stop) {
		y = y * 1.5 - x * 0.5;
		if (y != x)
			break;
		(*mine)++;
	}
	if (y == x)
		ukarch_inc(&ended);
	uk_sched_thread_exit();
}

static int is_preemptive(void)
{
	/* The only scheduler with that option set */
#if CONFIG_LIBUKBOOT_INITSCHEDPREEMPT
	return 1;
#else
	return 0;
#endif
}

static void wait(__nsec ns)
{
	__nsec until = ukplat_monotonic_clock() + ns;

	while (ukplat_monotonic_clock() < until)
		;
}

UK_TESTCASE(ukschedpreempt, all_get_their_turn_and_keep_their_registers)
{
	int i, all, tries;

	if (!is_preemptive())
		return;
	stop = ended = 0;
	for (i = 0; i < N; i++)
		UK_TEST_EXPECT_NOT_NULL(
			uk_sched_thread_create(uk_sched_current(), compute,
					       &rounds[i], "compute"));
	/* This thread does not yield either */
	for (tries = 0; tries < 1000; tries++) {
		wait(10000000);
		for (all = 1, i = 0; i < N; i++)
			all = all && rounds[i];
		if (all && tries > 20)
			break;
	}
	UK_TEST_EXPECT(all);
	stop = 1;
	for (i = 0; i < 1000 && ended < N; i++)
		uk_sched_thread_sleep(1000000);
	UK_TEST_EXPECT_SNUM_EQ(ended, N);
}

static volatile int inside, disturbed;

static void __noreturn disturb(void *argp __unused)
{
	while (!stop)
		if (inside)
			disturbed++;
	ukarch_inc(&ended);
	uk_sched_thread_exit();
}

UK_TESTCASE(ukschedpreempt, nobody_comes_between)
{
	int i;

	if (!is_preemptive())
		return;
	stop = ended = inside = disturbed = 0;
	uk_sched_thread_create(uk_sched_current(), disturb, NULL, "disturb");
	uk_sched_yield();
	for (i = 0; i < 5; i++) {
		uk_preempt_disable();
		uk_preempt_disable();
		inside = 1;
		wait(30000000);
		uk_preempt_enable();
		wait(1000000);
		inside = 0;
		uk_preempt_enable();
	}
	UK_TEST_EXPECT_ZERO(disturbed);
	/* But elsewhere they do */
	inside = 1;
	for (i = 0; i < 1000 && !disturbed; i++)
		wait(1000000);
	inside = 0;
	UK_TEST_EXPECT_SNUM_GT(disturbed, 0);
	stop = 1;
	while (!ended)
		uk_sched_yield();
}

static void __noreturn sleep_often(void *argp)
{
	volatile unsigned long *mine = argp;

	while (!stop) {
		uk_sched_thread_sleep(2000000);
		(*mine)++;
	}
	ukarch_inc(&ended);
	uk_sched_thread_exit();
}

UK_TESTCASE(ukschedpreempt, sleepers_wake_while_others_compute)
{
	int i;

	if (!is_preemptive())
		return;
	stop = ended = 0;
	rounds[0] = rounds[1] = 0;
	uk_sched_thread_create(uk_sched_current(), compute, &rounds[0], "c");
	uk_sched_thread_create(uk_sched_current(), sleep_often, &rounds[1],
			       "s");
	for (i = 0; i < 1000 && rounds[1] < 5; i++)
		wait(10000000);
	UK_TEST_EXPECT_SNUM_GE(rounds[1], 5);
	stop = 1;
	for (i = 0; i < 1000 && ended < 2; i++)
		uk_sched_thread_sleep(1000000);
	UK_TEST_EXPECT_SNUM_EQ(ended, 2);
}

/* The list of allocators is changed all the time */
static void __noreturn register_often(void *argp)
{
	static struct uk_alloc allocators[N][4];
	struct uk_alloc *mine = allocators[(__uptr)argp];
	int i;

	while (!stop) {
		for (i = 0; i < 4; i++)
			uk_alloc_register(&mine[i]);
		for (i = 0; i < 4; i++)
			uk_alloc_unregister(&mine[i]);
		rounds[(__uptr)argp]++;
	}
	ukarch_inc(&ended);
	uk_sched_thread_exit();
}

UK_TESTCASE(ukschedpreempt, allocators_come_and_go)
{
	unsigned int before = 0, after = 0;
	struct uk_alloc *a;
	__uptr i;

	if (!is_preemptive())
		return;
	uk_alloc_foreach(a)
		before++;
	stop = ended = 0;
	for (i = 0; i < N; i++)
		uk_sched_thread_create(uk_sched_current(), register_often,
				       (void *)i, "registers");
	uk_sched_thread_sleep(500000000);
	stop = 1;
	while (ended < N)
		uk_sched_thread_sleep(1000000);
	uk_alloc_foreach(a)
		after++;
	UK_TEST_EXPECT_SNUM_EQ(after, before);
}

uk_testsuite_register(ukschedpreempt, NULL);
