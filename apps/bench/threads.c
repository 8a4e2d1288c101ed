/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads of one cooperative scheduler. Rounds end by themselves: what is
 * measured does not wait for anything else.
 */
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/sched.h>
#include <uk/thread.h>
#include "bench.h"

#define ROUNDS	5000UL
#define THREADS	500UL

static volatile unsigned long rounds, ended;

static void start(uk_thread_fn1_t fn, void *arg)
{
	if (!uk_sched_thread_create(uk_sched_current(), fn, arg, "bench"))
		UK_CRASH("No memory for a thread\n");
}

static __noreturn void yielding(void *arg __unused)
{
	while (rounds)
		uk_sched_yield();
	ended++;
	uk_sched_thread_exit();
}

static void yields(void)
{
	unsigned long i;
	__u64 since;

	rounds = 1;
	ended = 0;
	start(yielding, NULL);
	uk_sched_yield();
	since = bench_now();
	for (i = 0; i < ROUNDS; i++)
		uk_sched_yield();
	bench_tell("yield", since, 2 * ROUNDS);
	rounds = 0;
	while (!ended)
		uk_sched_yield();
}

static __noreturn void blocking(void *arg __unused)
{
	while (rounds) {
		uk_thread_block(uk_thread_current());
		uk_sched_yield();
	}
	ended++;
	uk_sched_thread_exit();
}

static void wakes(void)
{
	struct uk_thread *thread;
	unsigned long i;
	__u64 since;

	rounds = 1;
	ended = 0;
	thread = uk_sched_thread_create(uk_sched_current(), blocking, NULL,
					"bench");
	if (!thread)
		UK_CRASH("No memory for a thread\n");
	uk_sched_yield();
	since = bench_now();
	for (i = 0; i < ROUNDS; i++) {
		uk_thread_wake(thread);
		uk_sched_yield();
	}
	bench_tell("block and wake", since, ROUNDS);
	rounds = 0;
	uk_thread_wake(thread);
	while (!ended)
		uk_sched_yield();
}

static __noreturn void ending(void *arg __unused)
{
	ended++;
	uk_sched_thread_exit();
}

static void lives(void)
{
	unsigned long i;
	__u64 since;

	ended = 0;
	since = bench_now();
	for (i = 0; i < THREADS; i++) {
		start(ending, NULL);
		while (ended <= i)
			uk_sched_yield();
	}
	bench_tell("thread, create and exit", since, THREADS);
}

void bench_threads(void)
{
	yields();
	wakes();
	lives();
}
