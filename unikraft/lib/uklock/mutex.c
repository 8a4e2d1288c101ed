/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mutexes, where it is not as simple as in uk/mutex.h.
 */

#include <errno.h>
#include <uk/mutex.h>
#include "checks.h"
#include "wait.h"

/* The owner of a mutex that is no more */
#define DESTROYED	((struct uk_thread *)2)

#if CONFIG_LIBUKLOCK_MUTEX_METRICS
struct uk_mutex_metrics _uk_mutex_metrics;

void uk_mutex_get_metrics(struct uk_mutex_metrics *dst)
{
	size_t made;

	UK_ASSERT(dst);
	*dst = _uk_mutex_metrics;
	made = dst->active_unlocked;
	dst->active_unlocked = made > dst->active_locked
			     ? made - dst->active_locked : 0;
}
#endif

static const char *owner_name(const struct uk_mutex *m)
{
	return m->owner == __UK_MUTEX_BOOT ? "the boot code"
					   : lock_thread_name(m->owner);
}

void uk_mutex_init_config(struct uk_mutex *m, unsigned int flags)
{
	unsigned long irqf;

	UK_ASSERT(m);
	irqf = ukplat_lcpu_save_irqf();
	if (lock_check_is_held(m))
		UK_CRASH("uk_mutex_init: mutex %p is held by thread %p (%s)\n",
			 m, m->owner, owner_name(m));
	m->lock_count = 0;
	m->flags = flags;
	m->owner = NULL;
	uk_waitq_init(&m->wait);
	ukplat_lcpu_restore_irqf(irqf);
	__UK_MUTEX_COUNT(active_unlocked, 1);
}

void uk_mutex_init(struct uk_mutex *m)
{
	uk_mutex_init_config(m, UK_MUTEX_CONFIG_RECURSE);
}

void uk_mutex_destroy(struct uk_mutex *m)
{
	UK_ASSERT(m);
	if (m->owner == DESTROYED)
		UK_CRASH("uk_mutex_destroy: mutex %p is destroyed a second time\n",
			 m);
	if (m->owner)
		UK_CRASH("uk_mutex_destroy: mutex %p is destroyed while thread %p (%s) holds it\n",
			 m, m->owner, owner_name(m));
	m->owner = DESTROYED;
	__UK_MUTEX_COUNT(active_unlocked, -1);
}

int __uk_mutex_try_again(struct uk_mutex *m, struct uk_thread *self)
{
	if (m->owner == DESTROYED)
		UK_CRASH("uk_mutex_trylock: mutex %p was destroyed\n", m);
	if (m->owner != self || !uk_mutex_is_recursive(m))
		return 0;
	m->lock_count++;
	return 1;
}

/* The caller holds it already */
static int lock_again(struct uk_mutex *m, struct uk_thread *self, int may_fail)
{
	if (uk_mutex_is_recursive(m)) {
		m->lock_count++;
		return 0;
	}
	if (may_fail && (m->flags & UK_MUTEX_CONFIG_ERRORCHECK))
		return -EDEADLK;
	UK_CRASH("Deadlock: thread %p (%s) waits for mutex %p, which it holds itself\n",
		 self, lock_thread_name(self), m);
}

/* Waits until it was handed over, with interrupts off */
static int wait_for(struct uk_mutex *m, struct uk_thread *self,
		    __nsec deadline, unsigned long flags)
{
	struct lock_waiting w = { self, m, NULL };
	DEFINE_WAIT(entry);
	int handed;

	if (!deadline)
		lock_check_wait(&w);
	handed = lock_wait(&m->wait, &entry, deadline, flags);
	if (!deadline)
		lock_check_waited(&w);
	return handed ? 0 : -ETIMEDOUT;
}

int __uk_mutex_lock_slow(struct uk_mutex *m, struct uk_thread *self,
			 __nsec deadline, int may_fail)
{
	unsigned long flags;
	int rc = 0;

	if (m->owner == self)
		return lock_again(m, self, may_fail);
	if (m->owner == DESTROYED)
		UK_CRASH("uk_mutex_lock: mutex %p was destroyed\n", m);
	lock_may_wait("uk_mutex_lock");
	flags = ukplat_lcpu_save_irqf();
	if (!__uk_mutex_take(m, self))
		rc = wait_for(m, self, deadline, flags);
	ukplat_lcpu_restore_irqf(flags);
	return rc;
}

void __uk_mutex_hand_over(struct uk_mutex *m)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	struct uk_waitq_entry *first = UK_TAILQ_FIRST(&m->wait);

	/* Meanwhile somebody may have taken it, or given up */
	if (!m->owner && first) {
		__uk_mutex_take(m, first->thread);
		uk_waitq_wake_first(&m->wait);
	}
	ukplat_lcpu_restore_irqf(flags);
}

int uk_mutex_lock_to(struct uk_mutex *m, __nsec timeout)
{
	struct uk_thread *self = __uk_mutex_self();
	int rc = 0;

	UK_ASSERT(m);
	if (!__uk_mutex_take(m, self)) {
		if (!timeout && m->owner != self)
			return -ETIMEDOUT;
		rc = __uk_mutex_lock_slow(m, self, lock_deadline(timeout), 1);
	}
	if (!rc)
		__UK_MUTEX_COUNT(total_locks, 1);
	return rc;
}

int __uk_mutex_foreign(struct uk_mutex *m, int may_fail)
{
	struct uk_thread *self = uk_thread_current();

	/* The boot code has become a thread meanwhile */
	if (m->owner == __UK_MUTEX_BOOT)
		return 0;
	if (may_fail && (m->flags & UK_MUTEX_CONFIG_ERRORCHECK))
		return -EPERM;
	if (m->owner == DESTROYED)
		UK_CRASH("uk_mutex_unlock: mutex %p was destroyed\n", m);
	if (!m->owner)
		UK_CRASH("uk_mutex_unlock: thread %p (%s) releases mutex %p, which nobody holds\n",
			 self, lock_thread_name(self), m);
	UK_CRASH("uk_mutex_unlock: thread %p (%s) releases mutex %p, which thread %p (%s) holds\n",
		 self, lock_thread_name(self), m, m->owner, owner_name(m));
}

int uk_mutex_try_unlock(struct uk_mutex *m)
{
	UK_ASSERT(m);
	if (m->owner != __uk_mutex_self()) {
		int rc = __uk_mutex_foreign(m, 1);

		if (rc)
			return rc;
	}
	__uk_mutex_give(m);
	return 0;
}
