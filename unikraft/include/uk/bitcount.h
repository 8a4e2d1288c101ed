/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How many bits of a word are set. By arithmetic alone: what compilers have for
 * it may call a library or use vector registers.
 */
#ifndef __UK_BITCOUNT_H__
#define __UK_BITCOUNT_H__

#include <uk/arch/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sums of neighbours: of 1 bit each, of 2, of 4, then of all bytes at once */
static inline unsigned int uk_bitcount64(__u64 x)
{
	x -= x >> 1 & 0x5555555555555555UL;
	x = (x & 0x3333333333333333UL) + (x >> 2 & 0x3333333333333333UL);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fUL;
	return (unsigned int)(x * 0x0101010101010101UL >> 56);
}

#define uk_bitcount32(x)	uk_bitcount64((__u32)(x))
#define uk_bitcount16(x)	uk_bitcount64((__u16)(x))
#define uk_bitcountl(x)		uk_bitcount64((unsigned long)(x))
#define uk_bitcount(x)		uk_bitcount64((unsigned int)(x))

#ifdef __cplusplus
}
#endif

#endif /* __UK_BITCOUNT_H__ */
