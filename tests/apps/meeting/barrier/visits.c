/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counts in thread-local storage, for threads that have one.
 */
#include <barrier.h>
#include <uk/assert.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/thread.h>

#include "visits.h"

static __thread unsigned int visits;
static unsigned int visitors;

static int begin(struct uk_thread *child, struct uk_thread *parent __unused)
{
	UK_ASSERT(child);
	visitors++;
	return 0;
}

static void end(struct uk_thread *child __maybe_unused)
{
	UK_ASSERT(child && visitors);
	visitors--;
}

UK_THREAD_INIT_PRIO_FLAGS(begin, end, 3, UK_THREAD_INITF_UKTLS);

void barrier_visit(void)
{
	visits++;
}

unsigned int barrier_visits(void)
{
	return visits;
}

unsigned int barrier_visitors(void)
{
	return visitors;
}
