/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Does something wrong with threads, on request: none of it may go unnoticed.
 * Exits with 0 when it did, and with 2 for an unknown request.
 */

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include "threads.h"

struct request {
	const char *name;
	void (*run)(void);
};

/* Hides from the compiler where a pointer points to. */
static void *hidden(const void *ptr)
{
	__asm__ volatile("" : "+r"(ptr) : : "memory");
	return (void *)(uintptr_t)ptr;
}

static struct uk_thread *begin(void (*fn)(void *), const char *name)
{
	uk_thread_fn1_t entry = (uk_thread_fn1_t)hidden((const void *)fn);

	return uk_sched_thread_create(uk_sched_current(), entry, NULL, name);
}

static void rest(void *argp __unused)
{
	for (;;)
		uk_sched_thread_sleep(1000000);
}

/* ---- Overflow ---- */

static int __noinline recurse(volatile char *outer)
{
	volatile char frame[256];

	/* Never true, which only we know */
	if (!hidden((const void *)outer))
		return 0;
	frame[0] = outer[0] + 1;
	/* What follows the call keeps it from becoming a jump. */
	return recurse(frame) + frame[0];
}

static void recurse_in_thread(void *argp __unused)
{
	volatile char start = 0;

	recurse(&start);
}

static void overflow(void)
{
	begin(rest, "above");
	begin(recurse_in_thread, "deep");
	begin(rest, "below");
	uk_sched_thread_sleep(1000000);
}

/* ---- Ends that are none ---- */

static void return_at_once(void *argp __unused)
{
}

static void return_from_thread(void)
{
	begin(return_at_once, "returns");
	uk_sched_yield();
}

static void release_oneself(void)
{
	uk_thread_release(uk_thread_current());
}

static void release_assigned(void)
{
	uk_thread_release(begin(rest, "assigned"));
}

static void terminate_unassigned(void)
{
	struct uk_thread *thread = begin(rest, "unassigned");

	uk_sched_thread_remove(thread);
	uk_sched_thread_terminate(thread);
}

static void terminate_from_another(void *argp __unused)
{
	uk_sched_thread_exit();
}

static void terminate_twice(void)
{
	struct uk_thread *thread = begin(terminate_from_another, "twice");

	uk_sched_yield();
	uk_sched_thread_terminate(thread);
}

/* ---- Where scheduling is forbidden ---- */

static void yield_with_interrupts_off(void)
{
	ukplat_lcpu_disable_irq();
	uk_sched_yield();
}

static void sleep_with_interrupts_off(void)
{
	ukplat_lcpu_disable_irq();
	uk_sched_thread_sleep(1000);
}

static void in_handler(enum handler_mistake mistake)
{
	int i;

	ukplat_irq_register(ukplat_time_get_irq(), handler,
			    begin(rest, "victim"));
	handler_mistake = mistake;
	/* A time that has passed before the wait begins brings no interrupt */
	for (i = 0; i < 1000; i++)
		ukplat_lcpu_halt_to(ukplat_monotonic_clock() + 1000000);
}

static void yield_in_handler(void)
{
	in_handler(YIELD);
}

static void sleep_in_handler(void)
{
	in_handler(SLEEP);
}

static void exit_in_handler(void)
{
	in_handler(EXIT);
}

static void block_in_handler(void)
{
	in_handler(BLOCK);
}

static const struct request requests[] = {
	{ "overflow", overflow },
	{ "return", return_from_thread },
	{ "release-oneself", release_oneself },
	{ "release-assigned", release_assigned },
	{ "terminate-unassigned", terminate_unassigned },
	{ "terminate-twice", terminate_twice },
	{ "yield-without-interrupts", yield_with_interrupts_off },
	{ "sleep-without-interrupts", sleep_with_interrupts_off },
	{ "yield-in-handler", yield_in_handler },
	{ "sleep-in-handler", sleep_in_handler },
	{ "exit-in-handler", exit_in_handler },
	{ "block-in-handler", block_in_handler },
	{ NULL, NULL },
};

int main(int argc, char *argv[])
{
	const struct request *request;

	for (request = requests; argc > 1 && request->name; request++) {
		if (strcmp(argv[1], request->name))
			continue;
		printf("about to: %s\n", argv[1]);
		request->run();
		printf("survived: %s\n", argv[1]);
		return 0;
	}
	printf("Requests:\n");
	for (request = requests; request->name; request++)
		printf("  %s\n", request->name);
	return 2;
}
