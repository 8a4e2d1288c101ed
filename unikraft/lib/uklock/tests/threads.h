/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads for tests: they share a diary, and the test waits until all that it
 * has started are through.
 */
#ifndef THREADS_H
#define THREADS_H

#include <string.h>
#include <uk/arch/atomic.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/test.h>

static int running __unused;
static char diary[64] __unused;

static inline void note(char c)
{
	size_t len = strlen(diary);

	if (len < sizeof(diary) - 1) {
		diary[len] = c;
		diary[len + 1] = '\0';
	}
}

static inline void start(void (*fn)(void *) __noreturn, void *arg,
			 const char *name)
{
	ukarch_inc(&running);
	if (!uk_sched_thread_create(uk_sched_current(), fn, arg, name))
		UK_CRASH("No memory for a thread\n");
}

static inline void __noreturn end(void)
{
	ukarch_dec(&running);
	uk_sched_thread_exit();
}

/* Lets the others run, so often that each had its turn */
static inline void let_run(void)
{
	for (int i = 0; i < 20; i++)
		uk_sched_yield();
}

/* Returns whether all have ended, in reasonable time */
static inline int all_ended(void)
{
	__nsec limit = ukplat_monotonic_clock() +
		       ukarch_time_sec_to_nsec(60);

	while (running && ukplat_monotonic_clock() < limit)
		uk_sched_thread_sleep(100000);
	return !running;
}

/* Waits until the diary has so many letters, for a reasonable time */
static inline void until_noted(size_t count)
{
	__nsec limit = ukplat_monotonic_clock() +
		       ukarch_time_sec_to_nsec(60);

	while (strlen(diary) < count && ukplat_monotonic_clock() < limit)
		uk_sched_thread_sleep(100000);
	let_run();
}

static inline void begin(void)
{
	running = 0;
	diary[0] = '\0';
}

#define MSEC	1000000ULL

#endif /* THREADS_H */
