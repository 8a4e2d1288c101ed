/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Locks for readers and writers.
 */

#include <errno.h>
#include <uk/rwlock.h>
#include "threads.h"

static struct uk_rwlock lock = UK_RWLOCK_INITIALIZER(lock, 0);

UK_TESTCASE(uklock_rwlock, many_readers_or_one_writer)
{
	uk_rwlock_rlock(&lock);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_rlock_try(&lock), 1);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_wlock_try(&lock), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_wlock_to(&lock, 0), -ETIMEDOUT);
	UK_TEST_EXPECT_SNUM_EQ(lock.nactive, 2);
	uk_rwlock_runlock(&lock);
	uk_rwlock_runlock(&lock);
	uk_rwlock_wlock(&lock);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_rlock_try(&lock), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_wlock_try(&lock), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_rlock_to(&lock, 0), -ETIMEDOUT);
	uk_rwlock_wunlock(&lock);
	UK_TEST_EXPECT_SNUM_EQ(lock.nactive, 0);
	uk_rwlock_destroy(&lock);
}

UK_TESTCASE(uklock_rwlock, recursive_writer)
{
	uk_rwlock_init_config(&lock, UK_RWLOCK_CONFIG_WRITE_RECURSE);
	UK_TEST_EXPECT(uk_rwlock_is_write_recursive(&lock));
	uk_rwlock_wlock(&lock);
	uk_rwlock_wlock(&lock);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_wlock_try(&lock), 1);
	uk_rwlock_wunlock(&lock);
	uk_rwlock_wunlock(&lock);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_rlock_try(&lock), 0);
	uk_rwlock_wunlock(&lock);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_rlock_try(&lock), 1);
	uk_rwlock_runlock(&lock);
	uk_rwlock_init(&lock);
	UK_TEST_EXPECT(!uk_rwlock_is_write_recursive(&lock));
}

static void __noreturn read_it(void *name)
{
	uk_rwlock_rlock(&lock);
	note(*(char *)name);
	uk_sched_yield();
	uk_rwlock_runlock(&lock);
	end();
}

static void __noreturn write_it(void *name)
{
	uk_rwlock_wlock(&lock);
	note(*(char *)name);
	uk_sched_yield();
	note(*(char *)name);
	uk_rwlock_wunlock(&lock);
	end();
}

UK_TESTCASE(uklock_rwlock, served_in_turns)
{
	begin();
	uk_rwlock_init(&lock);
	uk_rwlock_rlock(&lock);
	start(write_it, "W", "writer");
	start(read_it, "a", "reader");
	start(write_it, "V", "writer");
	start(read_it, "b", "reader");
	let_run();
	/* A reader who comes after a writer waits */
	UK_TEST_EXPECT_STR_EQ(diary, "");
	UK_TEST_EXPECT_SNUM_EQ(lock.npending_reads, 2);
	UK_TEST_EXPECT_SNUM_EQ(lock.npending_writes, 2);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_rlock_try(&lock), 0);
	uk_rwlock_runlock(&lock);
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "WWabVV");
	UK_TEST_EXPECT_SNUM_EQ(lock.nactive, 0);
}

static void __noreturn write_in_time(void *arg __unused)
{
	note(uk_rwlock_wlock_to(&lock, 2 * MSEC) == -ETIMEDOUT ? 't' : '?');
	end();
}

static void __noreturn read_in_time(void *arg __unused)
{
	note(uk_rwlock_rlock_to(&lock, 60000 * MSEC) ? '?' : 'r');
	uk_rwlock_runlock(&lock);
	end();
}

UK_TESTCASE(uklock_rwlock, writers_that_give_up_let_readers_in)
{
	begin();
	uk_rwlock_rlock(&lock);
	start(write_in_time, NULL, "writer");
	let_run();
	start(read_in_time, NULL, "reader");
	UK_TEST_EXPECT(all_ended());
	/* In any order: they tell when they run again */
	UK_TEST_EXPECT(strchr(diary, 't') && strchr(diary, 'r'));
	UK_TEST_EXPECT_SNUM_EQ(lock.npending_writes, 0);
	uk_rwlock_runlock(&lock);
	uk_rwlock_wlock(&lock);
	begin();
	start(write_in_time, NULL, "writer");
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "t");
	uk_rwlock_wunlock(&lock);
	UK_TEST_EXPECT_SNUM_EQ(lock.npending_writes, 0);
}

