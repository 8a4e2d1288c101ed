/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: bit searches. See uk/arch/atomic.h.
 */
#ifndef __UKARCH_ATOMIC_H__
#error Do not include this header directly
#endif

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
