/* SPDX-License-Identifier: BSD-3-Clause */
/* Making and releasing threads, and the functions for every thread. */
#include <stdlib.h>
#include <string.h>
#include <uk/arch/tls.h>
#include <uk/plat/config.h>
#include <uk/sched_impl.h>
#include <uk/tcb_impl.h>
#include <uk/test.h>
#include "counting.h"

#define LEN	16384

static char stack[LEN] __align(16);
static struct counting counting = COUNTING;
static struct uk_alloc *const a = &counting.a;

static volatile long seen[4];
static __thread int tls_number = 41;
static __thread char tls_zeros[100];

static void __noreturn fn0(void)
{
	seen[0]++;
	uk_sched_thread_exit();
}

static void __noreturn fn1(void *argp)
{
	seen[0] += (long)argp;
	uk_sched_thread_exit();
}

static void __noreturn fn2(void *argp0, void *argp1)
{
	seen[0] += (long)argp0;
	seen[1] += (long)argp1;
	uk_sched_thread_exit();
}

static void __noreturn use_tls(void *argp)
{
	seen[0] = tls_number++;
	seen[1] = tls_zeros[99];
	tls_zeros[99] = 1;
	uk_sched_yield();
	seen[2] = tls_number;
	seen[3] = (long)argp;
	uk_sched_thread_exit();
}

static unsigned int released;

static void count_release(struct uk_thread *t __maybe_unused)
{
	released++;
	UK_ASSERT(t->priv == &released);
}

static void reset(void)
{
	memset((void *)seen, 0, sizeof(seen));
	released = 0;
	counting.calls = 0;
	counting.fail_at = 0;
}

/* Runs a thread to its end, and has it released */
static void run(struct uk_thread *t)
{
	int i;

	uk_sched_thread_add(uk_sched_current(), t);
	for (i = 0; i < 1000 && t->sched; i++)
		uk_sched_yield();
	uk_sched_thread_gc(uk_sched_current());
}

UK_TESTCASE(uksched_thread, bare_without_anything)
{
	struct uk_thread t;
	int rc;

	rc = uk_thread_init_bare(&t, 0, 0, 0, false, NULL, "empty", &t, NULL);
	UK_TEST_EXPECT_ZERO(rc);
	UK_TEST_EXPECT(uk_thread_is_blocked(&t));
	UK_TEST_EXPECT(!uk_thread_is_runnable(&t));
	UK_TEST_EXPECT_ZERO(t.flags);
	UK_TEST_EXPECT_STR_EQ(t.name, "empty");
	UK_TEST_EXPECT_PTR_EQ(t.priv, &t);
	UK_TEST_EXPECT_NULL(t.ectx);
	UK_TEST_EXPECT_NULL(t.sched);
	uk_thread_release(&t);
	UK_TEST_EXPECT(uk_thread_is_exited(&t));
}

UK_TESTCASE(uksched_thread, bare_with_an_address)
{
	struct uk_thread t;

	UK_TEST_EXPECT_ZERO(uk_thread_init_bare(&t, 16, 32, 0, false, NULL,
						NULL, NULL, NULL));
	UK_TEST_EXPECT(uk_thread_is_runnable(&t));
	UK_TEST_EXPECT_SNUM_EQ(t.ctx.ip, 16);
	UK_TEST_EXPECT_SNUM_EQ(t.ctx.sp, 32);
	uk_thread_release(&t);
}

