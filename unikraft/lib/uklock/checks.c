/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lists of all mutexes that are held and of all threads that wait for one,
 * and what is wrong with them. Searches take as long as the lists are.
 */

#include <uk/assert.h>
#include <uk/print.h>
#include "checks.h"
#include "wait.h"

/* With interrupts off */
static UK_TAILQ_HEAD(, struct uk_mutex) all_held =
	UK_TAILQ_HEAD_INITIALIZER(all_held);
static struct lock_waiting *all_waiting;

void __uk_mutex_check_take(struct uk_mutex *m)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	UK_TAILQ_INSERT_TAIL(&all_held, m, held);
	ukplat_lcpu_restore_irqf(flags);
}

void __uk_mutex_check_release(struct uk_mutex *m)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	UK_TAILQ_REMOVE(&all_held, m, held);
	ukplat_lcpu_restore_irqf(flags);
}

int lock_check_is_held(const struct uk_mutex *m)
{
	struct uk_mutex *one;

	UK_TAILQ_FOREACH(one, &all_held, held)
		if (one == m)
			return 1;
	return 0;
}

/* What a thread waits for; not what was handed to it, and it does not know */
static struct lock_waiting *waiting_of(const struct uk_thread *t)
{
	struct lock_waiting *w = all_waiting;

	while (w && (w->thread != t || w->m->owner == t))
		w = w->next;
	return w;
}

static void tell(const struct lock_waiting *w)
{
	uk_pr_crit("Thread %p (%s) waits for mutex %p, which thread %p (%s) holds\n",
		   w->thread, lock_thread_name(w->thread), w->m, w->m->owner,
		   lock_thread_name(w->m->owner));
}

void lock_check_wait(struct lock_waiting *w)
{
	const struct lock_waiting *at;

	w->next = all_waiting;
	all_waiting = w;
	for (at = w; at && at->m->owner != w->thread;
	     at = waiting_of(at->m->owner))
		;
	if (likely(!at))
		return;
	for (at = w; at->m->owner != w->thread;
	     at = waiting_of(at->m->owner))
		tell(at);
	tell(at);
	UK_CRASH("Deadlock: the threads wait for each other\n");
}

void lock_check_waited(struct lock_waiting *w)
{
	struct lock_waiting **link = &all_waiting;

	while (*link != w)
		link = &(*link)->next;
	*link = w->next;
}

void uk_lock_check_free(const void *mem, size_t len)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	struct uk_mutex *m;

	UK_TAILQ_FOREACH(m, &all_held, held)
		if ((__uptr)m - (__uptr)mem < len)
			UK_CRASH("A mutex is freed while it is held: mutex %p, in memory %p of %lu bytes, by thread %p (%s)\n",
				 m, mem, (unsigned long)len, m->owner,
				 lock_thread_name(m->owner));
	ukplat_lcpu_restore_irqf(flags);
}

static int thread_begins(struct uk_thread *child __unused,
			 struct uk_thread *parent __unused)
{
	return 0;
}

static void thread_ends(struct uk_thread *child)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	struct lock_waiting **link;
	struct uk_mutex *m;

	UK_TAILQ_FOREACH(m, &all_held, held)
		if (m->owner == child)
			UK_CRASH("Thread %p (%s) ends and still holds mutex %p\n",
				 child, lock_thread_name(child), m);
	/* Its entry lies on its stack */
	for (link = &all_waiting; *link; )
		if ((*link)->thread == child)
			*link = (*link)->next;
		else
			link = &(*link)->next;
	ukplat_lcpu_restore_irqf(flags);
}

UK_THREAD_INIT_PRIO_FLAGS(thread_begins, thread_ends, UK_PRIO_EARLIEST, 0);
