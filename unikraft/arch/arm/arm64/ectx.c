/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended contexts on arm64: the vector registers as NEON sees them. Storing
 * and loading are in ctx.S.
 */
#include <uk/arch/ctx.h>
#include <uk/arch/lcpu.h>

#define ALIGNMENT	16

struct ukarch_ectx {
	__u64 v[32][2];
	__u64 fpsr;		/* what has been computed */
	__u64 fpcr;		/* rounding and exceptions */
};

__sz ukarch_ectx_size(void)
{
	return sizeof(struct ukarch_ectx);
}

__sz ukarch_ectx_align(void)
{
	return ALIGNMENT;
}

void ukarch_ectx_init(struct ukarch_ectx *state)
{
	unsigned int i;

	UK_ASSERT(state && IS_ALIGNED((__uptr)state, (__uptr)ALIGNMENT));
	/* Each thread begins with this */
#pragma GCC unroll 16
	for (i = 0; i < ARRAY_SIZE(state->v); i++) {
		state->v[i][0] = 0;
		state->v[i][1] = 0;
	}
	state->fpsr = 0;
	state->fpcr = SYSREG_READ64(fpcr);
}