UK_TESTCASE(uksched_thread, given_stack_and_functions)
{
	__uptr sp = ukarch_gen_sp(stack, LEN);
	struct uk_thread t;

	reset();
	UK_TEST_EXPECT_ZERO(uk_thread_init_bare_fn0(&t, fn0, sp, 0, false,
						    NULL, "0", &released,
						    count_release));
	UK_TEST_EXPECT(uk_thread_is_runnable(&t));
	run(&t);
	UK_TEST_EXPECT_SNUM_EQ(seen[0], 1);
	UK_TEST_EXPECT_SNUM_EQ(released, 1);
	UK_TEST_EXPECT_ZERO(uk_thread_init_bare_fn1(&t, fn1, (void *)10, sp, 0,
						    false, NULL, "1",
						    &released, count_release));
	run(&t);
	UK_TEST_EXPECT_SNUM_EQ(seen[0], 11);
	UK_TEST_EXPECT_ZERO(uk_thread_init_bare_fn2(&t, fn2, (void *)100,
						    (void *)-1, sp, 0, false,
						    NULL, "2", &released,
						    count_release));
	run(&t);
	UK_TEST_EXPECT_SNUM_EQ(seen[0], 111);
	UK_TEST_EXPECT_SNUM_EQ(seen[1], -1);
	UK_TEST_EXPECT_SNUM_EQ(released, 3);
}

UK_TESTCASE(uksched_thread, given_tls_and_extended_context)
{
	void *tls = aligned_alloc(ukarch_tls_area_align(),
				  ALIGN_UP(ukarch_tls_area_size(),
					   ukarch_tls_area_align()));
	void *ectx = aligned_alloc(ukarch_ectx_align(),
				   ALIGN_UP(ukarch_ectx_size(),
					    ukarch_ectx_align()));
	struct uk_thread t;

	reset();
	ukarch_tls_area_init(tls);
	UK_TEST_EXPECT_ZERO(
		uk_thread_init_bare_fn1(&t, use_tls, (void *)7,
					ukarch_gen_sp(stack, LEN),
					ukarch_tls_tlsp(tls), true, ectx, "tls",
					&released, count_release));
	UK_TEST_EXPECT_SNUM_EQ(t.flags, UK_THREADF_UKTLS | UK_THREADF_ECTX
			       | UK_THREADF_RUNNABLE);
	UK_TEST_EXPECT_SNUM_EQ(uk_thread_uktls_var(&t, tls_number), 41);
	run(&t);
	UK_TEST_EXPECT_SNUM_EQ(seen[0], 41);
	UK_TEST_EXPECT_SNUM_EQ(seen[1], 0);
	UK_TEST_EXPECT_SNUM_EQ(seen[2], 42);
	UK_TEST_EXPECT_SNUM_EQ(seen[3], 7);
	UK_TEST_EXPECT_SNUM_EQ(uk_thread_uktls_var(&t, tls_number), 42);
	UK_TEST_EXPECT_SNUM_EQ(tls_number, 41);
	UK_TEST_EXPECT_ZERO(tls_zeros[99]);
	UK_TEST_EXPECT_SNUM_EQ(released, 1);
	free(tls);
	free(ectx);
}

UK_TESTCASE(uksched_thread, allocated_stack_and_tls)
{
	struct uk_thread t;

	reset();
	UK_TEST_EXPECT_ZERO(uk_thread_init_fn0(&t, fn0, a, 0, a, false, NULL,
					       "0", &released, count_release));
	UK_TEST_EXPECT(t.flags & UK_THREADF_UKTLS);
	UK_TEST_EXPECT(t.flags & UK_THREADF_ECTX);
	UK_TEST_EXPECT_NOT_NULL(t.ectx);
	UK_TEST_EXPECT(IS_ALIGNED((__uptr)t.ectx,
				  (__uptr)ukarch_ectx_align()));
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 2);
	run(&t);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
	UK_TEST_EXPECT_ZERO(uk_thread_init_fn1(&t, fn1, (void *)10, a, LEN,
					       NULL, true, NULL, "1",
					       &released, count_release));
	UK_TEST_EXPECT_SNUM_EQ(t.flags, UK_THREADF_RUNNABLE);
	UK_TEST_EXPECT_NULL(t.ectx);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 1);
	run(&t);
	UK_TEST_EXPECT_ZERO(uk_thread_init_fn2(&t, fn2, (void *)100, (void *)5,
					       a, 5000, a, true, NULL, "2",
					       &released, count_release));
	UK_TEST_EXPECT_SNUM_EQ(t.flags,
			       UK_THREADF_RUNNABLE | UK_THREADF_UKTLS);
	run(&t);
	UK_TEST_EXPECT_SNUM_EQ(seen[0], 111);
	UK_TEST_EXPECT_SNUM_EQ(seen[1], 5);
	UK_TEST_EXPECT_SNUM_EQ(released, 3);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
}

