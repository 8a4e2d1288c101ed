/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads that meet at a barrier, again and again. Written for Unikraft 0.11,
 * as is the library: builds on that and on this core without a change.
 */
#include <barrier.h>
#include <stdio.h>
#include <uk/alloc.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/thread.h>

#define THREADS		5U
#define NAP		(50UL * 1000)

static struct barrier *barrier;
static volatile unsigned int done, last, ahead;
static volatile unsigned long at[THREADS];
static unsigned int visits[THREADS];

static __noreturn void meet(void *arg)
{
	unsigned int self = (unsigned int)(__uptr)arg, i;
	unsigned long round;

	for (round = 1; round <= CONFIG_APPMEETING_ROUNDS; round++) {
		if (round % THREADS == self)
			uk_sched_thread_sleep(NAP);
		at[self] = round;
		last += (unsigned int)barrier_wait(barrier);
		for (i = 0; i < THREADS; i++)
			ahead += at[i] < round;
		uk_sched_yield();
	}
	visits[self] = barrier_visits();
	done++;
	uk_sched_thread_exit();
}

int main(int argc __unused, char *argv[] __unused)
{
	unsigned int i, equal = 0, before = barrier_visitors();

	barrier = barrier_create(uk_alloc_get_default(), THREADS);
	if (!barrier)
		return 1;
	for (i = 0; i < THREADS; i++)
		if (!uk_sched_thread_create(uk_sched_current(), meet,
					    (__uptr)i, "guest"))
			return 1;
	printf("%u threads came\n", barrier_visitors() - before);
	while (done < THREADS)
		uk_sched_thread_sleep(NAP);
	for (i = 0; i < THREADS; i++)
		equal += visits[i] == CONFIG_APPMEETING_ROUNDS;
	printf("%u rounds, %u ahead of others, %u counts are right\n", last,
	       ahead, equal);
	barrier_destroy(barrier);
	return 0;
}
