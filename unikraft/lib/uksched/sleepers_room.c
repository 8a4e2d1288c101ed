/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Room for timed sleepers, a place for each thread of a scheduler.
 */
#include <errno.h>
#include <uk/sched_impl.h>

#define FIRST_CAPACITY	16

int uk_sleepers_reserve(struct uk_sleepers *s)
{
	unsigned int capacity = s->capacity ? 2 * s->capacity : FIRST_CAPACITY;
	struct uk_sleeper *heap;

	if (s->reserved == s->capacity) {
		/* The first place is not used */
		heap = uk_realloc(s->a, s->heap,
				  (capacity + 1) * sizeof(*heap));
		if (!heap)
			return -ENOMEM;
		s->heap = heap;
		s->capacity = capacity;
	}
	s->reserved++;
	return 0;
}

void uk_sleepers_unreserve(struct uk_sleepers *s)
{
	UK_ASSERT(s->reserved > s->count);
	s->reserved--;
}
