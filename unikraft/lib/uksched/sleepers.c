/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Timed sleepers: a binary heap in an array. Its room is made when threads are
 * assigned, so that to go to sleep never fails. Compiled to be called from
 * interrupt handlers, but for what allocates.
 */
#include <uk/sched_impl.h>

static void put(struct uk_sleepers *s, unsigned int at,
		const struct uk_sleeper *sleeper)
{
	s->heap[at] = *sleeper;
	sleeper->thread->_sleeper = at;
}

/* Fills the hole `at`, or one above, with `sleeper` */
static inline void sift_up(struct uk_sleepers *s, unsigned int at,
			   const struct uk_sleeper *sleeper)
{
	for (; at > 1 && sleeper->when < s->heap[at / 2].when; at /= 2)
		put(s, at, &s->heap[at / 2]);
	put(s, at, sleeper);
}

/* The same, or one below */
static void sift_down(struct uk_sleepers *s, unsigned int at,
		      const struct uk_sleeper *sleeper)
{
	unsigned int next;

	while ((next = 2 * at) <= s->count) {
		if (next < s->count
		    && s->heap[next + 1].when < s->heap[next].when)
			next++;
		if (sleeper->when <= s->heap[next].when)
			break;
		put(s, at, &s->heap[next]);
		at = next;
	}
	put(s, at, sleeper);
}

void uk_sleepers_add(struct uk_sleepers *s, struct uk_thread *t, __snsec when)
{
	const struct uk_sleeper sleeper = { when, t };

	UK_ASSERT(!t->_sleeper && s->count < s->reserved);
	sift_up(s, ++s->count, &sleeper);
}

void uk_sleepers_remove(struct uk_sleepers *s, struct uk_thread *t)
{
	struct uk_sleeper last;
	unsigned int at = t->_sleeper;

	if (!at)
		return;
	t->_sleeper = 0;
	last = s->heap[s->count--];
	if (last.thread == t)
		return;
	if (at > 1 && last.when < s->heap[at / 2].when)
		sift_up(s, at, &last);
	else
		sift_down(s, at, &last);
}

/* Waking takes the thread out */
void uk_sleepers_wake(struct uk_sleepers *s, __snsec now)
{
	while (s->count && s->heap[1].when <= now)
		__uk_thread_wake(s->heap[1].thread);
}
