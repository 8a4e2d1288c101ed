/* SPDX-License-Identifier: BSD-3-Clause */
/* Wait queues, and the heap of timed sleepers. */
#include <stdlib.h>
#include <string.h>
#include <uk/plat/time.h>
#include <uk/sched_impl.h>
#include <uk/test.h>
#include <uk/wait.h>

#define MSEC	1000000UL

static char log[64];
static DEFINE_WAIT_QUEUE(queue);
static volatile int go, unlocks;

static void note(char c)
{
	size_t len = strlen(log);

	if (len + 1 < sizeof(log)) {
		log[len] = c;
		log[len + 1] = 0;
	}
}

static void drain(void)
{
	int i;

	for (i = 0; i < 100; i++)
		uk_sched_yield();
}

static void begin(uk_thread_fn1_t fn, const char *name)
{
	uk_sched_thread_create(uk_sched_current(), fn, name, name);
}

static void __noreturn waits(void *argp)
{
	uk_waitq_wait_event(&queue, go > 0 && go--);
	note(*(char *)argp);
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_wait, conditions_that_hold_do_not_wait)
{
	UK_TEST_EXPECT_ZERO(uk_waitq_wait_event(&queue, 1));
	UK_TEST_EXPECT_ZERO(uk_waitq_wait_event_deadline(&queue, 1, 1));
	UK_TEST_EXPECT(uk_waitq_empty(&queue));
}

UK_TESTCASE(uksched_wait, one_after_the_other)
{
	struct uk_waitq own;

	uk_waitq_init(&own);
	UK_TEST_EXPECT(uk_waitq_empty(&own));
	uk_waitq_wake_up(&own);
	uk_waitq_wake_up_one(&own);
	log[0] = 0;
	go = 0;
	begin(waits, "1");
	drain();
	begin(waits, "2");
	drain();
	begin(waits, "3");
	drain();
	UK_TEST_EXPECT(!uk_waitq_empty(&queue));
	/* The condition does not hold: they wait again, in that order */
	uk_waitq_wake_up(&queue);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "");
	go = 1;
	uk_waitq_wake_up_one(&queue);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "1");
	go = 2;
	uk_waitq_wake_up(&queue);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "123");
	UK_TEST_EXPECT(uk_waitq_empty(&queue));
}

UK_TESTCASE(uksched_wait, not_beyond_the_deadline)
{
	__nsec deadline = ukplat_monotonic_clock() + 2 * MSEC;
	volatile int never = 0;

	UK_TEST_EXPECT_SNUM_EQ(uk_waitq_wait_event_deadline(&queue, never,
							    deadline), 1);
	UK_TEST_EXPECT(ukplat_monotonic_clock() >= deadline);
	UK_TEST_EXPECT(uk_waitq_empty(&queue));
	/* One that has passed */
	UK_TEST_EXPECT_SNUM_EQ(uk_waitq_wait_event_deadline(&queue, never, 1),
			       1);
	UK_TEST_EXPECT(uk_thread_is_runnable(uk_thread_current()));
}

static void __noreturn wakes(void *argp __unused)
{
	go = 1;
	uk_waitq_wake_up(&queue);
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_wait, before_the_deadline)
{
	__nsec deadline = ukplat_monotonic_clock() + 3600000 * MSEC;

	go = 0;
	begin(wakes, "w");
	UK_TEST_EXPECT_ZERO(uk_waitq_wait_event_deadline(&queue, go,
							 deadline));
	UK_TEST_EXPECT_SNUM_EQ(go, 1);
	go = 0;
	begin(wakes, "w");
	UK_TEST_EXPECT_ZERO(uk_waitq_wait_event_deadline(&queue, go, 0));
}

static void __noreturn waits_for_ever(void *argp __unused)
{
	volatile int never = 0;

	uk_waitq_wait_event(&queue, never);
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_wait, threads_that_are_terminated_wait_no_more)
{
	struct uk_thread *t;

	log[0] = 0;
	go = 0;
	begin(waits, "1");
	drain();
	t = uk_sched_thread_create(uk_sched_current(), waits_for_ever, NULL,
				   "never");
	drain();
	begin(waits, "2");
	drain();
	uk_sched_thread_terminate(t);
	go = 2;
	uk_waitq_wake_up(&queue);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "12");
	UK_TEST_EXPECT(uk_waitq_empty(&queue));
}

static void lock(int *l)
{
	UK_ASSERT(!*l);
	*l = 1;
}

static void unlock(int *l)
{
	UK_ASSERT(*l);
	*l = 0;
	unlocks++;
}

UK_TESTCASE(uksched_wait, locks_are_released_meanwhile)
{
	static int mine = 1;
	volatile int never = 0;

	go = unlocks = 0;
	begin(wakes, "w");
	UK_TEST_EXPECT_ZERO(uk_waitq_wait_event_locked(&queue, go, lock,
						       unlock, &mine));
	UK_TEST_EXPECT_SNUM_EQ(mine, 1);
	UK_TEST_EXPECT_SNUM_EQ(unlocks, 1);
	UK_TEST_EXPECT_SNUM_EQ(uk_waitq_wait_event_deadline_locked(
		&queue, never, ukplat_monotonic_clock() + MSEC, lock, unlock,
		&mine), 1);
	UK_TEST_EXPECT_SNUM_EQ(mine, 1);
	UK_TEST_EXPECT_SNUM_EQ(unlocks, 2);
}

