/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: spinlocks. See uk/arch/spinlock.h.
 */
#ifndef __UKARCH_SPINLOCK_H__
#error Do not include this header directly
#endif

struct __spinlock {
	volatile int lock;		/* 1: held */
} __attribute__((aligned(8)));

#define UKARCH_SPINLOCK_INITIALIZER()	{ 0 }

static inline void ukarch_spin_init(struct __spinlock *lock)
{
	lock->lock = 0;
}

static inline int ukarch_spin_trylock(struct __spinlock *lock)
{
	return !__atomic_exchange_n(&lock->lock, 1, __ATOMIC_ACQUIRE);
}

static inline void ukarch_spin_lock(struct __spinlock *lock)
{
	/* Waits by reading, which leaves the cache line shared */
	while (!ukarch_spin_trylock(lock))
		while (lock->lock)
			ukarch_spinwait();
}

static inline void ukarch_spin_unlock(struct __spinlock *lock)
{
	__atomic_store_n(&lock->lock, 0, __ATOMIC_RELEASE);
}

static inline int ukarch_spin_is_locked(struct __spinlock *lock)
{
	return __atomic_load_n(&lock->lock, __ATOMIC_RELAXED);
}
