/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Spinlocks, by the algorithm that the configuration has; what they promise is
 * in uk/arch/spinlock.h.
 */
#ifndef __UK_SPINLOCK_H__
#define __UK_SPINLOCK_H__

#include <uk/config.h>

#if CONFIG_LIBUKLOCK_TICKETLOCK
#include <uk/ticketlock.h>

#define uk_spinlock			__ticketlock
#define UK_SPINLOCK_INITIALIZER()	UKARCH_TICKETLOCK_INITIALIZER()
#define uk_spin_init(lock)		ukarch_ticket_init(lock)
#define uk_spin_lock(lock)		ukarch_ticket_lock(lock)
#define uk_spin_unlock(lock)		ukarch_ticket_unlock(lock)
#define uk_spin_trylock(lock)		ukarch_ticket_trylock(lock)
#define uk_spin_is_locked(lock)		ukarch_ticket_is_locked(lock)

#else
#include <uk/arch/spinlock.h>

#define uk_spinlock			__spinlock
#define UK_SPINLOCK_INITIALIZER()	UKARCH_SPINLOCK_INITIALIZER()
#define uk_spin_init(lock)		ukarch_spin_init(lock)
#define uk_spin_lock(lock)		ukarch_spin_lock(lock)
#define uk_spin_unlock(lock)		ukarch_spin_unlock(lock)
#define uk_spin_trylock(lock)		ukarch_spin_trylock(lock)
#define uk_spin_is_locked(lock)		ukarch_spin_is_locked(lock)

#endif

#endif /* __UK_SPINLOCK_H__ */
