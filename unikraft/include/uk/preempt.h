/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parts of threads that no other thread may come between, unless they yield or
 * block themselves. Pairs nest. Interrupt handlers still do come between.
 *
 * Without a preemptive scheduler, threads switch where they call for it only,
 * and this keeps the compiler's order alone.
 */
#ifndef __UK_PREEMPT_H__
#define __UK_PREEMPT_H__

#include <uk/config.h>
#include <uk/arch/lcpu.h>
#include <uk/essentials.h>

#if CONFIG_LIBUKSCHEDPREEMPT

#ifdef __cplusplus
extern "C" {
#endif

/* Of the current thread: how many pairs are open, and who was kept waiting */
extern volatile unsigned int __uk_preempt_count __hidden;
extern volatile int __uk_preempt_pending __hidden;
void __uk_preempt_now(void);

static inline void uk_preempt_disable(void)
{
	__uk_preempt_count++;
	barrier();
}

static inline void uk_preempt_enable(void)
{
	barrier();
	if (--__uk_preempt_count == 0 && __uk_preempt_pending)
		__uk_preempt_now();
}

#ifdef __cplusplus
}
#endif

#else
/* Nobody comes between: calls of allocators stay the last thing of callers */
#define uk_preempt_disable()	do { } while (0)
#define uk_preempt_enable()	do { } while (0)
#endif

#endif /* __UK_PREEMPT_H__ */
