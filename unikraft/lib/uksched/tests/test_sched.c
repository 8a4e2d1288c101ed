/* SPDX-License-Identifier: BSD-3-Clause */
/* Whose turn it is: yielding, blocking, sleeping, ending. */
#include <stdlib.h>
#include <string.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/preempt.h>
#include <uk/print.h>
#include <uk/sched_impl.h>
#include <uk/test.h>
#include "waker.h"

#define MSEC	1000000UL

static char log[128];

static void note(char c)
{
	size_t len = strlen(log);

	if (len + 1 < sizeof(log)) {
		log[len] = c;
		log[len + 1] = 0;
	}
}

static struct uk_thread *begin(uk_thread_fn1_t fn, const char *name)
{
	return uk_sched_thread_create(uk_sched_current(), fn, name, name);
}

/* Lets others run until they have nothing to do */
static void drain(void)
{
	int i;

	for (i = 0; i < 100; i++)
		uk_sched_yield();
}

static void __noreturn three_times(void *argp)
{
	int i;

	for (i = 0; i < 3; i++) {
		note(*(char *)argp);
		uk_sched_yield();
	}
	uk_sched_thread_exit();
}

static void __noreturn twice_blocked(void *argp)
{
	int i;

	for (i = 0; i < 2; i++) {
		note(*(char *)argp);
		uk_thread_block(uk_thread_current());
		uk_sched_yield();
	}
	note('.');
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched, main_is_a_thread)
{
	UK_TEST_EXPECT_NOT_NULL(uk_thread_current());
	UK_TEST_EXPECT_STR_EQ(uk_thread_current()->name, "init");
	UK_TEST_EXPECT_NOT_NULL(uk_sched_current());
	UK_TEST_EXPECT(uk_sched_current()->is_started);
	UK_TEST_EXPECT(uk_thread_is_runnable(uk_thread_current()));
	UK_TEST_EXPECT(!uk_thread_is_exited(uk_thread_current()));
	UK_TEST_EXPECT(!uk_thread_is_blocked(uk_thread_current()));
	UK_TEST_EXPECT(uk_thread_current()->flags & UK_THREADF_ECTX);
	UK_TEST_EXPECT(uk_thread_current()->flags & UK_THREADF_UKTLS);
}

UK_TESTCASE(uksched, all_are_listed)
{
	struct uk_thread *t, *next, *mine = begin(three_times, "listed");
	int main = 0, idle = 0, listed = 0;

	uk_sched_foreach_thread_safe(uk_sched_current(), t, next) {
		main += t == uk_thread_current();
		idle += !strcmp(t->name, "idle");
		listed += t == mine;
	}
	UK_TEST_EXPECT_SNUM_EQ(main, 1);
	UK_TEST_EXPECT_SNUM_EQ(idle, 1);
	UK_TEST_EXPECT_SNUM_EQ(listed, 1);
	uk_sched_dumpk_threads(KLVL_INFO, uk_sched_current());
	uk_sched_thread_terminate(mine);
	uk_sched_foreach_thread(uk_sched_current(), t)
		UK_TEST_EXPECT(t != mine);
}

UK_TESTCASE(uksched, threads_take_turns)
{
	uk_preempt_disable();
	log[0] = 0;
	UK_TEST_EXPECT_NOT_NULL(begin(three_times, "a"));
	UK_TEST_EXPECT_NOT_NULL(begin(three_times, "b"));
	UK_TEST_EXPECT_STR_EQ(log, "");
	uk_sched_yield();
	UK_TEST_EXPECT_STR_EQ(log, "ab");
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "ababab");
	uk_preempt_enable();
}

UK_TESTCASE(uksched, yielding_alone_returns)
{
	int i;

	for (i = 0; i < 1000; i++)
		uk_sched_yield();
	UK_TEST_EXPECT(uk_thread_is_runnable(uk_thread_current()));
}

UK_TESTCASE(uksched, blocked_until_woken)
{
	struct uk_thread *t = begin(twice_blocked, "x");

	log[0] = 0;
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "x");
	UK_TEST_EXPECT(uk_thread_is_blocked(t));
	uk_thread_wake(t);
	uk_thread_wake(t);
	UK_TEST_EXPECT(uk_thread_is_runnable(t));
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "xx");
	uk_thread_wake(t);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "xx.");
}

UK_TESTCASE(uksched, blocked_by_others)
{
	struct uk_thread *t = begin(three_times, "y");

	log[0] = 0;
	uk_thread_block(t);
	uk_thread_block(t);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "");
	uk_thread_wake(t);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "yyy");
}

