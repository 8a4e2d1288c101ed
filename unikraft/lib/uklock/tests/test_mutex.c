/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mutexes between threads.
 */

#include <errno.h>
#include <uk/isr/mutex.h>
#include <uk/mutex.h>
#include <uk/plat/config.h>
#include "threads.h"

static struct uk_mutex fixed = UK_MUTEX_INITIALIZER(fixed);
static struct uk_mutex plain = UK_MUTEX_INITIALIZER_CONFIG(plain, 0);
static struct uk_mutex strict =
	UK_MUTEX_INITIALIZER_CONFIG(strict, UK_MUTEX_CONFIG_ERRORCHECK);
static struct uk_mutex mutex;

UK_TESTCASE(uklock_mutex, locks_and_unlocks)
{
	uk_mutex_init(&mutex);
	UK_TEST_EXPECT(!uk_mutex_is_locked(&mutex));
	uk_mutex_lock(&mutex);
	UK_TEST_EXPECT(uk_mutex_is_locked(&mutex));
	UK_TEST_EXPECT_PTR_EQ(mutex.owner, uk_thread_current());
	uk_mutex_unlock(&mutex);
	UK_TEST_EXPECT(!uk_mutex_is_locked(&mutex));
	UK_TEST_EXPECT_NULL(mutex.owner);
	uk_mutex_destroy(&mutex);
}

UK_TESTCASE(uklock_mutex, recursive)
{
	UK_TEST_EXPECT(uk_mutex_is_recursive(&fixed));
	for (int i = 1; i <= 5; i++) {
		if (i % 2)
			uk_mutex_lock(&fixed);
		else
			UK_TEST_EXPECT_SNUM_EQ(uk_mutex_trylock(&fixed), 1);
		UK_TEST_EXPECT_SNUM_EQ(fixed.lock_count, i);
	}
	for (int i = 4; i >= 0; i--) {
		UK_TEST_EXPECT(uk_mutex_is_locked(&fixed));
		uk_mutex_unlock(&fixed);
		UK_TEST_EXPECT_SNUM_EQ(fixed.lock_count, i);
	}
	UK_TEST_EXPECT(!uk_mutex_is_locked(&fixed));
}

UK_TESTCASE(uklock_mutex, plain_is_not_recursive)
{
	UK_TEST_EXPECT(!uk_mutex_is_recursive(&plain));
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_trylock(&plain), 1);
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_trylock(&plain), 0);
	UK_TEST_EXPECT_SNUM_EQ(plain.lock_count, 1);
	uk_mutex_unlock(&plain);
}

UK_TESTCASE(uklock_mutex, error_checking)
{
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_try_unlock(&strict), -EPERM);
	UK_TEST_EXPECT_ZERO(uk_mutex_lock_to(&strict, __NSEC_MAX));
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_lock_to(&strict, __NSEC_MAX),
			       -EDEADLK);
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_lock_to(&strict, 0), -EDEADLK);
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_trylock(&strict), 0);
	UK_TEST_EXPECT_ZERO(uk_mutex_try_unlock(&strict));
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_try_unlock(&strict), -EPERM);
}

static void __noreturn note_it(void *name)
{
	uk_mutex_lock(&mutex);
	note(*(char *)name);
	uk_sched_yield();
	note(*(char *)name);
	uk_mutex_unlock(&mutex);
	end();
}

UK_TESTCASE(uklock_mutex, first_come_first_served)
{
	begin();
	uk_mutex_init_config(&mutex, 0);
	uk_mutex_lock(&mutex);
	start(note_it, "a", "a");
	start(note_it, "b", "b");
	start(note_it, "c", "c");
	let_run();
	UK_TEST_EXPECT_STR_EQ(diary, "");
	uk_mutex_unlock(&mutex);
	/* It is the first one's by now */
	UK_TEST_EXPECT(uk_mutex_is_locked(&mutex));
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_trylock(&mutex), 0);
	uk_mutex_lock(&mutex);
	note('m');
	uk_mutex_unlock(&mutex);
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "aabbccm");
	UK_TEST_EXPECT(!uk_mutex_is_locked(&mutex));
}

static void __noreturn try_it(void *arg __unused)
{
	note(uk_mutex_trylock(&mutex) ? 'y' : 'n');
	note(uk_mutex_trylock_isr(&mutex) ? 'y' : 'n');
	note(uk_mutex_lock_to(&mutex, 0) == -ETIMEDOUT ? 't' : '?');
	note(uk_mutex_try_unlock(&strict) == -EPERM ? 'p' : '?');
	end();
}

UK_TESTCASE(uklock_mutex, others_do_not_get_it)
{
	begin();
	uk_mutex_init(&mutex);
	uk_mutex_lock(&mutex);
	uk_mutex_lock(&strict);
	start(try_it, NULL, "try");
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "nntp");
	/* A handler that comes upon the owner does not, either */
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_trylock_isr(&mutex), 0);
	uk_mutex_unlock(&mutex);
	uk_mutex_unlock(&strict);
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_trylock_isr(&mutex), 1);
	uk_mutex_unlock_isr(&mutex);
}

static void __noreturn wait_a_little(void *arg __unused)
{
	__nsec from = ukplat_monotonic_clock(), took;

	note(uk_mutex_lock_to(&mutex, 3 * MSEC) == -ETIMEDOUT ? 't' : '?');
	took = ukplat_monotonic_clock() - from;
	note(took >= 3 * MSEC ? 'l' : 's');
	note(uk_mutex_lock_to(&mutex, 60000 * MSEC) ? '?' : 'g');
	uk_mutex_unlock(&mutex);
	end();
}

