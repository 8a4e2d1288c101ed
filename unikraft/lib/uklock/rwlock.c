/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Locks for readers and writers. Everything happens with interrupts off; who
 * releases hands over to those whose turn it is.
 */

#include <errno.h>
#include <uk/assert.h>
#include <uk/rwlock.h>
#include "wait.h"

static struct uk_thread *self(void)
{
	struct uk_thread *current = uk_thread_current();

	/* The boot code, before there are threads */
	return current ? current : (struct uk_thread *)1;
}

void uk_rwlock_init_config(struct uk_rwlock *rwl, unsigned int config_flags)
{
	UK_ASSERT(rwl);
	*rwl = (struct uk_rwlock)UK_RWLOCK_INITIALIZER(*rwl, config_flags);
}

void uk_rwlock_destroy(struct uk_rwlock *rwl)
{
	UK_ASSERT(rwl);
	if (rwl->nactive)
		UK_CRASH("uk_rwlock_destroy: lock %p is destroyed while it is held for %s\n",
			 rwl, rwl->nactive < 0 ? "writing" : "reading");
}

/* ---- With interrupts off ---- */

static int take_shared(struct uk_rwlock *rwl)
{
	if (rwl->nactive < 0 || !uk_waitq_empty(&rwl->exclusive))
		return 0;
	rwl->nactive++;
	return 1;
}

static int take_exclusive(struct uk_rwlock *rwl)
{
	if (rwl->writer == self()) {
		if (!uk_rwlock_is_write_recursive(rwl))
			UK_CRASH("Deadlock: thread %p (%s) waits for lock %p, which it holds for writing itself\n",
				 self(), lock_thread_name(self()), rwl);
	} else if (rwl->nactive) {
		return 0;
	}
	rwl->writer = self();
	rwl->nactive--;
	return 1;
}

static void wake_readers(struct uk_rwlock *rwl)
{
	while (uk_waitq_wake_first(&rwl->shared)) {
		rwl->npending_reads--;
		rwl->nactive++;
	}
}

static void wake_writer(struct uk_rwlock *rwl)
{
	rwl->writer = uk_waitq_wake_first(&rwl->exclusive);
	rwl->npending_writes--;
	rwl->nactive = -1;
}

/* A reader less */
static void release_shared(struct uk_rwlock *rwl)
{
	rwl->nactive--;
	if (rwl->upgrading && rwl->nactive == 1) {
		rwl->upgrading = 0;
		wake_writer(rwl);
	} else if (!rwl->nactive) {
		if (!uk_waitq_empty(&rwl->exclusive))
			wake_writer(rwl);
		else
			wake_readers(rwl);
	}
}

/* Nobody waits for writing any more: readers need not wait for that */
static void give_up_writing(struct uk_rwlock *rwl)
{
	if (uk_waitq_empty(&rwl->exclusive) && rwl->nactive >= 0)
		wake_readers(rwl);
}

static int lock_shared(struct uk_rwlock *rwl, __nsec deadline)
{
	unsigned long flags;
	int got;

	UK_ASSERT(rwl);
	flags = ukplat_lcpu_save_irqf();
	got = take_shared(rwl);
	if (!got) {
		DEFINE_WAIT(entry);

		ukplat_lcpu_restore_irqf(flags);
		lock_may_wait("uk_rwlock_rlock");
		if (rwl->writer == self())
			UK_CRASH("Deadlock: thread %p (%s) waits for lock %p, which it holds for writing itself\n",
				 self(), lock_thread_name(self()), rwl);
		flags = ukplat_lcpu_save_irqf();
		got = take_shared(rwl);
		if (!got) {
			rwl->npending_reads++;
			got = lock_wait(&rwl->shared, &entry, deadline, flags);
			if (!got)
				rwl->npending_reads--;
		}
	}
	ukplat_lcpu_restore_irqf(flags);
	return got ? 0 : -ETIMEDOUT;
}

static int lock_exclusive(struct uk_rwlock *rwl, __nsec deadline)
{
	unsigned long flags;
	int got;

	UK_ASSERT(rwl);
	flags = ukplat_lcpu_save_irqf();
	got = take_exclusive(rwl);
	if (!got) {
		DEFINE_WAIT(entry);

		ukplat_lcpu_restore_irqf(flags);
		lock_may_wait("uk_rwlock_wlock");
		flags = ukplat_lcpu_save_irqf();
		got = take_exclusive(rwl);
		if (!got) {
			rwl->npending_writes++;
			got = lock_wait(&rwl->exclusive, &entry, deadline,
					flags);
			if (!got) {
				rwl->npending_writes--;
				give_up_writing(rwl);
			}
		}
	}
	ukplat_lcpu_restore_irqf(flags);
	return got ? 0 : -ETIMEDOUT;
}

