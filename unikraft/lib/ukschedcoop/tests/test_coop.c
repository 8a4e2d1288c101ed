/* SPDX-License-Identifier: BSD-3-Clause */
/* Two schedulers: threads belong to one at a time. */
#include <string.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/schedcoop.h>
#include <uk/test.h>

#define MSEC	1000000UL

static char log[32];
static struct uk_sched *own, *other;

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

	for (i = 0; i < 20; i++)
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

static void move(struct uk_thread *t, struct uk_sched *to)
{
	uk_sched_thread_remove(t);
	uk_sched_thread_add(to, t);
}

static int create_other(struct uk_testsuite *suite __unused)
{
	own = uk_sched_current();
	other = uk_schedcoop_create(own->a);
	return !other;
}

UK_TESTCASE(ukschedcoop, is_registered_and_has_an_idle_thread)
{
	struct uk_thread *t;
	struct uk_sched *s;
	int n = 0;

	for (s = own; s && s != other; s = s->next)
		;
	UK_TEST_EXPECT_PTR_EQ(s, other);
	UK_TEST_EXPECT(!other->is_started);
	UK_TEST_EXPECT_PTR_EQ(other->a_stack, own->a);
	uk_sched_foreach_thread(other, t)
		n++;
	UK_TEST_EXPECT_SNUM_EQ(n, 1);
}

UK_TESTCASE(ukschedcoop, threads_of_another_one_wait)
{
	struct uk_thread *t;

	log[0] = 0;
	t = uk_sched_thread_create(other, three_times, "o", "other");
	UK_TEST_EXPECT_PTR_EQ(t->sched, other);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "");
	move(t, own);
	UK_TEST_EXPECT_PTR_EQ(t->sched, own);
	uk_sched_yield();
	move(t, other);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "o");
	move(t, own);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "ooo");
}

UK_TESTCASE(ukschedcoop, the_current_thread_moves)
{
	struct uk_thread *main = uk_thread_current();

	log[0] = 0;
	uk_sched_thread_create(own, three_times, "a", "a");
	uk_sched_thread_create(other, three_times, "b", "b");
	move(main, other);
	UK_TEST_EXPECT_PTR_EQ(uk_sched_current(), other);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "bbb");
	/* Sleepers and the idle thread are the other one's, too */
	uk_sched_thread_sleep(MSEC);
	move(main, own);
	UK_TEST_EXPECT_PTR_EQ(uk_sched_current(), own);
	drain();
	UK_TEST_EXPECT_STR_EQ(log, "bbbaaa");
}

uk_testsuite_register(ukschedcoop, create_other);
