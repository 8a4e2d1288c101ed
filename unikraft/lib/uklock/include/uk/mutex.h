/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mutexes: one thread at a time.
 *
 * There are three kinds: recursive ones, which their owner may lock again (as
 * all are that uk_mutex_init() makes), plain ones, and error checking ones.
 * They go from thread to thread in the order in which these came to wait.
 *
 * Whoever waits in an interrupt handler or with interrupts off ends the run
 * with a report; so does who releases a mutex of another thread, waits for a
 * plain one of his own, or destroys one that is held. Handlers may try to lock
 * (uk/isr/mutex.h), and release before they return.
 *
 * A free mutex is taken and given back with one atomic operation; only who has
 * to wait, or wakes somebody, turns interrupts off for a moment.
 */

#ifndef __UK_MUTEX_H__
#define __UK_MUTEX_H__

#include <uk/config.h>

#if CONFIG_LIBUKLOCK_MUTEX
#include <stddef.h>
#include <uk/arch/atomic.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/list.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/preempt.h>
#include <uk/thread.h>
#include <uk/wait.h>
#include <uk/wait_types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UK_MUTEX_CONFIG_RECURSE		0x01
#define UK_MUTEX_CONFIG_ERRORCHECK	0x02

struct uk_mutex {
	int lock_count;		/* how often its owner has locked it */
	unsigned int flags;	/* UK_MUTEX_CONFIG_* */
	struct uk_thread *owner; /* null: it is free. Changed atomically */
	struct uk_waitq wait;	/* with interrupts off */
#if CONFIG_LIBUKLOCK_CHECKS
	/* Of all that are held; with interrupts off */
	UK_TAILQ_ENTRY(struct uk_mutex) held;
#endif
};

/* `name` is the variable. Recursive, as in uk_mutex_init() */
#define UK_MUTEX_INITIALIZER(name)					\
	UK_MUTEX_INITIALIZER_CONFIG(name, UK_MUTEX_CONFIG_RECURSE)
#define UK_MUTEX_INITIALIZER_RECURSIVE(name)				\
	UK_MUTEX_INITIALIZER_CONFIG(name, UK_MUTEX_CONFIG_RECURSE)
/* With flags; 0: plain */
#define UK_MUTEX_INITIALIZER_CONFIG(name, config)			\
	{								\
		.lock_count = 0,					\
		.flags = (config),					\
		.owner = NULL,						\
		.wait = __WAIT_QUEUE_INITIALIZER((name).wait),		\
	}

void uk_mutex_init(struct uk_mutex *m);
void uk_mutex_init_config(struct uk_mutex *m, unsigned int flags);

/* The end of one that nobody holds. Using it afterwards ends the run */
void uk_mutex_destroy(struct uk_mutex *m);

static inline int uk_mutex_is_recursive(const struct uk_mutex *m)
{
	return !!(m->flags & UK_MUTEX_CONFIG_RECURSE);
}

/* What code is that runs before there are threads */
#define __UK_MUTEX_BOOT	((struct uk_thread *)1)

static inline struct uk_thread *__uk_mutex_self(void)
{
	struct uk_thread *current = uk_thread_current();

	return current ? current : __UK_MUTEX_BOOT;
}

/* ---- What the options LIBUKLOCK_MUTEX_METRICS and _CHECKS add ---- */

struct uk_mutex_metrics {
	size_t active_locked;	/* mutexes, now */
	size_t active_unlocked;	/* of those that were not made statically */

	/* Operations since boot */
	size_t total_locks;
	size_t total_ok_trylocks;
	size_t total_failed_trylocks;
	size_t total_unlocks;
};

#if CONFIG_LIBUKLOCK_MUTEX_METRICS

void uk_mutex_get_metrics(struct uk_mutex_metrics *dst);

/* Counters are changed atomically; active_unlocked: all that were made */
extern struct uk_mutex_metrics _uk_mutex_metrics;

#define __UK_MUTEX_COUNT(what, by)					\
	__atomic_fetch_add(&_uk_mutex_metrics.what, (size_t)(by),	\
			   __ATOMIC_RELAXED)
#else
#define __UK_MUTEX_COUNT(what, by)	do { } while (0)
#endif

#if CONFIG_LIBUKLOCK_CHECKS

void __uk_mutex_check_take(struct uk_mutex *m);
void __uk_mutex_check_release(struct uk_mutex *m);

/*
 * For allocators: memory is about to be freed. Ends the run with a report when
 * there is a mutex in it that is held.
 */
