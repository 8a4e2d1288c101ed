/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mutexes in interrupt handlers: a handler may try, and gives back before it
 * returns. Meanwhile the owner is the thread that it came upon; one that this
 * thread holds already is not got.
 */
#ifndef __UK_ISR_MUTEX_H__
#define __UK_ISR_MUTEX_H__

#include <uk/mutex.h>

#if CONFIG_LIBUKLOCK_MUTEX

#ifdef __cplusplus
extern "C" {
#endif

static inline int uk_mutex_trylock_isr(struct uk_mutex *m)
{
	return __uk_mutex_take(m, __uk_mutex_self());
}

#define uk_mutex_unlock_isr(m)	uk_mutex_unlock(m)

#ifdef __cplusplus
}
#endif

#endif /* CONFIG_LIBUKLOCK_MUTEX */

#endif /* __UK_ISR_MUTEX_H__ */