UK_TESTCASE(uksched_thread, created_bare)
{
	struct uk_thread *t;

	reset();
	t = uk_thread_create_bare(a, 0, 0, 0, false, false, "bare", &released,
				  count_release);
	UK_TEST_EXPECT_SNUM_EQ(t->flags, UK_THREADF_ECTX);
	UK_TEST_EXPECT_NOT_NULL(t->ectx);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 1);
	uk_thread_release(t);
	t = uk_thread_create_bare(a, 0, 0, 0, false, true, NULL, &released,
				  count_release);
	UK_TEST_EXPECT_ZERO(t->flags);
	UK_TEST_EXPECT_NULL(t->ectx);
	UK_TEST_EXPECT_NULL(t->name);
	uk_thread_release(t);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
	UK_TEST_EXPECT_SNUM_EQ(released, 2);
}

UK_TESTCASE(uksched_thread, containers_get_their_entry_later)
{
	struct uk_thread *t;

	reset();
	t = uk_thread_create_container(a, a, 0, a, false, "c", &released,
				       count_release);
	UK_TEST_EXPECT(uk_thread_is_blocked(t));
	UK_TEST_EXPECT_SNUM_EQ(t->flags, UK_THREADF_ECTX | UK_THREADF_UKTLS);
	UK_TEST_EXPECT_ZERO(t->ctx.ip);
	UK_TEST_EXPECT_NOT_ZERO(t->ctx.sp);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 3);
	uk_thread_container_init_fn0(t, fn0);
	UK_TEST_EXPECT(uk_thread_is_runnable(t));
	run(t);
	t = uk_thread_create_container(a, a, LEN, NULL, false, "c", &released,
				       count_release);
	UK_TEST_EXPECT_SNUM_EQ(t->flags, UK_THREADF_ECTX);
	uk_thread_container_init_fn1(t, fn1, (void *)10);
	run(t);
	t = uk_thread_create_container(a, a, LEN, a, true, "c", &released,
				       count_release);
	UK_TEST_EXPECT_SNUM_EQ(t->flags, UK_THREADF_UKTLS);
	UK_TEST_EXPECT_NULL(t->ectx);
	uk_thread_container_init_fn2(t, fn2, (void *)100, (void *)3);
	run(t);
	UK_TEST_EXPECT_SNUM_EQ(seen[0], 111);
	UK_TEST_EXPECT_SNUM_EQ(seen[1], 3);
	UK_TEST_EXPECT_SNUM_EQ(released, 3);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
}

UK_TESTCASE(uksched_thread, containers_without_stack)
{
	__uptr sp = ukarch_gen_sp(stack, LEN);
	struct uk_thread *t;

	reset();
	t = uk_thread_create_container(a, NULL, 0, NULL, true, NULL, &released,
				       count_release);
	UK_TEST_EXPECT_ZERO(t->ctx.sp);
	UK_TEST_EXPECT_ZERO(t->flags);
	uk_thread_release(t);
	t = uk_thread_create_container2(a, sp, 0, false, true, "c2", &released,
					count_release);
	UK_TEST_EXPECT_SNUM_EQ(t->ctx.sp, sp);
	UK_TEST_EXPECT(uk_thread_is_blocked(t));
	uk_thread_container_init_bare(t, (__uptr)fn0);
	UK_TEST_EXPECT_SNUM_EQ(t->ctx.ip, (__uptr)fn0);
	UK_TEST_EXPECT(uk_thread_is_runnable(t));
	uk_thread_release(t);
	t = uk_thread_create_container2(a, sp, 0, false, false, "c2",
					&released, count_release);
	uk_thread_container_init_fn0(t, fn0);
	run(t);
	UK_TEST_EXPECT_SNUM_EQ(seen[0], 1);
	UK_TEST_EXPECT_SNUM_EQ(released, 3);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
}

