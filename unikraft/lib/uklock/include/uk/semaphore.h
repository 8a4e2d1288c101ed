/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counting semaphores: down() waits until the count is above 0 and takes one
 * away, up() adds one. Who has waited longest gets it. Interrupt handlers may
 * call up() and down_try(); waiting ends the run there, with a report.
 */

#ifndef __UK_SEMAPHORE_H__
#define __UK_SEMAPHORE_H__

#include <uk/config.h>

#if CONFIG_LIBUKLOCK_SEMAPHORE
#include <uk/arch/atomic.h>
#include <uk/arch/time.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/preempt.h>
#include <uk/print.h>
#include <uk/thread.h>
#include <uk/wait.h>
#include <uk/wait_types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_semaphore {
	long count;		/* changed atomically */
	struct uk_waitq wait;	/* with interrupts off; the count is 0 then */
};

#define UK_SEMAPHORE_INITIALIZER(name, initial)				\
	{								\
		.count = (initial),					\
		.wait = __WAIT_QUEUE_INITIALIZER((name).wait),		\
	}

void uk_semaphore_init(struct uk_semaphore *s, long count);

/* Ends the run with a report when somebody waits */
void uk_semaphore_destroy(struct uk_semaphore *s);

/* 0, or -ETIMEDOUT when deadline (0: none) came first */
int __uk_semaphore_down_slow(struct uk_semaphore *s, __nsec deadline);
void __uk_semaphore_hand_over(struct uk_semaphore *s);

/* Never waits. Returns 1 if it has taken one, else 0 */
static inline int uk_semaphore_down_try(struct uk_semaphore *s)
{
	long seen;

	UK_ASSERT(s);
	seen = __atomic_load_n(&s->count, __ATOMIC_RELAXED);
	while (seen > 0)
		if (__atomic_compare_exchange_n(&s->count, &seen, seen - 1, 0,
						__ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return 1;
	return 0;
}

static inline void uk_semaphore_down(struct uk_semaphore *s)
{
	if (unlikely(!uk_semaphore_down_try(s)))
		__uk_semaphore_down_slow(s, 0);
}

/*
 * Waits for `timeout` nanoseconds at most. Returns how long it took, or
 * __NSEC_MAX when it has taken none.
 */
__nsec uk_semaphore_down_to(struct uk_semaphore *s, __nsec timeout);

static inline void uk_semaphore_up(struct uk_semaphore *s)
{
	UK_ASSERT(s);
	/* Who takes it may be done with the semaphore at once */
	uk_preempt_disable();
	__atomic_fetch_add(&s->count, 1, __ATOMIC_RELEASE);
	/* Who came before that waits, who comes after it takes it. */
	barrier();
	if (unlikely(!uk_waitq_empty(&s->wait)))
		__uk_semaphore_hand_over(s);
	uk_preempt_enable();
}

#ifdef __cplusplus
}
#endif

#endif /* CONFIG_LIBUKLOCK_SEMAPHORE */

#endif /* __UK_SEMAPHORE_H__ */