/* ---- For everybody ---- */

void uk_rwlock_rlock(struct uk_rwlock *rwl)
{
	lock_shared(rwl, 0);
}

void uk_rwlock_wlock(struct uk_rwlock *rwl)
{
	lock_exclusive(rwl, 0);
}

int uk_rwlock_rlock_try(struct uk_rwlock *rwl)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	int got = take_shared(rwl);

	ukplat_lcpu_restore_irqf(flags);
	return got;
}

int uk_rwlock_wlock_try(struct uk_rwlock *rwl)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	int got = (rwl->writer != self() ||
		   uk_rwlock_is_write_recursive(rwl)) && take_exclusive(rwl);

	ukplat_lcpu_restore_irqf(flags);
	return got;
}

int uk_rwlock_rlock_to(struct uk_rwlock *rwl, __nsec timeout)
{
	if (!timeout)
		return uk_rwlock_rlock_try(rwl) ? 0 : -ETIMEDOUT;
	return lock_shared(rwl, lock_deadline(timeout));
}

int uk_rwlock_wlock_to(struct uk_rwlock *rwl, __nsec timeout)
{
	if (!timeout)
		return uk_rwlock_wlock_try(rwl) ? 0 : -ETIMEDOUT;
	return lock_exclusive(rwl, lock_deadline(timeout));
}

void uk_rwlock_runlock(struct uk_rwlock *rwl)
{
	unsigned long flags;

	UK_ASSERT(rwl);
	flags = ukplat_lcpu_save_irqf();
	if (rwl->nactive <= 0)
		UK_CRASH("uk_rwlock_runlock: lock %p is not held for reading\n",
			 rwl);
	release_shared(rwl);
	ukplat_lcpu_restore_irqf(flags);
}

void uk_rwlock_wunlock(struct uk_rwlock *rwl)
{
	unsigned long flags;

	UK_ASSERT(rwl);
	flags = ukplat_lcpu_save_irqf();
	if (rwl->writer != self())
		UK_CRASH("uk_rwlock_wunlock: thread %p (%s) does not hold lock %p for writing\n",
			 self(), lock_thread_name(self()), rwl);
	if (!++rwl->nactive) {
		rwl->writer = NULL;
		if (!uk_waitq_empty(&rwl->shared))
			wake_readers(rwl);
		else if (!uk_waitq_empty(&rwl->exclusive))
			wake_writer(rwl);
	}
	ukplat_lcpu_restore_irqf(flags);
}

/* In front of the writers, who cannot come before the last reader has gone */
static void wait_for_readers(struct uk_rwlock *rwl, unsigned long flags)
{
	DEFINE_WAIT(entry);

	uk_waitq_add_first(&rwl->exclusive, &entry);
	rwl->npending_writes++;
	rwl->upgrading = 1;
	lock_wait(&rwl->exclusive, &entry, 0, flags);
}

int uk_rwlock_upgrade(struct uk_rwlock *rwl)
{
	unsigned long flags;
	int rc = 0;

	UK_ASSERT(rwl);
	if (rwl->nactive > 1 && !rwl->upgrading)
		lock_may_wait("uk_rwlock_upgrade");
	flags = ukplat_lcpu_save_irqf();
	if (rwl->nactive <= 0)
		UK_CRASH("uk_rwlock_upgrade: lock %p is not held for reading\n",
			 rwl);
	if (rwl->nactive == 1) {
		rwl->nactive = -1;
		rwl->writer = self();
	} else if (rwl->upgrading) {
		rc = -EDEADLK;
	} else {
		wait_for_readers(rwl, flags);
	}
	ukplat_lcpu_restore_irqf(flags);
	return rc;
}

void uk_rwlock_downgrade(struct uk_rwlock *rwl)
{
	unsigned long flags;

	UK_ASSERT(rwl);
	flags = ukplat_lcpu_save_irqf();
	if (rwl->writer != self() || rwl->nactive != -1)
		UK_CRASH("uk_rwlock_downgrade: thread %p (%s) does not hold lock %p for writing, once\n",
			 self(), lock_thread_name(self()), rwl);
	rwl->writer = NULL;
	rwl->nactive = 1;
	wake_readers(rwl);
	ukplat_lcpu_restore_irqf(flags);
}
