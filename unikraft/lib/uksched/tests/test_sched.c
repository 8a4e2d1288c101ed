/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>
#include <uk/sched.h>
#include <uk/plat/time.h>
#include <uk/test.h>
#include <uk/wait.h>

static char log[64];

static void note(char c)
{
	size_t len = strlen(log);

	if (len + 1 < sizeof(log)) {
		log[len] = c;
		log[len + 1] = 0;
	}
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

/* Lets others run until nobody but the caller has anything to do */
static void drain(void)
{
	int i;

	for (i = 0; i < 100; i++)
		uk_sched_yield();
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
}

UK_TESTCASE(uksched, threads_take_turns)
{
	static char a = 'a', b = 'b';

	log[0] = 0;
	UK_TEST_EXPECT_NOT_NULL(uk_sched_thread_create(uk_sched_current(),
						       three_times, &a, "a"));
	UK_TEST_EXPECT_NOT_NULL(uk_sched_thread_create(uk_sched_current(),
						       three_times, &b, "b"));
	UK_TEST_EXPECT_STR_EQ(log, "");
	uk_sched_yield();
	UK_TEST_EXPECT_STR_EQ(log, "ab");
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "ababab");
}

UK_TESTCASE(uksched, sleep_takes_its_time)
{
	__nsec before = ukplat_monotonic_clock();

	uk_sched_thread_sleep(3000000);
	UK_TEST_EXPECT(ukplat_monotonic_clock() - before >= 3000000);
}

uk_testsuite_register(uksched, NULL);