UK_TESTCASE(uksched, woken_before_it_yields)
{
	uk_preempt_disable();
	uk_thread_block(uk_thread_current());
	UK_TEST_EXPECT(uk_thread_is_blocked(uk_thread_current()));
	uk_thread_wake(uk_thread_current());
	UK_TEST_EXPECT(uk_thread_is_runnable(uk_thread_current()));
	uk_preempt_enable();
	uk_sched_yield();
	/* By time, too */
	uk_preempt_disable();
	uk_thread_block_timeout(uk_thread_current(), 3600000 * MSEC);
	uk_thread_wake(uk_thread_current());
	uk_preempt_enable();
	UK_TEST_EXPECT_ZERO(uk_thread_current()->wakeup_time);
	uk_sched_yield();
}

UK_TESTCASE(uksched, sleep_takes_its_time)
{
	__nsec before = ukplat_monotonic_clock();

	uk_sched_thread_sleep(3 * MSEC);
	UK_TEST_EXPECT(ukplat_monotonic_clock() - before >= 3 * MSEC);
	uk_sched_thread_sleep(0);
	uk_sched_thread_sleep(1);
}

UK_TESTCASE(uksched, blocked_for_a_time)
{
	__nsec before = ukplat_monotonic_clock();

	uk_thread_block_timeout(uk_thread_current(), 2 * MSEC);
	uk_sched_yield();
	UK_TEST_EXPECT(ukplat_monotonic_clock() - before >= 2 * MSEC);
	uk_thread_block_until(uk_thread_current(),
			      (__snsec)ukplat_monotonic_clock() - 1);
	uk_sched_yield();
	UK_TEST_EXPECT(uk_thread_is_runnable(uk_thread_current()));
}

UK_TESTCASE(uksched, blocked_anew_with_another_time)
{
	struct uk_thread *t = begin(three_times, "z");

	log[0] = 0;
	uk_thread_block_timeout(t, 3600000 * MSEC);
	uk_thread_block_timeout(t, __NSEC_MAX);
	uk_thread_block_timeout(t, 1 * MSEC);
	uk_sched_thread_sleep(20 * MSEC);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "zzz");
}

#define SLEEPERS	32

static __snsec woken_at[SLEEPERS], due_at[SLEEPERS];
static unsigned int woken;
static int out_of_order, late;

static void __noreturn sleeper(void *argp)
{
	unsigned int nr = (unsigned int)(__uptr)argp, i;

	if ((__snsec)ukplat_monotonic_clock() >= due_at[nr])
		late++;
	uk_thread_block_until(uk_thread_current(), due_at[nr]);
	uk_sched_yield();
	woken_at[nr] = (__snsec)ukplat_monotonic_clock();
	for (i = 0; i < SLEEPERS; i++)
		if (woken_at[i] && due_at[i] > due_at[nr])
			out_of_order++;
	woken++;
	uk_sched_thread_exit();
}

static void wake_sleepers_after(__snsec delay)
{
	__snsec first = (__snsec)ukplat_monotonic_clock() + delay;
	unsigned int i;

	woken = 0;
	out_of_order = 0;
	late = 0;
	memset(woken_at, 0, sizeof(woken_at));
	for (i = 0; i < SLEEPERS; i++) {
		due_at[i] = first + (i * 7 % SLEEPERS) * 300000;
		uk_sched_thread_create(uk_sched_current(), sleeper,
				       (__uptr)i, "sleeper");
	}
	uk_sched_thread_sleep((__nsec)delay);
	for (i = 0; i < 10000 && woken < SLEEPERS; i++)
		uk_sched_thread_sleep(MSEC);
}

UK_TESTCASE(uksched, sleepers_wake_in_order_and_not_early)
{
	__snsec delay = 5 * (__snsec)MSEC;
	unsigned int i;

	/* On a busy host it may take long until all of them sleep */
	wake_sleepers_after(delay);
	while (late && delay < 5000 * (__snsec)MSEC) {
		delay *= 10;
		wake_sleepers_after(delay);
	}
	UK_TEST_EXPECT_SNUM_EQ(woken, SLEEPERS);
	UK_TEST_EXPECT_ZERO(out_of_order);
	for (i = 0; i < SLEEPERS; i++)
		UK_TEST_EXPECT(woken_at[i] >= due_at[i]);
}

/* ---- Ends ---- */