static void __noreturn upgrade_it(void *name)
{
	uk_rwlock_rlock(&lock);
	if (uk_rwlock_upgrade(&lock)) {
		note('x');
		uk_rwlock_runlock(&lock);
	} else {
		note(*(char *)name);
		uk_rwlock_downgrade(&lock);
		note(lock.nactive > 0 ? *(char *)name : '?');
		uk_rwlock_runlock(&lock);
	}
	end();
}

UK_TESTCASE(uklock_rwlock, upgrades)
{
	begin();
	uk_rwlock_rlock(&lock);
	UK_TEST_EXPECT_ZERO(uk_rwlock_upgrade(&lock));
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_rlock_try(&lock), 0);
	uk_rwlock_downgrade(&lock);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_rlock_try(&lock), 1);
	uk_rwlock_runlock(&lock);
	start(upgrade_it, "u", "upgrade");
	let_run();
	start(write_it, "W", "writer");
	let_run();
	UK_TEST_EXPECT_STR_EQ(diary, "");
	/* Another one is first */
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_upgrade(&lock), -EDEADLK);
	uk_rwlock_runlock(&lock);
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "uuWW");
	UK_TEST_EXPECT_SNUM_EQ(lock.nactive, 0);
	UK_TEST_EXPECT_SNUM_EQ(lock.upgrading, 0);
}

#define THREADS	6
#define ROUNDS	300

static int readers, writers, broken;

static void __noreturn mix(void *arg)
{
	unsigned int state = (unsigned int)(__uptr)arg;

	for (int i = 0; i < ROUNDS; i++) {
		state = state * 1103515245 + 12345;
		if (state >> 16 & 3) {
			uk_rwlock_rlock(&lock);
			ukarch_inc(&readers);
			if (writers)
				ukarch_inc(&broken);
			if (state >> 18 & 1)
				uk_sched_yield();
			if (writers)
				ukarch_inc(&broken);
			ukarch_dec(&readers);
			uk_rwlock_runlock(&lock);
		} else {
			uk_rwlock_wlock(&lock);
			broken += readers + writers++;
			if (state >> 18 & 1)
				uk_sched_yield();
			broken += readers + --writers;
			uk_rwlock_wunlock(&lock);
		}
		if (state >> 19 & 1)
			uk_sched_yield();
	}
	end();
}

UK_TESTCASE(uklock_rwlock, never_both)
{
	begin();
	readers = writers = broken = 0;
	for (__uptr i = 0; i < THREADS; i++)
		start(mix, (void *)(i + 1), "mix");
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_SNUM_EQ(broken, 0);
	UK_TEST_EXPECT_SNUM_EQ(lock.nactive, 0);
	UK_TEST_EXPECT_SNUM_EQ(lock.npending_reads, 0);
	UK_TEST_EXPECT_SNUM_EQ(lock.npending_writes, 0);
}

static void __noreturn want_to_write(void *argp __unused)
{
	uk_rwlock_wlock(&lock);
	note('w');
	uk_rwlock_wunlock(&lock);
	end();
}

static void __noreturn want_to_read(void *argp __unused)
{
	uk_rwlock_rlock(&lock);
	uk_rwlock_runlock(&lock);
	end();
}

static struct uk_thread *waiting(void (*fn)(void *) __noreturn)
{
	struct uk_thread *t = uk_sched_thread_create(uk_sched_current(), fn,
						     NULL, "waits");

	uk_sched_thread_sleep(20 * MSEC);
	return t;
}

UK_TESTCASE(uklock_rwlock, writers_that_are_terminated_want_no_more)
{
	uk_rwlock_rlock(&lock);
	uk_sched_thread_terminate(waiting(want_to_write));
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_rlock_try(&lock), 1);
	uk_rwlock_runlock(&lock);
	uk_rwlock_runlock(&lock);
	UK_TEST_EXPECT_SNUM_EQ(lock.nactive, 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_rwlock_wlock_try(&lock), 1);
	uk_rwlock_wunlock(&lock);
	lock.npending_writes = 0;
}

UK_TESTCASE(uklock_rwlock, readers_that_are_terminated_want_no_more)
{
	struct uk_thread *reader;

	begin();
	uk_rwlock_wlock(&lock);
	reader = waiting(want_to_read);
	start(want_to_write, NULL, "writes");
	uk_sched_thread_sleep(20 * MSEC);
	uk_sched_thread_terminate(reader);
	uk_rwlock_wunlock(&lock);
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "w");
	lock.npending_reads = 0;
}

uk_testsuite_register(uklock_rwlock, NULL);
