/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Locks that are waited for in a loop.
 *
 * Between processors only: against interrupts, see uk/plat/spinlock.h. Where
 * there is one processor the lock is empty, taking it always succeeds, and it
 * is never seen as held; compilers still move no access across.
 */
#ifndef __UKARCH_SPINLOCK_H__
#define __UKARCH_SPINLOCK_H__

#include <uk/config.h>
#include <uk/arch/lcpu.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef CONFIG_HAVE_SMP

/* struct __spinlock, UKARCH_SPINLOCK_INITIALIZER() and the functions */
#include <uk/asm/spinlock.h>

typedef struct __spinlock __spinlock;

/* Makes it a lock that nobody holds */
void ukarch_spin_init(__spinlock *lock);
/* Waits until nobody holds it, and takes it. Not twice by one processor */
void ukarch_spin_lock(__spinlock *lock);
/* Gives back what this processor holds */
void ukarch_spin_unlock(__spinlock *lock);
/* Returns not 0 when it was free and is taken now */
int ukarch_spin_trylock(__spinlock *lock);
/* Whether somebody holds it at this moment */
int ukarch_spin_is_locked(__spinlock *lock);

#else /* !CONFIG_HAVE_SMP */

typedef struct __spinlock {
	/* nothing */
} __spinlock;

#define UKARCH_SPINLOCK_INITIALIZER()	{}
#define ukarch_spin_init(lock)		((void)(lock))
#define ukarch_spin_lock(lock)						\
	do { (void)(lock); barrier(); } while (0)
#define ukarch_spin_unlock(lock)					\
	do { (void)(lock); barrier(); } while (0)
#define ukarch_spin_trylock(lock)	({ (void)(lock); barrier(); 1; })
#define ukarch_spin_is_locked(lock)	({ (void)(lock); barrier(); 0; })

#endif /* !CONFIG_HAVE_SMP */

#ifdef __cplusplus
}
#endif

#endif /* __UKARCH_SPINLOCK_H__ */
