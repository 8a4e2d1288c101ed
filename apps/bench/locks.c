/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Locks: free ones, and ones that go from thread to thread.
 */
#include <uk/essentials.h>
#include <uk/mutex.h>
#include <uk/sched.h>
#include <uk/semaphore.h>
#include "bench.h"

#define ROUNDS	5000UL

static struct uk_mutex mutex;
static struct uk_semaphore ping, pong;
static volatile unsigned long ended;

static void free_mutex(void)
{
	unsigned long i;
	__u64 since = bench_now();

	for (i = 0; i < ROUNDS; i++) {
		uk_mutex_lock(&mutex);
		uk_mutex_unlock(&mutex);
	}
	bench_tell("mutex, free", since, ROUNDS);
}

/* Whoever holds it lets the other one come, who waits for it */
static void contend(void)
{
	unsigned long i;

	for (i = 0; i < ROUNDS; i++) {
		uk_mutex_lock(&mutex);
		uk_sched_yield();
		uk_mutex_unlock(&mutex);
		uk_sched_yield();
	}
}

static __noreturn void contending(void *arg __unused)
{
	contend();
	ended++;
	uk_sched_thread_exit();
}

static void contended_mutex(void)
{
	__u64 since;

	ended = 0;
	uk_sched_thread_create(uk_sched_current(), contending, NULL, "bench");
	since = bench_now();
	contend();
	while (!ended)
		uk_sched_yield();
	bench_tell("mutex, contended", since, 2 * ROUNDS);
}

static __noreturn void answering(void *arg __unused)
{
	unsigned long i;

	for (i = 0; i < ROUNDS; i++) {
		uk_semaphore_down(&ping);
		uk_semaphore_up(&pong);
	}
	ended++;
	uk_sched_thread_exit();
}

static void hand_over(void)
{
	unsigned long i;
	__u64 since;

	ended = 0;
	uk_sched_thread_create(uk_sched_current(), answering, NULL, "bench");
	since = bench_now();
	for (i = 0; i < ROUNDS; i++) {
		uk_semaphore_up(&ping);
		uk_semaphore_down(&pong);
	}
	bench_tell("semaphore, handed over", since, 2 * ROUNDS);
	while (!ended)
		uk_sched_yield();
}

void bench_locks(void)
{
	uk_mutex_init(&mutex);
	uk_semaphore_init(&ping, 0);
	uk_semaphore_init(&pong, 0);
	free_mutex();
	contended_mutex();
	hand_over();
}