static void gc(struct uk_thread *t, void *argp)
{
	note('g');
	note(t->name[0]);
	note(*(char *)argp);
}

static void __noreturn exits_with_gc(void *argp)
{
	uk_sched_thread_exit2(gc, argp);
}

static void dtor(struct uk_thread *t)
{
	note('d');
	note(t->name[0]);
}

UK_TESTCASE(uksched, collected_by_the_idle_thread)
{
	log[0] = 0;
	uk_sched_thread_create_fn1(uk_sched_current(), exits_with_gc, "!", 0,
				   false, false, "e", NULL, dtor);
	uk_sched_yield();
	uk_sched_thread_sleep(MSEC);
	UK_TEST_EXPECT_STR_EQ(log, "ge!de");
}

UK_TESTCASE(uksched, collected_before_another_is_created)
{
	struct uk_thread *t;

	log[0] = 0;
	uk_preempt_disable();
	uk_sched_thread_create_fn1(uk_sched_current(), exits_with_gc, "?", 0,
				   true, true, "e", NULL, dtor);
	uk_sched_yield();
	UK_TEST_EXPECT_STR_EQ(log, "");
	t = begin(three_times, "n");
	UK_TEST_EXPECT_STR_EQ(log, "ge?de");
	uk_preempt_enable();
	uk_sched_thread_terminate(t);
}

UK_TESTCASE(uksched, terminated_wherever_it_is)
{
	struct uk_sched *s = uk_sched_current();
	struct uk_thread *t;

	log[0] = 0;
	/* Ready */
	t = uk_sched_thread_create_fn1(s, three_times, "r", 0, false, false,
				       "1", NULL, dtor);
	uk_sched_thread_terminate(t);
	UK_TEST_EXPECT_STR_EQ(log, "d1");
	/* Blocked */
	t = uk_sched_thread_create_fn1(s, twice_blocked, "b", 0, false, false,
				       "2", NULL, dtor);
	drain();
	uk_sched_thread_terminate(t);
	UK_TEST_EXPECT_STR_EQ(log, "d1bd2");
	/* Asleep */
	t = uk_sched_thread_create_fn1(s, three_times, "s", 0, false, false,
				       "3", NULL, dtor);
	uk_thread_block_timeout(t, MSEC);
	uk_sched_thread_terminate(t);
	uk_sched_thread_sleep(3 * MSEC);
	UK_TEST_EXPECT_STR_EQ(log, "d1bd2d3");
}

static void __noreturn terminates_itself(void *argp)
{
	note(*(char *)argp);
	uk_thread_terminate(uk_thread_current());
	note('-');
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched, terminated_by_itself)
{
	log[0] = 0;
	begin(terminates_itself, "t");
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "t");
}

UK_TESTCASE(uksched, with_two_arguments_or_none)
{
	struct uk_sched *s = uk_sched_current();

	UK_TEST_EXPECT_NULL(uk_sched_thread_create_fn0(
		s, (uk_thread_fn0_t)(__uptr)three_times, 1UL << 45, false,
		false, NULL, NULL, NULL));
	UK_TEST_EXPECT_NULL(uk_sched_thread_create_fn2(
		s, (uk_thread_fn2_t)(__uptr)three_times, NULL, NULL,
		1UL << 45, false, false, NULL, NULL, NULL));
}

UK_TESTCASE(uksched, removed_and_assigned_again)
{
	struct uk_sched *s = uk_sched_current();
	struct uk_thread *t = begin(three_times, "m");

	log[0] = 0;
	UK_TEST_EXPECT_ZERO(uk_sched_thread_remove(t));
	UK_TEST_EXPECT_NULL(t->sched);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "");
	UK_TEST_EXPECT_SNUM_GE(uk_sched_thread_add(s, t), 0);
	UK_TEST_EXPECT_PTR_EQ(t->sched, s);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "mmm");
}

UK_TESTCASE(uksched, removed_while_blocked)
{
	struct uk_sched *s = uk_sched_current();
	struct uk_thread *t = begin(three_times, "n");
	unsigned long flags;

	log[0] = 0;
	/* Before the time is over, however slow the machine is */
	flags = ukplat_lcpu_save_irqf();
	uk_thread_block_timeout(t, MSEC);
	uk_sched_thread_remove(t);
	ukplat_lcpu_restore_irqf(flags);
	uk_sched_thread_sleep(3 * MSEC);
	UK_TEST_EXPECT(uk_thread_is_blocked(t));
	uk_thread_wake(t);
	UK_TEST_EXPECT(uk_thread_is_runnable(t));
	uk_thread_block(t);
	uk_sched_thread_add(s, t);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "");
	uk_thread_wake(t);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "nnn");
}