UK_TESTCASE(uksched_thread, created_with_functions)
{
	struct uk_thread *t;

	reset();
	t = uk_thread_create_fn0(a, fn0, a, 0, a, false, "f", &released,
				 count_release);
	run(t);
	t = uk_thread_create_fn1(a, fn1, (void *)10, a, 0, NULL, true, "f",
				 &released, count_release);
	run(t);
	t = uk_thread_create_fn2(a, fn2, (void *)100, (void *)-9, a, LEN, a,
				 true, "f", &released, count_release);
	run(t);
	UK_TEST_EXPECT_SNUM_EQ(seen[0], 111);
	UK_TEST_EXPECT_SNUM_EQ(seen[1], -9);
	UK_TEST_EXPECT_SNUM_EQ(released, 3);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
}

UK_TESTCASE(uksched_thread, released_without_having_run)
{
	struct uk_thread *t;

	reset();
	t = uk_thread_create_fn0(a, fn0, a, 0, a, false, "f", &released,
				 count_release);
	uk_thread_release(t);
	UK_TEST_EXPECT_ZERO(seen[0]);
	UK_TEST_EXPECT_SNUM_EQ(released, 1);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
}

static void __noreturn fill_stack(void *argp)
{
	volatile char *room = __builtin_alloca((size_t)argp);

	memset((void *)(__uptr)room, 1, (size_t)argp);
	seen[0] = room[0];
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_thread, stacks_are_as_large_as_asked_for)
{
	static const size_t sizes[] = { 4096, 5000, 65536, 200000 };
	struct uk_thread *t;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		reset();
		t = uk_thread_create_fn1(a, fill_stack,
					 (void *)(sizes[i] - 1024), a,
					 sizes[i], a, false, "f", &released,
					 count_release);
		UK_TEST_EXPECT_SNUM_GE(t->_mem.stack_len, sizes[i]);
		run(t);
		UK_TEST_EXPECT_SNUM_EQ(seen[0], 1);
		UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
	}
}

UK_TESTCASE(uksched_thread, every_allocation_may_fail)
{
	struct uk_thread *t = NULL;
	long n;

	for (n = 1; n < 20 && !t; n++) {
		reset();
		counting.fail_at = n;
		t = uk_thread_create_fn0(a, fn0, a, 0, a, false, "f",
					 &released, count_release);
		if (!t)
			UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
	}
	UK_TEST_EXPECT_SNUM_GE(n, 4);
	UK_TEST_EXPECT_NOT_NULL(t);
	UK_TEST_EXPECT_ZERO(released);
	uk_thread_release(t);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
}

UK_TESTCASE(uksched_thread, too_much_is_no_thread)
{
	struct uk_thread *t;

	reset();
	t = uk_thread_create_fn0(a, fn0, a, 1UL << 45, a, false, "f",
				 &released, count_release);
	UK_TEST_EXPECT_NULL(t);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
}

/* ---- Functions for every thread ---- */

static char log[32];
static int armed, fails;
static struct uk_thread *child_seen, *parent_seen;

static void note(char c)
{
	size_t len = strlen(log);

	if (len + 1 < sizeof(log)) {
		log[len] = c;
		log[len + 1] = 0;
	}
}

