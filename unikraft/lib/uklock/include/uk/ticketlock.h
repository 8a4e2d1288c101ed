/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ticket locks: who wants one draws a number and waits until it is called.
 * From any context, as uk/arch/spinlock.h has it.
 */
#ifndef __UK_TICKETLOCK_H__
#define __UK_TICKETLOCK_H__

#include <uk/arch/atomic.h>
#include <uk/arch/lcpu.h>
#include <uk/arch/types.h>
#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

struct __align(4) __ticketlock {
	volatile __u16 current;	/* whose turn it is */
	volatile __u16 next;	/* the number for the next one */
};

typedef struct __ticketlock __ticketlock;

#define UKARCH_TICKETLOCK_INITIALIZER()	{ 0, 0 }

static inline void ukarch_ticket_init(struct __ticketlock *lock)
{
	lock->current = 0;
	lock->next = 0;
}

static inline void ukarch_ticket_lock(struct __ticketlock *lock)
{
	__u16 mine = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

	while (__atomic_load_n(&lock->current, __ATOMIC_ACQUIRE) != mine)
		ukarch_spinwait();
}

static inline void ukarch_ticket_unlock(struct __ticketlock *lock)
{
	__atomic_store_n(&lock->current, (__u16)(lock->current + 1),
			 __ATOMIC_RELEASE);
}

/* Returns 1 if it has the lock, else 0 */
static inline int ukarch_ticket_trylock(struct __ticketlock *lock)
{
	__u16 turn = __atomic_load_n(&lock->current, __ATOMIC_RELAXED);
	__u16 next = turn;

	return __atomic_compare_exchange_n(&lock->next, &next,
					   (__u16)(turn + 1), 0,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline int ukarch_ticket_is_locked(struct __ticketlock *lock)
{
	return __atomic_load_n(&lock->current, __ATOMIC_RELAXED) !=
	       __atomic_load_n(&lock->next, __ATOMIC_RELAXED);
}

#ifdef __cplusplus
}
#endif

#endif /* __UK_TICKETLOCK_H__ */
