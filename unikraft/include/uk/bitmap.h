/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets of bits in arrays of words, of a size in bits. What is in the last word
 * beyond the size means nothing. No operation is atomic.
 */
#ifndef __UK_BITMAP_H__
#define __UK_BITMAP_H__

#include <errno.h>
#include <uk/bitcount.h>
#include <uk/bitops.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline void uk_bitmap_zero(unsigned long *addr, const unsigned int size)
{
	unsigned int i;

	for (i = 0; i < UK_BITS_TO_LONGS(size); i++)
		addr[i] = 0;
}

static inline void uk_bitmap_fill(unsigned long *addr, const unsigned int size)
{
	unsigned int i;

	for (i = 0; i < UK_BITS_TO_LONGS(size); i++)
		addr[i] = ~0UL;
}

/* Whether all bits are 1, or 0 */
static inline int uk_bitmap_full(unsigned long *addr, const unsigned int size)
{
	return uk_find_first_zero_bit(addr, size) >= size;
}

static inline int uk_bitmap_empty(unsigned long *addr, const unsigned int size)
{
	return uk_find_first_bit(addr, size) >= size;
}

/* The bits of word number `word` that are in [start, start + nr) */
static inline unsigned long __uk_bitmap_mask(unsigned int word,
					     unsigned int start,
					     unsigned int nr)
{
	unsigned int first = word * UK_BITS_PER_LONG, end = start + nr;
	unsigned long mask = ~0UL;

	if (start > first)
		mask <<= start - first;
	if (end < first + UK_BITS_PER_LONG)
		mask &= (1UL << (end - first)) - 1;
	return mask;
}

static inline void uk_bitmap_set(unsigned long *map, unsigned int start,
				 int nr)
{
	unsigned int i, n = nr > 0 ? (unsigned int)nr : 0;

	for (i = start / UK_BITS_PER_LONG; n && i * UK_BITS_PER_LONG < start + n;
	     i++)
		map[i] |= __uk_bitmap_mask(i, start, n);
}

static inline void uk_bitmap_clear(unsigned long *map, unsigned int start,
				   int nr)
{
	unsigned int i, n = nr > 0 ? (unsigned int)nr : 0;

	for (i = start / UK_BITS_PER_LONG; n && i * UK_BITS_PER_LONG < start + n;
	     i++)
		map[i] &= ~__uk_bitmap_mask(i, start, n);
}

/*
 * The first place from `start` on for `nr` zeros, which is a multiple of
 * align_mask + 1 (a power of 2) once `align_offset` has been added. More than
 * size - nr when there is none.
 */
static inline unsigned int uk_bitmap_find_next_zero_area_off(
	const unsigned long *map, const unsigned int size, unsigned int start,
	unsigned int nr, unsigned int align_mask, unsigned int align_offset)
{
	unsigned int at, used;

	for (;;) {
		at = (unsigned int)uk_find_next_zero_bit(map, size, start);
		at = ((at + align_offset + align_mask) & ~align_mask)
			- align_offset;
		if (at > size || nr > size - at)
			return at + nr;
		used = (unsigned int)uk_find_next_bit(map, at + nr, at);
		if (used >= at + nr)
			return at;
		start = used + 1;
	}
}

static inline unsigned int uk_bitmap_find_next_zero_area(
	const unsigned long *map, const unsigned int size, unsigned int start,
	unsigned int nr, unsigned int align_mask)
{
	return uk_bitmap_find_next_zero_area_off(map, size, start, nr,
						 align_mask, 0);
}

/*
 * Regions of 2^order bits at multiples of their size. Finding and allocating
 * set them: they return the region's place, or -ENOMEM, and 0, or -EBUSY.
 */
static inline int uk_bitmap_allocate_region(unsigned long *bitmap, int pos,
					    int order)
{
	unsigned long end = (unsigned long)pos + (1UL << order);

	if (uk_find_next_bit(bitmap, end, (unsigned long)pos) < end)
		return -EBUSY;
	uk_bitmap_set(bitmap, (unsigned int)pos, 1 << order);
	return 0;
}

static inline int uk_bitmap_find_free_region(unsigned long *bitmap, int bits,
					     int order)
{
	int pos;

	for (pos = 0; pos + (1 << order) <= bits; pos += 1 << order)
		if (!uk_bitmap_allocate_region(bitmap, pos, order))
			return pos;
	return -ENOMEM;
}

static inline void uk_bitmap_release_region(unsigned long *bitmap, int pos,
					    int order)
{
	uk_bitmap_clear(bitmap, (unsigned int)pos, 1 << order);
}

/* How many bits are 1 */
static inline unsigned int uk_bitmap_weight(unsigned long *addr,
					    const unsigned int size)
{
	unsigned int i, weight = 0;

	for (i = 0; i < UK_BITS_TO_LONGS(size); i++)
		weight += uk_bitcountl(addr[i]
				       & __uk_bitmap_mask(i, 0, size));
	return weight;
}

static inline int uk_bitmap_equal(const unsigned long *pa,
				  const unsigned long *pb, unsigned int size)
{
	unsigned int i;

	for (i = 0; i < UK_BITS_TO_LONGS(size); i++)
		if ((pa[i] ^ pb[i]) & __uk_bitmap_mask(i, 0, size))
			return 0;
	return 1;
}

static inline void uk_bitmap_complement(unsigned long *dst,
					const unsigned long *src,
					const unsigned int size)
{
	unsigned int i;

	for (i = 0; i < UK_BITS_TO_LONGS(size); i++)
		dst[i] = ~src[i];
}

#define __UK_BITMAP_COMBINE(name, op)					\
	static inline void uk_bitmap_ ## name(unsigned long *dst,	\
					      const unsigned long *src1, \
					      const unsigned long *src2, \
					      const unsigned int size)	\
	{								\
		unsigned int i;						\
									\
		for (i = 0; i < UK_BITS_TO_LONGS(size); i++)		\
			dst[i] = src1[i] op src2[i];			\
	}

__UK_BITMAP_COMBINE(or, |)
__UK_BITMAP_COMBINE(and, &)
__UK_BITMAP_COMBINE(xor, ^)

#ifdef __cplusplus
}
#endif

#endif /* __UK_BITMAP_H__ */
