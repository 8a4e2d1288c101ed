/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Semaphores between threads.
 */

#include <uk/isr/semaphore.h>
#include <uk/semaphore.h>
#include "threads.h"

static struct uk_semaphore sem;
static struct uk_semaphore fixed = UK_SEMAPHORE_INITIALIZER(fixed, 2);

UK_TESTCASE(uklock_semaphore, counts)
{
	uk_semaphore_init(&sem, 2);
	uk_semaphore_down(&sem);
	UK_TEST_EXPECT_SNUM_EQ(uk_semaphore_down_try(&sem), 1);
	UK_TEST_EXPECT_SNUM_EQ(uk_semaphore_down_try(&sem), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_semaphore_down_try_isr(&sem), 0);
	UK_TEST_EXPECT_SNUM_EQ(sem.count, 0);
	uk_semaphore_up(&sem);
	uk_semaphore_up_isr(&sem);
	UK_TEST_EXPECT_SNUM_EQ(sem.count, 2);
	UK_TEST_EXPECT(uk_semaphore_down_to(&sem, 0) != __NSEC_MAX);
	uk_semaphore_down(&sem);
	UK_TEST_EXPECT(uk_semaphore_down_to(&sem, 0) == __NSEC_MAX);
	uk_semaphore_destroy(&sem);
	UK_TEST_EXPECT_SNUM_EQ(uk_semaphore_down_try(&fixed), 1);
	UK_TEST_EXPECT_SNUM_EQ(uk_semaphore_down_try(&fixed), 1);
	UK_TEST_EXPECT_SNUM_EQ(uk_semaphore_down_try(&fixed), 0);
}

static void __noreturn take_one(void *name)
{
	uk_semaphore_down(&sem);
	note(*(char *)name);
	end();
}

UK_TESTCASE(uklock_semaphore, first_come_first_served)
{
	begin();
	uk_semaphore_init(&sem, 0);
	start(take_one, "a", "a");
	start(take_one, "b", "b");
	start(take_one, "c", "c");
	let_run();
	UK_TEST_EXPECT_STR_EQ(diary, "");
	uk_semaphore_up(&sem);
	/* It is not for who comes later */
	UK_TEST_EXPECT_SNUM_EQ(uk_semaphore_down_try(&sem), 0);
	let_run();
	UK_TEST_EXPECT_STR_EQ(diary, "a");
	uk_semaphore_up(&sem);
	uk_semaphore_up(&sem);
	uk_semaphore_up(&sem);
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "abc");
	UK_TEST_EXPECT_SNUM_EQ(sem.count, 1);
}

static void __noreturn wait_a_little(void *arg __unused)
{
	__nsec from = ukplat_monotonic_clock(), took, told;

	note(uk_semaphore_down_to(&sem, 3 * MSEC) == __NSEC_MAX ? 't' : '?');
	took = ukplat_monotonic_clock() - from;
	note(took >= 3 * MSEC ? 'l' : 's');
	from = ukplat_monotonic_clock();
	told = uk_semaphore_down_to(&sem, 60000 * MSEC);
	took = ukplat_monotonic_clock() - from;
	note(told <= took ? 'g' : '?');
	end();
}

UK_TESTCASE(uklock_semaphore, timeouts)
{
	begin();
	uk_semaphore_init(&sem, 0);
	start(wait_a_little, NULL, "wait");
	until_noted(2);
	UK_TEST_EXPECT_STR_EQ(diary, "tl");
	uk_semaphore_up(&sem);
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_STR_EQ(diary, "tlg");
	UK_TEST_EXPECT_SNUM_EQ(sem.count, 0);
	/* Nobody waits any more: the next one stays */
	uk_semaphore_up(&sem);
	UK_TEST_EXPECT_SNUM_EQ(sem.count, 1);
}

#define ITEMS	2000

static struct uk_semaphore full, empty;
static int slots[4], next_in, next_out;
static long sum;

static void __noreturn produce(void *arg __unused)
{
	for (int i = 1; i <= ITEMS; i++) {
		uk_semaphore_down(&empty);
		slots[next_in++ % 4] = i;
		uk_semaphore_up(&full);
	}
	end();
}

static void __noreturn consume(void *arg __unused)
{
	for (int i = 0; i < ITEMS; i++) {
		uk_semaphore_down(&full);
		sum += slots[next_out++ % 4];
		uk_semaphore_up(&empty);
	}
	end();
}

UK_TESTCASE(uklock_semaphore, hands_over)
{
	begin();
	uk_semaphore_init(&empty, 4);
	uk_semaphore_init(&full, 0);
	sum = 0;
	start(produce, NULL, "produce");
	start(consume, NULL, "consume");
	start(produce, NULL, "produce");
	start(consume, NULL, "consume");
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_SNUM_EQ(sum, 2L * ITEMS * (ITEMS + 1) / 2);
	UK_TEST_EXPECT_SNUM_EQ(empty.count, 4);
	UK_TEST_EXPECT_SNUM_EQ(full.count, 0);
}

uk_testsuite_register(uklock_semaphore, NULL);
