/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Atomic operations, all sequentially consistent, and bit searches.
 */
#ifndef __UKARCH_ATOMIC_H__
#define __UKARCH_ATOMIC_H__

#include <uk/arch/lcpu.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The index (from 0) of the lowest or highest set bit of a word that is not 0 */
static inline unsigned int ukarch_ffs(unsigned int x)
{
	return (unsigned int)__builtin_ctz(x);
}

static inline unsigned int ukarch_fls(unsigned int x)
{
	return 31U - (unsigned int)__builtin_clz(x);
}

static inline unsigned int ukarch_ffsl(unsigned long x)
{
	return (unsigned int)__builtin_ctzl(x);
}

static inline unsigned int ukarch_flsl(unsigned long x)
{
	return 63U - (unsigned int)__builtin_clzl(x);
}

#define ukarch_load_n(src)						\
	__atomic_load_n(src, __ATOMIC_SEQ_CST)
#define ukarch_store_n(src, value)					\
	__atomic_store_n(src, value, __ATOMIC_SEQ_CST)

/* These return what was there before */
#define ukarch_fetch_add(src, value)					\
	__atomic_fetch_add(src, value, __ATOMIC_SEQ_CST)
#define ukarch_inc(src)							\
	ukarch_fetch_add(src, 1)
#define ukarch_dec(src)							\
	__atomic_fetch_sub(src, 1, __ATOMIC_SEQ_CST)
#define ukarch_exchange_n(dst, v)					\
	__atomic_exchange_n(dst, v, __ATOMIC_SEQ_CST)

/* Stores *src to *dst, and what was in *dst to *ret */
#define ukarch_exchange(dst, src, ret)					\
	__atomic_exchange(dst, src, ret, __ATOMIC_SEQ_CST)

/* Replaces `old` in *ptr by `new`. Returns `new` when it did, else `old` */
#define ukarch_compare_exchange_sync(ptr, old, new)			\
	({								\
		__typeof__(*(ptr)) __cx_new = (new);			\
		__typeof__(*(ptr)) __cx_old = (old);			\
		__typeof__(*(ptr)) __cx_seen = __cx_old;		\
									\
		__atomic_compare_exchange_n((ptr), &__cx_seen, __cx_new, 0, \
					    __ATOMIC_SEQ_CST,		\
					    __ATOMIC_SEQ_CST)		\
			? __cx_new : __cx_old;				\
	})

/* One access, which the compiler neither drops, repeats nor tears */
#define UK_ACCESS_ONCE(x)	(*(volatile __typeof(x) *)&(x))

#define UK_WRITE_ONCE(x, v)						\
	do {								\
		barrier();						\
		UK_ACCESS_ONCE(x) = (v);				\
		barrier();						\
	} while (0)

#define UK_READ_ONCE(x)							\
	({								\
		__typeof(x) __once;					\
									\
		barrier();						\
		__once = UK_ACCESS_ONCE(x);				\
		barrier();						\
		__once;							\
	})

#ifdef __cplusplus
}
#endif

#endif /* __UKARCH_ATOMIC_H__ */
