/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads that allocate and free all at once, also what another one allocated.
 * With a preemptive scheduler they come between each other anywhere.
 */

#include <stdlib.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/sched.h>
#include <uk/test.h>

#define THREADS	6
#define SLOTS	64
#define ROUNDS	3000

/* Memory that has its own size and mark in it; whoever takes it owns it. */
struct parcel {
	size_t size;
	unsigned char mark;
	unsigned char content[];
};

static struct parcel *volatile slots[SLOTS];
static volatile unsigned int wrong, ended;

static struct parcel *swap(unsigned int slot, struct parcel *p)
{
	return __atomic_exchange_n(&slots[slot], p, __ATOMIC_SEQ_CST);
}

static struct parcel *make(unsigned int number)
{
	size_t size = number % 7 ? number % 500 : number % 30000;
	struct parcel *p = malloc(sizeof(*p) + size);

	if (p) {
		p->size = size;
		p->mark = number;
		memset(p->content, p->mark, size);
	}
	return p;
}

static void check_and_free(struct parcel *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->size; i++) {
		if (p->content[i] != p->mark) {
			wrong++;
			break;
		}
	}
	free(p);
}

static void __noreturn exchange(void *argp)
{
	unsigned int seed = (uintptr_t)argp;

	for (int round = 0; round < ROUNDS; round++) {
		unsigned int number = rand_r(&seed);

		check_and_free(swap(number % SLOTS, make(number / SLOTS)));
		if (number % 32 == 0)
			uk_sched_yield();
	}
	__atomic_add_fetch(&ended, 1, __ATOMIC_SEQ_CST);
	uk_sched_thread_exit();
}

UK_TESTCASE(ukalloc_threads, exchange)
{
	unsigned int started = 0;

	UK_TEST_ASSERT(uk_thread_current());
	wrong = ended = 0;
	for (uintptr_t i = 1; i <= THREADS; i++)
		started += !!uk_sched_thread_create(uk_sched_current(),
						    exchange, i, "exchange");
	while (ended < started)
		uk_sched_yield();
	UK_TEST_EXPECT_SNUM_EQ(started, THREADS);
	for (unsigned int i = 0; i < SLOTS; i++)
		check_and_free(swap(i, NULL));
	UK_TEST_EXPECT_ZERO(wrong);
}

uk_testsuite_register(ukalloc_threads, NULL);
