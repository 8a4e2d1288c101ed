/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor's source of random numbers, where it has one. Feed for a
 * generator rather than a generator: calls take long, and may fail.
 */
#ifndef __UKARCH_RANDOM_H__
#define __UKARCH_RANDOM_H__

#include <uk/config.h>
#include <uk/arch/types.h>
#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Called before the others. All return 0, or something else where there is no
 * source, and the others also when it is exhausted: *val is undefined then.
 * From any context.
 */
#if CONFIG_HAVE_RANDOM

#include <uk/asm/random.h>

int ukarch_random_init(void);

int __check_result ukarch_random_u32(__u32 *val);
int __check_result ukarch_random_u64(__u64 *val);

/* Fresh entropy: to seed generators with */
int __check_result ukarch_random_seed_u32(__u32 *val);
int __check_result ukarch_random_seed_u64(__u64 *val);

#else

static inline int ukarch_random_init(void)
{
	return -1;
}

static inline int __check_result ukarch_random_u32(__u32 *val __unused)
{
	return -1;
}

static inline int __check_result ukarch_random_u64(__u64 *val __unused)
{
	return -1;
}

static inline int __check_result ukarch_random_seed_u32(__u32 *val __unused)
{
	return -1;
}

static inline int __check_result ukarch_random_seed_u64(__u64 *val __unused)
{
	return -1;
}

#endif

#ifdef __cplusplus
}
#endif

#endif /* __UKARCH_RANDOM_H__ */
