/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Condition variables.
 */

#include <errno.h>
#include <uk/condvar.h>
#include "threads.h"

static struct uk_mutex mutex = UK_MUTEX_INITIALIZER(mutex);
static struct uk_condvar cv = UK_CONDVAR_INITIALIZER(cv);
static int ready;

static void __noreturn wait_for_it(void *name)
{
	uk_mutex_lock(&mutex);
	while (!ready)
		uk_condvar_wait(&cv, &mutex);
	ready--;
	note(*(char *)name);
	uk_mutex_unlock(&mutex);
	end();
}

static void make_ready(int count)
{
	uk_mutex_lock(&mutex);
	ready += count;
	uk_mutex_unlock(&mutex);
}

UK_TESTCASE(uklock_condvar, signal_and_broadcast)
{
	begin();
	/* Without effect: nobody is there */
	uk_condvar_signal(&cv);
	uk_condvar_broadcast(&cv);
	start(wait_for_it, "a", "a");
	start(wait_for_it, "b", "b");
	start(wait_for_it, "c", "c");
	start(wait_for_it, "d", "d");
	let_run();
	UK_TEST_EXPECT(!uk_mutex_is_locked(&mutex));
	make_ready(1);
	uk_condvar_signal(&cv);
	let_run();
	UK_TEST_EXPECT_STR_EQ(diary, "a");
	/* Not true: they look, and wait again */
	uk_condvar_broadcast(&cv);
	let_run();
	UK_TEST_EXPECT_STR_EQ(diary, "a");
	make_ready(3);
	uk_condvar_broadcast(&cv);
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_SNUM_EQ(strlen(diary), 4);
	UK_TEST_EXPECT_SNUM_EQ(ready, 0);
	uk_condvar_destroy(&cv);
}

static void __noreturn wait_deep(void *arg __unused)
{
	int rc;

	uk_mutex_lock(&mutex);
	uk_mutex_lock(&mutex);
	uk_mutex_lock(&mutex);
	rc = uk_condvar_wait_to(&cv, &mutex, 2 * MSEC);
	note(rc == -ETIMEDOUT ? 't' : '?');
	note(mutex.owner == uk_thread_current() && mutex.lock_count == 3
	     ? '3' : '?');
	rc = uk_condvar_wait_to(&cv, &mutex, 60000 * MSEC);
	note(rc ? '?' : 'w');
	note(mutex.owner == uk_thread_current() && mutex.lock_count == 3
	     ? '3' : '?');
	for (int i = 0; i < 3; i++)
		uk_mutex_unlock(&mutex);
	end();
}

UK_TESTCASE(uklock_condvar, gives_back_all_and_takes_all)
{
	begin();
	start(wait_deep, NULL, "deep");
	until_noted(2);
	UK_TEST_EXPECT_STR_EQ(diary, "t3");
	UK_TEST_EXPECT_SNUM_EQ(uk_mutex_trylock(&mutex), 1);
	uk_condvar_signal(&cv);
	let_run();
	/* Woken, but the mutex is ours */
	UK_TEST_EXPECT_STR_EQ(diary, "t3");
	uk_mutex_unlock(&mutex);
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "t3w3");
}

#define ROUNDS	1000

static int turn;

static void __noreturn ping(void *arg)
{
	int mine = *(int *)arg;

	uk_mutex_lock(&mutex);
	for (int i = 0; i < ROUNDS; i++) {
		while (turn % 3 != mine)
			uk_condvar_wait(&cv, &mutex);
		turn++;
		uk_condvar_broadcast(&cv);
	}
	uk_mutex_unlock(&mutex);
	end();
}

UK_TESTCASE(uklock_condvar, takes_turns)
{
	static int who[3] = { 0, 1, 2 };

	begin();
	turn = 0;
	for (int i = 0; i < 3; i++)
		start(ping, &who[i], "ping");
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_SNUM_EQ(turn, 3 * ROUNDS);
}

uk_testsuite_register(uklock_condvar, NULL);
