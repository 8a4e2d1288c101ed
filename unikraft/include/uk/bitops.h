/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bits of words, and arrays of words taken as one long row of bits.
 *
 * Bit n of a row is bit n % UK_BITS_PER_LONG of word n / UK_BITS_PER_LONG.
 * Sizes count bits; a search that finds nothing returns the size. Functions
 * with two leading underscores are not atomic, the others are.
 */
#ifndef __UK_BITOPS_H__
#define __UK_BITOPS_H__

#include <uk/arch/atomic.h>
#include <uk/bitcount.h>
#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UK_BIT(nr)		(1UL << (nr))
#define UK_BIT_ULL(nr)		(1ULL << (nr))
#define UK_BITS_PER_LONG	64
#define UK_BITS_PER_LONG_LONG	64
#define BITS_PER_BYTE		8

#define UK_BIT_MASK(nr)		(1UL << ((nr) % UK_BITS_PER_LONG))
#define UK_BIT_WORD(nr)		((nr) / UK_BITS_PER_LONG)
#define UK_BITS_TO_LONGS(n)	DIV_ROUND_UP((n), UK_BITS_PER_LONG)

/* The bits of the first word from `start` on, and of the last one up to n */
#define UK_BITMAP_FIRST_WORD_MASK(start) (~0UL << ((start) % UK_BITS_PER_LONG))
#define UK_BITMAP_LAST_WORD_MASK(n)	(~0UL >> (UK_BITS_PER_LONG - (n)))

/* Ones from bit `l` to bit `h`, both included */
#define UK_GENMASK(h, l)						\
	((~0UL >> (UK_BITS_PER_LONG - 1 - (h))) & (~0UL << (l)))
#define UK_GENMASK_ULL(h, l)						\
	((~0ULL >> (UK_BITS_PER_LONG_LONG - 1 - (h))) & (~0ULL << (l)))

#define uk_hweight8(x)		uk_bitcount((__u8)(x))
#define uk_hweight16(x)		uk_bitcount16(x)
#define uk_hweight32(x)		uk_bitcount32(x)
#define uk_hweight64(x)		uk_bitcount64(x)
#define uk_hweight_long(x)	uk_bitcountl(x)

/* Rotates right; `shift` is 0 to 31 */
static inline __u32 uk_ror32(__u32 word, unsigned int shift)
{
	return (word >> (shift & 31)) | (word << (-shift & 31));
}

/* The smallest n with 2^n >= count, for a count of at least 1 */
static inline int uk_get_count_order(unsigned int count)
{
	return count > 1 ? (int)ukarch_fls(count - 1) + 1 : 0;
}

/* Copies bit `index` of `value` into every bit above it */
static inline __u64 uk_sign_extend64(__u64 value, int index)
{
	int shift = 63 - index;

	return (__u64)((__s64)(value << shift) >> shift);
}

/* Finds a bit at `offset` or later in words that are xor-ed with `flip` */
static inline unsigned long __uk_find_bit(const unsigned long *addr,
					  unsigned long size,
					  unsigned long offset,
					  unsigned long flip)
{
	unsigned long word, found;

	while (offset < size) {
		word = (addr[UK_BIT_WORD(offset)] ^ flip)
			& UK_BITMAP_FIRST_WORD_MASK(offset);
		offset = ALIGN_DOWN(offset, UK_BITS_PER_LONG);
		if (word) {
			found = offset + ukarch_ffsl(word);
			return MIN(found, size);
		}
		offset += UK_BITS_PER_LONG;
	}
	return size;
}

static inline unsigned long uk_find_next_bit(const unsigned long *addr,
					     unsigned long size,
					     unsigned long offset)
{
	return __uk_find_bit(addr, size, offset, 0UL);
}

static inline unsigned long uk_find_next_zero_bit(const unsigned long *addr,
						  unsigned long size,
						  unsigned long offset)
{
	return __uk_find_bit(addr, size, offset, ~0UL);
}

static inline unsigned long uk_find_first_bit(const unsigned long *addr,
					      unsigned long size)
{
	return __uk_find_bit(addr, size, 0, 0UL);
}

static inline unsigned long uk_find_first_zero_bit(const unsigned long *addr,
						   unsigned long size)
{
	return __uk_find_bit(addr, size, 0, ~0UL);
}

static inline unsigned long uk_find_last_bit(const unsigned long *addr,
					     unsigned long size)
{
	unsigned long nr = size;

	while (nr > 0) {
		nr--;
		if (addr[UK_BIT_WORD(nr)] & UK_BIT_MASK(nr))
			return nr;
	}
	return size;
}

static inline int uk_test_bit(int nr, const volatile unsigned long *addr)
{
	return (addr[UK_BIT_WORD(nr)] & UK_BIT_MASK(nr)) != 0;
}

static inline void uk_set_bit(long nr, volatile unsigned long *addr)
{
	(void)__atomic_fetch_or(&addr[UK_BIT_WORD(nr)], UK_BIT_MASK(nr),
				__ATOMIC_SEQ_CST);
}

static inline void __uk_set_bit(long nr, volatile unsigned long *addr)
{
	addr[UK_BIT_WORD(nr)] |= UK_BIT_MASK(nr);
}

static inline void uk_clear_bit(long nr, volatile unsigned long *addr)
{
	(void)__atomic_fetch_and(&addr[UK_BIT_WORD(nr)], ~UK_BIT_MASK(nr),
				 __ATOMIC_SEQ_CST);
}

static inline void __uk_clear_bit(long nr, volatile unsigned long *addr)
{
	addr[UK_BIT_WORD(nr)] &= ~UK_BIT_MASK(nr);
}

/* These return what the bit was before */
static inline int uk_test_and_set_bit(long nr, volatile unsigned long *addr)
{
	return (__atomic_fetch_or(&addr[UK_BIT_WORD(nr)], UK_BIT_MASK(nr),
				  __ATOMIC_SEQ_CST) & UK_BIT_MASK(nr)) != 0;
}

static inline int __uk_test_and_set_bit(long nr, volatile unsigned long *addr)
{
	int was = uk_test_bit((int)nr, addr);

	__uk_set_bit(nr, addr);
	return was;
}

static inline int uk_test_and_clear_bit(long nr, volatile unsigned long *addr)
{
	return (__atomic_fetch_and(&addr[UK_BIT_WORD(nr)], ~UK_BIT_MASK(nr),
				   __ATOMIC_SEQ_CST) & UK_BIT_MASK(nr)) != 0;
}

static inline int __uk_test_and_clear_bit(long nr,
					  volatile unsigned long *addr)
{
	int was = uk_test_bit((int)nr, addr);

	__uk_clear_bit(nr, addr);
	return was;
}

#define uk_for_each_set_bit(bit, addr, size)				\
	for ((bit) = uk_find_first_bit((addr), (size));			\
	     (bit) < (size);						\
	     (bit) = uk_find_next_bit((addr), (size), (bit) + 1))
#define uk_for_each_clear_bit(bit, addr, size)				\
	for ((bit) = uk_find_first_zero_bit((addr), (size));		\
	     (bit) < (size);						\
	     (bit) = uk_find_next_zero_bit((addr), (size), (bit) + 1))

#ifdef __cplusplus
}
#endif

#endif /* __UK_BITOPS_H__ */
