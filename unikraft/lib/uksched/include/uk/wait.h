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
	uk_thread_wake(thread);
	return thread;
}

/* Adds the current thread's entry and blocks it, until `deadline` unless 0 */
static inline void uk_waitq_block(struct uk_waitq *wq,
				  struct uk_waitq_entry *entry,
				  __nsec deadline)
{
	struct uk_thread *current = entry->thread;

	uk_waitq_add(wq, entry);
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
 * it, and it is released meanwhile. The condition is evaluated with interrupts
 * off, any number of times.
 */
#define __wq_wait_event_deadline(wq, condition, deadline,		\
				 deadline_condition,			\
				 lock_fn, unlock_fn, lock)		\
	({								\
		__typeof__(lock) __wq_lock = (lock);			\
		__nsec __wq_until = (deadline);				\
		int __timedout = 0;					\
									\
		if (!(condition)) {					\
			DEFINE_WAIT(__wait);				\
			unsigned long __irqf;				\
									\
			for (;;) {					\
				__irqf = ukplat_lcpu_save_irqf();	\
				if (condition)				\
					break;				\
				if (deadline_condition) {		\
					__timedout = 1;			\
					break;				\
				}					\
				uk_waitq_block(wq, &__wait, __wq_until); \
				ukplat_lcpu_restore_irqf(__irqf);	\
				if (__wq_lock)				\
					unlock_fn(__wq_lock);		\
				uk_sched_yield();			\
				if (__wq_lock)				\
					lock_fn(__wq_lock);			\
			}						\
			uk_waitq_remove(wq, &__wait);			\
			ukplat_lcpu_restore_irqf(__irqf);		\
		}							\
		__timedout;						\
	})

static inline void __lock_dummy(void *lock __unused)
{
}

static inline int __wq_is_over(__nsec deadline)
{
	return deadline && ukplat_monotonic_clock() >= deadline;
}

/* Until the condition holds. Their value is 0 */
#define uk_waitq_wait_event(wq, condition)				\
	__wq_wait_event_deadline(wq, (condition), 0, 0,			\
				 __lock_dummy, __lock_dummy, NULL)
#define uk_waitq_wait_event_locked(wq, condition, lock_fn, unlock_fn, lock) \
	__wq_wait_event_deadline(wq, (condition), 0, 0,			\
				 lock_fn, unlock_fn, lock)

/*
 * Or until the monotonic clock shows `deadline` (0: never). Their value is 1
 * when that came first.
 */
#define uk_waitq_wait_event_deadline(wq, condition, deadline)		\
	__wq_wait_event_deadline(wq, (condition), (deadline),		\
				 __wq_is_over(__wq_until),		\
				 __lock_dummy, __lock_dummy, NULL)
#define uk_waitq_wait_event_deadline_locked(wq, condition, deadline,	\
					    lock_fn, unlock_fn, lock)	\
	__wq_wait_event_deadline(wq, (condition), (deadline),		\
				 __wq_is_over(__wq_until),		\
				 lock_fn, unlock_fn, lock)

#ifdef __cplusplus
}
#endif

#endif /* __UK_SCHED_WAIT_H__ */
