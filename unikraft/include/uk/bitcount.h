/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How many bits of a word are set.
 */
#ifndef __UK_BITCOUNT_H__
#define __UK_BITCOUNT_H__

#include <uk/arch/types.h>

#define uk_bitcount64(x)	__builtin_popcountll((__u64)(x))
#define uk_bitcount32(x)	__builtin_popcount((__u32)(x))
#define uk_bitcount16(x)	__builtin_popcount((__u16)(x))
#define uk_bitcountl(x)		__builtin_popcountl((unsigned long)(x))
#define uk_bitcount(x)		__builtin_popcount((unsigned int)(x))

#endif /* __UK_BITCOUNT_H__ */
