/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: spinlocks that wait without burning power. See uk/arch/spinlock.h.
 */
#ifndef __UKARCH_SPINLOCK_H__
#error Do not include this header directly
#endif

#include <uk/essentials.h>
#include <uk/arch/atomic.h>

struct __align(8) __spinlock {
	volatile int lock;	/* 1 while somebody holds it */
};

#define UKARCH_SPINLOCK_INITIALIZER()	{ 0 }

static inline void ukarch_spin_init(struct __spinlock *lock)
{
	lock->lock = 0;
}

static inline int ukarch_spin_trylock(struct __spinlock *lock)
{
	return !__atomic_exchange_n(&lock->lock, 1, __ATOMIC_ACQUIRE);
}

static inline int ukarch_spin_is_locked(struct __spinlock *lock)
{
	return __atomic_load_n(&lock->lock, __ATOMIC_RELAXED);
}

/* An exclusive load has the next write there end a wfe on this processor */
static inline int __ukarch_spin_watch(struct __spinlock *lock)
{
	int held;

	__asm__ __volatile__("ldxr %w0, %1" : "=r"(held) : "Q"(lock->lock));
	return held;
}

static inline void ukarch_spin_lock(struct __spinlock *lock)
{
	while (!ukarch_spin_trylock(lock))
		while (__ukarch_spin_watch(lock))
			__asm__ __volatile__("wfe" : : : "memory");
}

static inline void ukarch_spin_unlock(struct __spinlock *lock)
{
	__atomic_store_n(&lock->lock, 0, __ATOMIC_RELEASE);
}
