/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The clock, and threads that wait for a time.
 */
#include <uk/essentials.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include "bench.h"

#define ROUNDS	5000UL

static void clocks(void)
{
	unsigned long i;
	__u64 since = bench_now();

	for (i = 0; i < ROUNDS; i++)
		ukplat_monotonic_clock();
	bench_tell("monotonic clock", since, ROUNDS);
}

/* The time has come when it is looked at: nothing waits */
static void sleeps(void)
{
	unsigned long i;
	__u64 since = bench_now();

	for (i = 0; i < ROUNDS; i++)
		uk_sched_thread_sleep(1);
	bench_tell("sleep that is over at once", since, ROUNDS);
}

void bench_timers(void)
{
	clocks();
	sleeps();
}