static void __noreturn wakes_late(void *argp __unused)
{
	uk_sched_thread_sleep(2 * MSEC);
	uk_waitq_wake_up(&queue);
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_wait, by_hand)
{
	struct uk_waitq_entry entry;

	uk_waitq_entry_init(&entry, uk_thread_current());
	begin(wakes_late, "w");
	uk_waitq_add_waiter(&queue, &entry);
	UK_TEST_EXPECT_SNUM_EQ(entry.waiting, 1);
	uk_sched_yield();
	UK_TEST_EXPECT_ZERO(entry.waiting);
	uk_waitq_remove_waiter(&queue, &entry);
	UK_TEST_EXPECT(uk_waitq_empty(&queue));
	drain();
}

/* ---- Sleepers ---- */

#define N	200

static struct uk_thread threads[N];

static unsigned long next_random(unsigned long *seed)
{
	*seed = *seed * 6364136223846793005UL + 1442695040888963407UL;
	return *seed >> 33;
}

/* Whether every element is behind the one above, and knows its place */
static int in_order(const struct uk_sleepers *s)
{
	unsigned int i;

	for (i = 1; i <= s->count; i++) {
		if (s->heap[i].thread->_sleeper != i)
			return 0;
		if (i > 1 && s->heap[i].when < s->heap[i / 2].when)
			return 0;
	}
	return 1;
}

UK_TESTCASE(uksched_wait, the_heap_stays_a_heap)
{
	struct uk_sleepers s;
	unsigned long seed = 1;
	unsigned int i, round, inside = 0;
	int ordered = 1;

	uk_sleepers_init(&s, uk_alloc_get_default());
	memset(threads, 0, sizeof(threads));
	UK_TEST_EXPECT_ZERO(uk_sleepers_first(&s));
	for (i = 0; i < N; i++)
		UK_TEST_EXPECT_ZERO(uk_sleepers_reserve(&s));
	for (round = 0; round < 20000; round++) {
		i = (unsigned int)(next_random(&seed) % N);
		if (threads[i]._sleeper) {
			uk_sleepers_remove(&s, &threads[i]);
			inside--;
		} else {
			uk_sleepers_add(&s, &threads[i], 1
					+ (__snsec)(next_random(&seed) % 500));
			inside++;
		}
		if (!in_order(&s) || s.count != inside)
			ordered = 0;
	}
	UK_TEST_EXPECT(ordered);
	for (i = 0; i < N; i++)
		uk_sleepers_remove(&s, &threads[i]);
	UK_TEST_EXPECT_ZERO(s.count);
	for (i = 0; i < N; i++)
		uk_sleepers_unreserve(&s);
	uk_free(s.a, s.heap);
}

/* ---- What happens to who waits ---- */

static void __noreturn sleep_once(void *argp)
{
	uk_sched_thread_sleep(10 * MSEC);
	*(volatile int *)argp = 1;
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_wait, goes_on_sleeping_when_assigned_again)
{
	struct uk_sched *s = uk_sched_current();
	static volatile int slept;
	struct uk_thread *t;
	int i;

	slept = 0;
	t = uk_sched_thread_create(s, sleep_once, (void *)&slept, "sleeps");
	uk_sched_yield();
	uk_sched_thread_remove(t);
	UK_TEST_EXPECT_ZERO(uk_sched_thread_add(s, t));
	for (i = 0; i < 10000 && !slept; i++)
		uk_sched_thread_sleep(MSEC);
	UK_TEST_EXPECT(slept);
}

static DEFINE_WAIT_QUEUE(never);

static void __noreturn wait_for_ever(void *argp __unused)
{
	uk_waitq_wait_event(&never, 0);
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_wait, who_is_released_waits_no_more)
{
	struct uk_thread *t = uk_sched_thread_create(uk_sched_current(),
						     wait_for_ever, NULL, "w");

	uk_sched_thread_sleep(MSEC);
	UK_TEST_EXPECT(!uk_waitq_empty(&never));
	uk_sched_thread_remove(t);
	uk_thread_release(t);
	UK_TEST_EXPECT(uk_waitq_empty(&never));
}

static void __noreturn wait_and_end(void *argp __unused)
{
	DEFINE_WAIT(entry);

	uk_waitq_add_waiter(&never, &entry);
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_wait, who_ends_waits_no_more)
{
	struct uk_thread *t = uk_sched_thread_create(uk_sched_current(),
						     wait_and_end, NULL, "w");

	UK_TEST_EXPECT_NOT_NULL(t);
	uk_sched_thread_sleep(5 * MSEC);
	UK_TEST_EXPECT(uk_waitq_empty(&never));
}

/* From one reason to be woken to another */
UK_TESTCASE(uksched_wait, waits_though_it_was_to_sleep)
{
	__nsec begin = ukplat_monotonic_clock();

	uk_thread_block_timeout(uk_thread_current(), 2 * MSEC);
	UK_TEST_EXPECT(uk_waitq_wait_event_deadline(&never, 0,
						    begin + 5 * MSEC));
	UK_TEST_EXPECT_SNUM_GE(ukplat_monotonic_clock() - begin, 5 * MSEC);
	uk_sched_thread_sleep(MSEC);
}

uk_testsuite_register(uksched_wait, NULL);
