/* SPDX-License-Identifier: BSD-3-Clause */
#include <barrier.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/list.h>
#include <uk/mutex.h>
#include <uk/print.h>
#include <uk/sched.h>
#include <uk/semaphore.h>
#include <uk/thread.h>
#include <uk/wait.h>

#include "visits.h"

struct barrier {
	struct uk_alloc *a;
	struct uk_mutex lock;
	/* Those who wait, by the lock */
	struct uk_list_head guests;
	struct uk_waitq all_came;
	unsigned int threads, here;
	unsigned long round;
	/* The next round begins when the last one of this has left */
	struct uk_semaphore seats;
};

struct guest {
	struct uk_list_head list;
	struct uk_thread *thread;
};

struct barrier *barrier_create(struct uk_alloc *a, unsigned int threads)
{
	struct barrier *b = uk_calloc(a, 1, sizeof(*b));

	if (unlikely(!b))
		return NULL;
	b->a = a;
	b->threads = threads;
	uk_mutex_init(&b->lock);
	uk_semaphore_init(&b->seats, (long)threads);
	uk_waitq_init(&b->all_came);
	UK_INIT_LIST_HEAD(&b->guests);
	return b;
}

void barrier_destroy(struct barrier *b)
{
	UK_ASSERT(uk_list_empty(&b->guests));
	uk_free(b->a, b);
}

static unsigned int guests(const struct barrier *b)
{
	struct guest *guest;
	unsigned int n = 0;

	uk_list_for_each_entry(guest, &b->guests, list)
		n += guest->thread != NULL;
	return n;
}

int barrier_wait(struct barrier *b)
{
	struct guest self = { .thread = uk_thread_current() };
	unsigned long round;
	int last;

	barrier_visit();
	uk_semaphore_down(&b->seats);
	uk_mutex_lock(&b->lock);
	uk_list_add_tail(&self.list, &b->guests);
	round = b->round;
	last = guests(b) == b->threads;
	if (last) {
		b->round++;
		b->here = b->threads;
		uk_pr_debug("round %lu is complete\n", round);
	}
	uk_mutex_unlock(&b->lock);
	if (last)
		uk_waitq_wake_up(&b->all_came);
	else
		uk_waitq_wait_event(&b->all_came, b->round != round);

	uk_mutex_lock(&b->lock);
	uk_list_del(&self.list);
	if (--b->here == 0) {
		unsigned int i;

		for (i = 0; i < b->threads; i++)
			uk_semaphore_up(&b->seats);
	}
	uk_mutex_unlock(&b->lock);
	return last;
}