static void __noreturn computes(void *argp __unused)
{
	__nsec until = ukplat_monotonic_clock() + 3 * MSEC;

	while (ukplat_monotonic_clock() < until)
		;
	note('c');
	uk_thread_block(uk_thread_current());
	uk_sched_yield();
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched, execution_time_adds_up)
{
	struct uk_thread *t = begin(computes, "c");
	__nsec time;

	log[0] = 0;
	while (!log[0])
		uk_sched_yield();
	time = uk_thread_exec_time(t);
#if CONFIG_LIBUKSCHED_EXEC_TIME
	UK_TEST_EXPECT(time >= MSEC);
	uk_sched_thread_sleep(2 * MSEC);
	UK_TEST_EXPECT(uk_thread_exec_time(t) == time);
	UK_TEST_EXPECT(uk_thread_exec_time(uk_thread_current()) > 0);
#else
	UK_TEST_EXPECT_ZERO(time);
#endif
	uk_sched_thread_terminate(t);
}

/* ---- Interrupts ---- */

static struct waker waker;

static int register_waker(struct uk_testsuite *suite __unused)
{
	return ukplat_irq_register(ukplat_time_get_irq(), wake_from_handler,
				   &waker);
}

/* A time that has come before anybody waits for it brings no interrupt */
static void __noreturn sleeps(void *argp __unused)
{
	do
		uk_sched_thread_sleep(2 * MSEC);
	while (!waker.calls);
	note('s');
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched, woken_by_a_handler)
{
	log[0] = 0;
	/* Somebody else's sleep brings the interrupt */
	begin(sleeps, "s");
	waker.calls = 0;
	uk_thread_block(uk_thread_current());
	waker.thread = uk_thread_current();
	uk_sched_yield();
	UK_TEST_EXPECT_SNUM_EQ(waker.calls, 1);
	uk_sched_thread_sleep(10 * MSEC);
	UK_TEST_EXPECT_STR_EQ(log, "s");
}

UK_TESTCASE(uksched, waits_for_a_handler)
{
	DEFINE_WAIT_QUEUE(queue);

	begin(sleeps, "s");
	waker.calls = waker.condition = 0;
	waker.queue = &queue;
	uk_waitq_wait_event(&queue, waker.condition);
	UK_TEST_EXPECT_SNUM_EQ(waker.calls, 1);
	UK_TEST_EXPECT(uk_waitq_empty(&queue));
	uk_sched_thread_sleep(10 * MSEC);
}

/* A preemptive scheduler has the timer for itself */
#if !CONFIG_LIBUKBOOT_INITSCHEDPREEMPT
static volatile unsigned long wakes;
static volatile int stop_waking;

/* Blocks, yields, and is woken at any moment of that */
static void __noreturn is_woken(void *argp __unused)
{
	struct uk_thread *self = uk_thread_current();
	unsigned long flags;

	while (!stop_waking) {
		flags = ukplat_lcpu_save_irqf();
		uk_thread_block(self);
		waker.thread = self;
		ukplat_time_set_timer(15000);
		ukplat_lcpu_restore_irqf(flags);
		uk_sched_yield();
		wakes++;
	}
	stop_waking = 2;
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched, no_wake_is_lost_on_the_way_to_another)
{
	__nsec now, limit, changed;
	unsigned long seen = 0;

	stop_waking = 0;
	UK_TEST_EXPECT_NOT_NULL(uk_sched_thread_create(uk_sched_current(),
						       is_woken, NULL, "w"));
	now = changed = ukplat_monotonic_clock();
	limit = now + 1000 * MSEC;
	do {
		uk_sched_yield();
		now = ukplat_monotonic_clock();
		if (wakes != seen) {
			seen = wakes;
			changed = now;
		}
	} while (now < changed + 10000 * MSEC && (now < limit || now != changed));
	UK_TEST_EXPECT(now < changed + 10000 * MSEC);
	UK_TEST_EXPECT_SNUM_GT(wakes, 100);
	stop_waking = 1;
	while (now < changed + 10000 * MSEC && stop_waking != 2)
		uk_sched_yield();
}
#endif /* !CONFIG_LIBUKBOOT_INITSCHEDPREEMPT */

uk_testsuite_register(uksched, register_waker);