#define HOOK(letter, LETTER, number)					\
	static int init_ ## letter(struct uk_thread *child,		\
				   struct uk_thread *parent)		\
	{								\
		if (!armed)						\
			return 0;					\
		note(#letter[0]);					\
		child_seen = child;					\
		parent_seen = parent;					\
		return fails == number ? -5 : 0;			\
	}								\
									\
	static void term_ ## letter(struct uk_thread *child)		\
	{								\
		if (armed && child)					\
			note(#LETTER[0]);				\
	}

HOOK(a, A, 1)
HOOK(b, B, 2)
HOOK(c, C, 3)
HOOK(d, D, 4)

UK_THREAD_INIT_PRIO(init_c, term_c, 8);
UK_THREAD_INIT_PRIO_FLAGS(init_a, term_a, 1, 0);
UK_THREAD_INIT_PRIO_FLAGS(init_b, term_b, UK_PRIO_AFTER(1),
			  UK_THREAD_INITF_ECTX);
UK_THREAD_INIT(init_d, term_d);

/* Sets a variable of the child, and has nothing to do at the end */
static int init_tls(struct uk_thread *child __unused,
		    struct uk_thread *parent __unused)
{
	if (armed)
		tls_number = 1000;
	return 0;
}

UK_THREAD_INIT_PRIO(init_tls, NULL, 5);

static struct uk_thread *create(bool with_tls, bool no_ectx)
{
	log[0] = 0;
	armed = 1;
	return uk_thread_create_fn0(a, fn0, a, 0, with_tls ? a : NULL, no_ectx,
				    "hooked", &released, count_release);
}

UK_TESTCASE(uksched_thread, init_functions_run_by_priority)
{
	struct uk_thread *t;

	reset();
	t = create(true, false);
	UK_TEST_EXPECT_STR_EQ(log, "abcd");
	UK_TEST_EXPECT_PTR_EQ(child_seen, t);
	UK_TEST_EXPECT_PTR_EQ(parent_seen, uk_thread_current());
	UK_TEST_EXPECT_SNUM_EQ(uk_thread_uktls_var(t, tls_number), 1000);
	UK_TEST_EXPECT_SNUM_EQ(tls_number, 41);
	log[0] = 0;
	uk_thread_release(t);
	UK_TEST_EXPECT_STR_EQ(log, "DCBA");
	armed = 0;
}

UK_TESTCASE(uksched_thread, init_functions_want_what_threads_may_not_have)
{
	struct uk_thread *t;

	reset();
	t = create(false, false);
	UK_TEST_EXPECT_STR_EQ(log, "ab");
	uk_thread_release(t);
	UK_TEST_EXPECT_STR_EQ(log, "abBA");
	t = create(true, true);
	UK_TEST_EXPECT_STR_EQ(log, "a");
	uk_thread_release(t);
	t = create(false, true);
	UK_TEST_EXPECT_STR_EQ(log, "a");
	uk_thread_release(t);
	UK_TEST_EXPECT_STR_EQ(log, "aA");
	armed = 0;
}

UK_TESTCASE(uksched_thread, a_failing_init_function_undoes_the_others)
{
	static const char *const logs[] = { "a", "abA", "abcBA", "abcdCBA" };

	reset();
	for (fails = 1; fails <= 4; fails++) {
		UK_TEST_EXPECT_NULL(create(true, false));
		UK_TEST_EXPECT_STR_EQ(log, logs[fails - 1]);
		UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
	}
	fails = 0;
	armed = 0;
	UK_TEST_EXPECT_ZERO(released);
}

UK_TESTCASE(uksched_thread, threads_that_end_are_terminated_once)
{
	struct uk_thread *t;

	reset();
	t = create(true, false);
	log[0] = 0;
	run(t);
	UK_TEST_EXPECT_STR_EQ(log, "DCBA");
	armed = 0;
	UK_TEST_EXPECT_SNUM_EQ(released, 1);
	UK_TEST_EXPECT_SNUM_EQ(counting.given, 0);
}

static void __noreturn do_nothing(void *argp __unused)
{
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_thread, no_stack_of_nearly_everything)
{
	struct uk_sched *s = uk_sched_current();
	static const size_t lens[] = { (size_t)-1, (size_t)-8192 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++)
		UK_TEST_EXPECT_NULL(uk_sched_thread_create_fn1(
			s, do_nothing, NULL, lens[i], false, false, "large",
			NULL, NULL));
}

uk_testsuite_register(uksched_thread, NULL);
