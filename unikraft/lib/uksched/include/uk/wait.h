/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Wait queues: threads wait for a condition, others make it true and wake
 * them.
 *
 * Queues have no lock: they are changed with interrupts off. Waking works from
 * interrupt handlers, too; waiting ends the run there, as all blocking does.
 */
#ifndef __UK_SCHED_WAIT_H__
#define __UK_SCHED_WAIT_H__

#include <uk/essentials.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/wait_types.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline void uk_waitq_init(struct uk_waitq *wq)
{
	UK_TAILQ_INIT(wq);
}

static inline void uk_waitq_entry_init(struct uk_waitq_entry *entry,
				       struct uk_thread *thread)
{
	entry->thread = thread;
	entry->waiting = 0;
}

/* ---- With interrupts off, for those who block by themselves ---- */

static inline int uk_waitq_empty(struct uk_waitq *wq)
{
	return UK_TAILQ_EMPTY(wq);
}

/* The queue that an entry has come to: whoever ends leaves all of them */
static inline void __uk_waitq_joined(struct uk_waitq *wq,
				     struct uk_waitq_entry *entry)
{
	entry->waiting = 1;
	entry->queue = wq;
	entry->outer = entry->thread->_waits;
	entry->thread->_waits = entry;
}

/* Without effect on an entry that is in the queue already */
static inline void uk_waitq_add(struct uk_waitq *wq,
				struct uk_waitq_entry *entry)
{
	if (entry->waiting)
		return;
	UK_TAILQ_INSERT_TAIL(wq, entry, thread_list);
	__uk_waitq_joined(wq, entry);
}

/* The same in front of all others */
static inline void uk_waitq_add_first(struct uk_waitq *wq,
				      struct uk_waitq_entry *entry)
{
	if (entry->waiting)
		return;
	UK_TAILQ_INSERT_HEAD(wq, entry, thread_list);
	__uk_waitq_joined(wq, entry);
}

/* Without effect on an entry that is not */
static inline void uk_waitq_remove(struct uk_waitq *wq,
				   struct uk_waitq_entry *entry)
{
	struct uk_waitq_entry **link = &entry->thread->_waits;

	if (!entry->waiting)
		return;
	UK_TAILQ_REMOVE(wq, entry, thread_list);
	entry->waiting = 0;
	/* Most often the first one, and the only one */
	while (*link != entry)
		link = &(*link)->outer;
	*link = entry->outer;
}

/* Takes the first one out and wakes it. Returns it, or null */
static inline struct uk_thread *uk_waitq_wake_first(struct uk_waitq *wq)
{
	struct uk_waitq_entry *entry = UK_TAILQ_FIRST(wq);
	struct uk_thread *thread;

	if (!entry)
		return NULL;
	thread = entry->thread;
	uk_waitq_remove(wq, entry);
	__uk_thread_wake(thread);
	return thread;
}

/* Adds the current thread's entry and blocks it, until `deadline` unless 0 */
static inline void uk_waitq_block(struct uk_waitq *wq,
				  struct uk_waitq_entry *entry,
				  __nsec deadline)
{
	struct uk_thread *current = entry->thread;

	uk_waitq_add(wq, entry);
	/* From one reason to be woken to another */
	__uk_thread_wake(current);
	current->wakeup_time = (__snsec)deadline;
	uk_thread_set_blocked(current);
	uk_sched_thread_blocked(current);
}

/* ---- From anywhere ---- */

/* The current thread will be blocked when it yields */
#define uk_waitq_add_waiter(wq, w)					\
	do {								\
		unsigned long __flags = ukplat_lcpu_save_irqf();	\
									\
		uk_waitq_add(wq, w);					\
		uk_thread_block(uk_thread_current());			\
		ukplat_lcpu_restore_irqf(__flags);			\
	} while (0)

#define uk_waitq_remove_waiter(wq, w)					\
	do {								\
		unsigned long __flags = ukplat_lcpu_save_irqf();	\
									\
		uk_waitq_remove(wq, w);					\
		ukplat_lcpu_restore_irqf(__flags);			\
	} while (0)

/* Wakes all that wait */
static inline void uk_waitq_wake_up(struct uk_waitq *wq)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	while (uk_waitq_wake_first(wq))
		;
	ukplat_lcpu_restore_irqf(flags);
}

/* Wakes the one that has waited longest */
static inline void uk_waitq_wake_up_one(struct uk_waitq *wq)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	uk_waitq_wake_first(wq);
	ukplat_lcpu_restore_irqf(flags);
}

/* ---- Waiting ---- */

/*
 * `lock`, unless null, is held by the caller: `condition` is evaluated with
 * it, and `release` and `acquire` take it while the thread waits. The condition
 * is evaluated with interrupts off, any number of times. The lock is released
 * with interrupts off, too: a thread that is blocked already must not lose the
 * processor with it.
 */
#define __uk_waitq_wait(wq, condition, deadline, acquire, release, lock) \
	({								\
		__typeof__(lock) __waitq_lock = (lock);			\
		const __nsec __waitq_until = (deadline);		\
		int __waitq_late = 0;					\
		unsigned long __waitq_irqf;				\
		DEFINE_WAIT(__waitq_entry);				\
									\
		__waitq_irqf = ukplat_lcpu_save_irqf();			\
		while (!(condition)) {					\
			__waitq_late = __uk_waitq_is_over(__waitq_until); \
			if (__waitq_late)				\
				break;					\
			uk_waitq_block(wq, &__waitq_entry, __waitq_until); \
			if (__waitq_lock)				\
				release(__waitq_lock);			\
			ukplat_lcpu_restore_irqf(__waitq_irqf);		\
			uk_sched_yield();				\
			if (__waitq_lock)				\
				acquire(__waitq_lock);			\
			__waitq_irqf = ukplat_lcpu_save_irqf();		\
		}							\
		uk_waitq_remove(wq, &__waitq_entry);			\
		ukplat_lcpu_restore_irqf(__waitq_irqf);			\
		__waitq_late;						\
	})

static inline void __uk_waitq_no_lock(void *lock __unused)
{
}

static inline int __uk_waitq_is_over(__nsec deadline)
{
	return deadline && ukplat_monotonic_clock() >= deadline;
}

/*
 * Until the condition holds, or the monotonic clock shows `deadline` (0: never).
 * Their value is 1 when that came first, else 0.
 */
#define uk_waitq_wait_event_deadline_locked(wq, condition, deadline,	\
					    lock_fn, unlock_fn, lock)	\
	__uk_waitq_wait(wq, condition, deadline, lock_fn, unlock_fn, lock)
#define uk_waitq_wait_event_deadline(wq, condition, deadline)		\
	__uk_waitq_wait(wq, condition, deadline, __uk_waitq_no_lock,	\
			__uk_waitq_no_lock, NULL)

/* Until the condition holds. Their value is 0 */
#define uk_waitq_wait_event_locked(wq, condition, lock_fn, unlock_fn, lock) \
	__uk_waitq_wait(wq, condition, 0, lock_fn, unlock_fn, lock)
#define uk_waitq_wait_event(wq, condition)				\
	uk_waitq_wait_event_deadline(wq, condition, 0)

#ifdef __cplusplus
}
#endif

#endif /* __UK_SCHED_WAIT_H__ */