UK_TESTCASE(uklock_mutex, timeouts)
{
	begin();
	uk_mutex_init(&mutex);
	uk_mutex_lock(&mutex);
	start(wait_a_little, NULL, "wait");
	until_noted(2);
	UK_TEST_EXPECT_STR_EQ(diary, "tl");
	uk_mutex_unlock(&mutex);
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "tlg");
	/* One that has given up gets nothing */
	uk_mutex_lock(&mutex);
	uk_mutex_unlock(&mutex);
	UK_TEST_EXPECT(!uk_mutex_is_locked(&mutex));
}

static struct uk_thread *sleeper;

static void __noreturn be_woken(void *arg __unused)
{
	sleeper = uk_thread_current();
	uk_mutex_lock(&mutex);
	note(mutex.owner == uk_thread_current() ? 'o' : '?');
	uk_mutex_unlock(&mutex);
	end();
}

UK_TESTCASE(uklock_mutex, waking_a_thread_gives_it_nothing)
{
	begin();
	uk_mutex_init(&mutex);
	uk_mutex_lock(&mutex);
	start(be_woken, NULL, "woken");
	let_run();
	for (int i = 0; i < 3; i++) {
		uk_thread_wake(sleeper);
		let_run();
		UK_TEST_EXPECT_STR_EQ(diary, "");
	}
	uk_mutex_unlock(&mutex);
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "o");
}

#define WORKERS	8
#define ROUNDS	500

static int inside, entered, broken;

static void __noreturn work(void *arg)
{
	unsigned int state = (unsigned int)(__uptr)arg;

	for (int i = 0; i < ROUNDS; i++) {
		state = state * 1103515245 + 12345;
		if (state >> 16 & 1)
			uk_mutex_lock(&mutex);
		else if (uk_mutex_lock_to(&mutex, __NSEC_MAX))
			broken++;
		broken += inside++;
		entered++;
		if (state >> 17 & 1)
			uk_sched_yield();
		inside--;
		uk_mutex_unlock(&mutex);
		if (state >> 18 & 1)
			uk_sched_yield();
	}
	end();
}

UK_TESTCASE(uklock_mutex, one_at_a_time)
{
	begin();
	inside = entered = broken = 0;
	uk_mutex_init_config(&mutex, 0);
	for (__uptr i = 0; i < WORKERS; i++)
		start(work, (void *)(i + 1), "work");
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_SNUM_EQ(entered, WORKERS * ROUNDS);
	UK_TEST_EXPECT_SNUM_EQ(broken, 0);
	UK_TEST_EXPECT(!uk_mutex_is_locked(&mutex));
}

#if CONFIG_LIBUKLOCK_MUTEX_METRICS
UK_TESTCASE(uklock_mutex, metrics)
{
	struct uk_mutex_metrics before, after;

	uk_mutex_get_metrics(&before);
	uk_mutex_init_config(&mutex, 0);
	uk_mutex_get_metrics(&after);
	UK_TEST_EXPECT_SNUM_EQ(after.active_unlocked,
			       before.active_unlocked + 1);
	uk_mutex_lock(&mutex);
	uk_mutex_trylock(&mutex);
	uk_mutex_get_metrics(&after);
	UK_TEST_EXPECT_SNUM_EQ(after.active_locked, before.active_locked + 1);
	UK_TEST_EXPECT_SNUM_EQ(after.total_locks, before.total_locks + 1);
	UK_TEST_EXPECT_SNUM_EQ(after.total_failed_trylocks,
			       before.total_failed_trylocks + 1);
	uk_mutex_unlock(&mutex);
	uk_mutex_trylock(&mutex);
	uk_mutex_unlock(&mutex);
	uk_mutex_get_metrics(&after);
	UK_TEST_EXPECT_SNUM_EQ(after.active_locked, before.active_locked);
	UK_TEST_EXPECT_SNUM_EQ(after.total_ok_trylocks,
			       before.total_ok_trylocks + 1);
	UK_TEST_EXPECT_SNUM_EQ(after.total_unlocks, before.total_unlocks + 2);
}
#endif

static struct uk_mutex held = UK_MUTEX_INITIALIZER(held);

static void __noreturn lock_held(void *arg __unused)
{
	uk_mutex_lock(&held);
	uk_mutex_unlock(&held);
	end();
}

/* Its stack is others' memory from then on */
UK_TESTCASE(uklock_mutex, who_is_terminated_is_not_looked_at)
{
	struct uk_alloc *a = uk_sched_current()->a_stack;
	struct uk_thread *t;
	void *memory[8];
	int i;

	begin();
	uk_mutex_lock(&held);
	t = uk_sched_thread_create(uk_sched_current(), lock_held, NULL, "l");
	uk_sched_thread_sleep(5 * MSEC);
	uk_sched_thread_terminate(t);
	for (i = 0; i < 8; i++) {
		memory[i] = uk_memalign(a, 4096, STACK_SIZE);
		if (memory[i])
			memset(memory[i], 0x5a, STACK_SIZE);
	}
	start(lock_held, NULL, "locks");
	uk_sched_thread_sleep(5 * MSEC);
	uk_mutex_unlock(&held);
	UK_TEST_EXPECT(all_ended());
	for (i = 0; i < 8; i++)
		uk_free(a, memory[i]);
}

uk_testsuite_register(uklock_mutex, NULL);
