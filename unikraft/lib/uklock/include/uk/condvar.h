/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Condition variables: threads give a mutex back and wait until others, which
 * have changed what it guards, wake them. A thread looks at its condition again
 * when it is back: somebody else may have come first.
 *
 * Waiting is for threads; waking, also for interrupt handlers.
 */

#ifndef __UK_CONDVAR_H__
#define __UK_CONDVAR_H__

#include <uk/config.h>

#if CONFIG_LIBUKLOCK_CONDVAR
#include <uk/arch/time.h>
#include <uk/mutex.h>
#include <uk/wait_types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_condvar {
	struct uk_waitq wait;	/* with interrupts off */
};

#define UK_CONDVAR_INITIALIZER(name)					\
	{ .wait = __WAIT_QUEUE_INITIALIZER((name).wait) }

static inline void uk_condvar_init(struct uk_condvar *cv)
{
	UK_ASSERT(cv);
	UK_TAILQ_INIT(&cv->wait);
}

/* Ends the run with a report when somebody waits */
void uk_condvar_destroy(struct uk_condvar *cv);

/*
 * The caller holds the mutex, and does again afterwards, as often as before.
 * From giving it back to waiting nobody can come between.
 */
void uk_condvar_wait(struct uk_condvar *cv, struct uk_mutex *m);

/*
 * For `timeout` nanoseconds at most, and as long as it takes to get the mutex.
 * Returns 0 when it was woken, or -ETIMEDOUT.
 */
int uk_condvar_wait_to(struct uk_condvar *cv, struct uk_mutex *m,
		       __nsec timeout);

/* Wakes the one that has waited longest; without effect if there is none */
void uk_condvar_signal(struct uk_condvar *cv);
/* Wakes all that wait */
void uk_condvar_broadcast(struct uk_condvar *cv);

#ifdef __cplusplus
}
#endif

#endif /* CONFIG_LIBUKLOCK_CONDVAR */

#endif /* __UK_CONDVAR_H__ */
