/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counters of references, for objects that end with the last one. From any
 * context, also when others count at the same time. A counter is initialised
 * before it is shared, with the references that exist by then.
 */
#ifndef __UK_REFCOUNT_H__
#define __UK_REFCOUNT_H__

#include <uk/arch/atomic.h>
#include <uk/arch/limits.h>
#include <uk/arch/types.h>
#include <uk/config.h>
#ifdef CONFIG_LIBUKDEBUG
#include <uk/assert.h>
#define __uk_refcount_assert(holds)	UK_ASSERT(holds)
#else
#define __uk_refcount_assert(holds)	do { } while (0)
#endif

#ifdef __cplusplus
extern "C" {
#endif

static inline void uk_refcount_init(__atomic *ref, __u32 value)
{
	ukarch_store_n(&ref->counter, value);
}

static inline __u32 uk_refcount_read(const __atomic *ref)
{
	return ukarch_load_n(&ref->counter);
}

/* One more, by somebody who has a reference already */
static inline void uk_refcount_acquire(__atomic *ref)
{
	__u32 before __attribute__((unused));

	before = ukarch_fetch_add(&ref->counter, 1);
	__uk_refcount_assert(before < __U32_MAX);
}

/* One less. Returns 1 when it was the last one: the object may end */
static inline int uk_refcount_release(__atomic *ref)
{
	__u32 before = ukarch_fetch_add(&ref->counter, (__u32)-1);

	__uk_refcount_assert(before > 0);
	return before <= 1;
}

/* Adds `step` unless the counter is `but`. Returns whether it did */
static inline int __uk_refcount_step(__atomic *ref, __u32 but, __u32 step)
{
	__u32 seen = ukarch_load_n(&ref->counter);

	while (seen != but)
		if (__atomic_compare_exchange_n(&ref->counter, &seen,
						seen + step, 0,
						__ATOMIC_SEQ_CST,
						__ATOMIC_SEQ_CST))
			return 1;
	return 0;
}

/* One more, unless there is none any more. Returns 1 when it did */
static inline int uk_refcount_acquire_if_not_zero(__atomic *ref)
{
	return __uk_refcount_step(ref, 0, 1);
}

/* One less, unless it is the last one. Returns 1 when it did */
static inline int uk_refcount_release_if_not_last(__atomic *ref)
{
	return __uk_refcount_step(ref, 1, (__u32)-1);
}

#ifdef __cplusplus
}
#endif

#endif /* __UK_REFCOUNT_H__ */
