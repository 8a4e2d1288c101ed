/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Locks for any number of readers or one writer.
 *
 * Who waits is served in turns: after a writer, all readers that wait; after
 * these, the writer that has waited longest. A reader that comes while a writer
 * waits, waits too: for that reason a thread may not lock for reading again
 * what it has locked.
 *
 * For threads only. Misuse that can be seen (releasing what is not held,
 * locking for writing what one has locked so already, destroying what is held)
 * ends the run with a report.
 */

#ifndef __UK_RWLOCK_H__
#define __UK_RWLOCK_H__

#include <uk/config.h>

#if CONFIG_LIBUKLOCK_RWLOCK
#include <uk/arch/time.h>
#include <uk/essentials.h>
#include <uk/thread.h>
#include <uk/wait_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The writer may lock for writing again, and releases as often */
#define UK_RWLOCK_CONFIG_WRITE_RECURSE	0x01

/* All with interrupts off */
struct uk_rwlock {
	int nactive;			/* readers; less than 0: a writer */
	/* Who wait, and who were terminated while they did: for people alone */
	unsigned int npending_reads;
	unsigned int npending_writes;
	unsigned int config_flags;	/* UK_RWLOCK_CONFIG_* */
	struct uk_thread *writer;	/* null: none */
	int upgrading;			/* a reader waits to become the writer */
	struct uk_waitq shared;
	struct uk_waitq exclusive;	/* who upgrades is the first one */
};

#define UK_RWLOCK_INITIALIZER(name, flags)				\
	{								\
		.config_flags = (flags),				\
		.shared = __WAIT_QUEUE_INITIALIZER((name).shared),	\
		.exclusive = __WAIT_QUEUE_INITIALIZER((name).exclusive), \
	}

static inline int uk_rwlock_is_write_recursive(const struct uk_rwlock *rwl)
{
	return !!(rwl->config_flags & UK_RWLOCK_CONFIG_WRITE_RECURSE);
}

void uk_rwlock_init_config(struct uk_rwlock *rwl, unsigned int config_flags);
#define uk_rwlock_init(rwl)	uk_rwlock_init_config((rwl), 0)

void uk_rwlock_destroy(struct uk_rwlock *rwl);

void uk_rwlock_rlock(struct uk_rwlock *rwl);
void uk_rwlock_wlock(struct uk_rwlock *rwl);

/* Never wait. Return 1 if they have the lock, else 0 */
int uk_rwlock_rlock_try(struct uk_rwlock *rwl);
int uk_rwlock_wlock_try(struct uk_rwlock *rwl);

/* Wait for `timeout` nanoseconds at most. Return 0, or -ETIMEDOUT */
int uk_rwlock_rlock_to(struct uk_rwlock *rwl, __nsec timeout);
int uk_rwlock_wlock_to(struct uk_rwlock *rwl, __nsec timeout);

void uk_rwlock_runlock(struct uk_rwlock *rwl);
void uk_rwlock_wunlock(struct uk_rwlock *rwl);

/*
 * A reader becomes the writer, before others that wait to be, when it is the
 * last reader. Returns 0; -EDEADLK when another one waits for the same: the
 * caller is a reader still, and has to release for that one to go on.
 */
int uk_rwlock_upgrade(struct uk_rwlock *rwl);

/* The writer, which has locked once, becomes a reader; others may be, too */
void uk_rwlock_downgrade(struct uk_rwlock *rwl);

#ifdef __cplusplus
}
#endif

#endif /* CONFIG_LIBUKLOCK_RWLOCK */

#endif /* __UK_RWLOCK_H__ */
