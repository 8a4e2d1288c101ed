/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who waits for which mutex: for the search for deadlocks.
 */
#ifndef UKLOCK_CHECKS_H
#define UKLOCK_CHECKS_H

#include <uk/mutex.h>

struct lock_waiting {
	struct uk_thread *thread;
	struct uk_mutex *m;
	struct lock_waiting *next;
};

#if CONFIG_LIBUKLOCK_CHECKS

/*
 * Around waiting, with interrupts off; waiting with a deadline is no deadlock
 * and not told. Ends the run with a report when it would never end.
 */
void lock_check_wait(struct lock_waiting *w);
void lock_check_waited(struct lock_waiting *w);

/* With interrupts off: whether it is among those that are held */
int lock_check_is_held(const struct uk_mutex *m);

#else

static inline void lock_check_wait(struct lock_waiting *w __unused)
{
}

static inline void lock_check_waited(struct lock_waiting *w __unused)
{
}

static inline int lock_check_is_held(const struct uk_mutex *m __unused)
{
	return 0;
}

#endif

#endif /* UKLOCK_CHECKS_H */
