/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where seeds come from: the processor, clocks, and the jitter of how long the
 * same work takes. Not the devices: these are sources (swrand.c).
 */

#include <uk/arch/lcpu.h>
#include <uk/arch/random.h>
#include <uk/plat/time.h>
#include "swrand.h"

#if CONFIG_LIBUKSWRAND_INITIALSEED_USECONSTANT

__u32 uk_swrandr_gen_seed32(void)
{
	return CONFIG_LIBUKSWRAND_INITIALSEED_CONSTANT;
}

void swrand_seed(__u32 seedv[SEED_WORDS])
{
	int i;

	for (i = 0; i < SEED_WORDS; i++)
		seedv[i] = CONFIG_LIBUKSWRAND_INITIALSEED_CONSTANT;
}

#else

/* How often the time of a piece of work goes into a word */
#define ROUNDS	32

/* The processor's counter of cycles or the like; any step will do */
static __u64 cycles(void)
{
	__u64 now;

#if CONFIG_ARCH_ARM_64
	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(now) : : "memory");
#else
	__u32 low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	now = (__u64)high << 32 | low;
#endif
	return now;
}

/* A bijection that spreads each bit over all (splitmix64's) */
static __u64 spread(__u64 x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* Each round's work depends on the time that the last one took. */
static __u32 jitter(void)
{
	static volatile __u64 scratch[64];
	static __u64 sum;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		volatile __u64 *at = &scratch[sum % 64];

		*at = spread(*at + sum);
		sum = spread(sum + cycles() + *at);
	}
	return (__u32)(sum >> 32);
}

/* A word of the processor's. Returns 0, or -1 where there is none */
static int hardware(__u32 *word)
{
#if CONFIG_LIBUKSWRAND_INITIALSEED_RDRAND
	static int there;

	if (!there)
		there = ukarch_random_init() ? -1 : 1;
	if (there > 0)
		return ukarch_random_seed_u32(word) ? -1 : 0;
#endif
	*word = 0;
	return -1;
}

__u32 uk_swrandr_gen_seed32(void)
{
	__u32 word;

	if (!hardware(&word))
		return word ^ jitter();
	return jitter() ^ (__u32)spread(ukplat_wall_clock());
}

void swrand_seed(__u32 seedv[SEED_WORDS])
{
	int i;

	for (i = 0; i < SEED_WORDS; i++)
		seedv[i] = uk_swrandr_gen_seed32();
}

#endif
