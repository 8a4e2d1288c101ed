/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A generator that multiplies with carry: period about 2^63, one word of state
 * and one of carry. No secret.
 */

#include "swrand.h"

/* MULTIPLIER * 2^32 - 1 is a safe prime */
#define MULTIPLIER	4294957665ULL

#define STUCK		((MULTIPLIER - 1) << 32 | 0xffffffff)

/* Numbers until new seed is taken */
#define PERIOD		262144

struct uk_swrand {
	__u64 state;		/* carry in the upper half */
	unsigned int left;
};

struct uk_swrand uk_swrand_def;

static __u32 next(struct uk_swrand *r)
{
	r->state = MULTIPLIER * (__u32)r->state + (r->state >> 32);
	return (__u32)r->state;
}

void swrand_stir(struct uk_swrand *r, unsigned int seedc,
		 const __u32 seedv[])
{
	unsigned int i;

	for (i = 0; i < seedc; i++) {
		r->state ^= seedv[i];
		/* The two states that it would never leave */
		if (!r->state || r->state == STUCK)
			r->state = 1;
		next(r);
	}
	r->left = PERIOD;
}

void swrand_forget(struct uk_swrand *r)
{
	r->state = 0x9e3779b9;
}

__u32 uk_swrand_randr_r(struct uk_swrand *r)
{
	if (unlikely(!r->left)) {
		swrand_dry(r);
		r->left = PERIOD;
	}
	r->left--;
	return next(r);
}
