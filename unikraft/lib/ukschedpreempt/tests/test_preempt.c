/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <uk/alloc_impl.h>
#include <uk/arch/atomic.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/preempt.h>
#include <uk/sched_impl.h>
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

static volatile int came;

static void __noreturn come(void *argp __unused)
{
	came = 1;
	uk_sched_thread_exit();
}

/* Without yielding. Whether somebody came, in reasonable time */
static int has_come(void)
{
	int i;

	for (i = 0; i < 1000 && !came; i++)
		wait(10000000);
	return came;
}

static void __noreturn sleep_long(void *argp __unused)
{
	uk_sched_thread_sleep(3600000000000UL);
	uk_sched_thread_exit();
}

UK_TESTCASE(ukschedpreempt, turns_end_though_somebody_sleeps_long)
{
	struct uk_thread *sleeper;

	if (!is_preemptive())
		return;
	sleeper = uk_sched_thread_create(uk_sched_current(), sleep_long, NULL,
					 "sleeps");
	uk_sched_yield();
	uk_sched_yield();
	wait(50000000);
	came = 0;
	uk_sched_thread_create(uk_sched_current(), come, NULL, "comes");
	UK_TEST_EXPECT(has_come());
	uk_sched_thread_terminate(sleeper);
	uk_sched_thread_sleep(1000000);
}

static struct uk_thread *first, *second;

/* In the idle thread, for so long that the timer's interrupt comes there */
static void wake_two(struct uk_thread *t __unused)
{
	uk_thread_wake(first);
	uk_thread_wake(second);
	wait(40000000);
}

static void __noreturn end_at_once(void *argp __unused)
{
	uk_sched_thread_exit();
}

UK_TESTCASE(ukschedpreempt, turns_end_after_the_idle_thread_was_busy)
{
	if (!is_preemptive())
		return;
	uk_sched_thread_gc(uk_sched_current());
	came = 0;
	first = uk_thread_current();
	second = uk_sched_thread_create(uk_sched_current(), come, NULL, "comes");
	uk_thread_block(second);
	UK_TEST_EXPECT_NOT_NULL(
		uk_sched_thread_create_fn1(uk_sched_current(), end_at_once,
					   NULL, 0, false, false, "ends", NULL,
					   wake_two));
	uk_thread_block(first);
	uk_sched_yield();
	UK_TEST_EXPECT(has_come());
	uk_sched_thread_sleep(1000000);
}

#ifdef __X86_64__
static volatile unsigned long backwards;

static void __noreturn look_at_direction(void *argp __unused)
{
	unsigned long flags;

	while (!stop) {
		__asm__ __volatile__("pushfq; popq %0" : "=r"(flags));
		if (flags & 0x400) {
			__asm__ __volatile__("cld");
			backwards++;
		}
	}
	ukarch_inc(&ended);
	uk_sched_thread_exit();
}

/* As memmove() may, which copies from the end */
UK_TESTCASE(ukschedpreempt, strings_go_upwards_in_other_threads)
{
	__nsec until = ukplat_monotonic_clock() + 200000000;
	unsigned long spins;

	if (!is_preemptive())
		return;
	stop = ended = 0;
	backwards = 0;
	uk_sched_thread_create(uk_sched_current(), look_at_direction, NULL,
			       "looks");
	while (ukplat_monotonic_clock() < until) {
		spins = 1000000;
		__asm__ __volatile__("std; 1: decq %0; jnz 1b; cld"
				     : "+r"(spins) : : "cc");
	}
	UK_TEST_EXPECT_ZERO(backwards);
	stop = 1;
	while (!ended)
		uk_sched_thread_sleep(1000000);
}
#endif /* __X86_64__ */

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