void uk_lock_check_free(const void *mem, size_t len);

#else

static inline void __uk_mutex_check_take(struct uk_mutex *m __unused)
{
}

static inline void __uk_mutex_check_release(struct uk_mutex *m __unused)
{
}

static inline void uk_lock_check_free(const void *mem __unused,
				      size_t len __unused)
{
}

#endif

/* ---- Locking ---- */

/* Not at once. 0, -ETIMEDOUT when deadline (0: none) came, or -EDEADLK */
int __uk_mutex_lock_slow(struct uk_mutex *m, struct uk_thread *self,
			 __nsec deadline, int may_fail);
/* Whether a mutex that is not free can be locked again by its owner */
int __uk_mutex_try_again(struct uk_mutex *m, struct uk_thread *self);
/* Released by somebody else than its owner: returns 0 if that was right */
int __uk_mutex_foreign(struct uk_mutex *m, int may_fail);
/* Free, but somebody waits */
void __uk_mutex_hand_over(struct uk_mutex *m);

static inline int __uk_mutex_take(struct uk_mutex *m, struct uk_thread *self)
{
	struct uk_thread *nobody = NULL;

	if (!__atomic_compare_exchange_n(&m->owner, &nobody, self, 0,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return 0;
	m->lock_count = 1;
	__UK_MUTEX_COUNT(active_locked, 1);
	__uk_mutex_check_take(m);
	return 1;
}

static inline void __uk_mutex_give(struct uk_mutex *m)
{
	__UK_MUTEX_COUNT(total_unlocks, 1);
	if (--m->lock_count)
		return;
	__UK_MUTEX_COUNT(active_locked, -1);
	__uk_mutex_check_release(m);
	/* Who takes it may be done with the mutex at once */
	uk_preempt_disable();
	__atomic_store_n(&m->owner, NULL, __ATOMIC_RELEASE);
	/* Who came before that waits, who comes after it takes it. */
	barrier();
	if (unlikely(!uk_waitq_empty(&m->wait)))
		__uk_mutex_hand_over(m);
	uk_preempt_enable();
}

static inline void uk_mutex_lock(struct uk_mutex *m)
{
	struct uk_thread *self = __uk_mutex_self();

	UK_ASSERT(m);
	if (unlikely(!__uk_mutex_take(m, self)))
		__uk_mutex_lock_slow(m, self, 0, 0);
	__UK_MUTEX_COUNT(total_locks, 1);
}

/* Never waits. Returns 1 if it has locked the mutex, else 0 */
static inline int uk_mutex_trylock(struct uk_mutex *m)
{
	struct uk_thread *self = __uk_mutex_self();

	UK_ASSERT(m);
	if (likely(__uk_mutex_take(m, self)) ||
	    __uk_mutex_try_again(m, self)) {
		__UK_MUTEX_COUNT(total_ok_trylocks, 1);
		return 1;
	}
	__UK_MUTEX_COUNT(total_failed_trylocks, 1);
	return 0;
}

/*
 * Waits for `timeout` nanoseconds at most; __NSEC_MAX: as long as it takes.
 * Returns 0 when it has locked the mutex, -ETIMEDOUT, or -EDEADLK for an error
 * checking one that is the caller's already.
 */
int uk_mutex_lock_to(struct uk_mutex *m, __nsec timeout);

static inline void uk_mutex_unlock(struct uk_mutex *m)
{
	UK_ASSERT(m);
	if (unlikely(m->owner != __uk_mutex_self()))
		__uk_mutex_foreign(m, 0);
	__uk_mutex_give(m);
}

/* The same; returns 0, or -EPERM for an error checking one of somebody else */
int uk_mutex_try_unlock(struct uk_mutex *m);

static inline int uk_mutex_is_locked(struct uk_mutex *m)
{
	return UK_READ_ONCE(m->owner) != NULL;
}

/* Wait for events (uk/wait.h) with a mutex around the condition */
#define uk_waitq_wait_event_mutex(wq, condition, mutex)			\
	uk_waitq_wait_event_locked(wq, condition, uk_mutex_lock,	\
				   uk_mutex_unlock, mutex)
#define uk_waitq_wait_event_deadline_mutex(wq, condition, deadline, mutex) \
	uk_waitq_wait_event_deadline_locked(wq, condition, deadline,	\
					    uk_mutex_lock,		\
					    uk_mutex_unlock, mutex)

#ifdef __cplusplus
}
#endif

#endif /* CONFIG_LIBUKLOCK_MUTEX */

#endif /* __UK_MUTEX_H__ */
