/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended contexts on arm64: the vector registers of NEON and, by option, of
 * SVE. Storing and loading are in ctx.S.
 */
#include <uk/arch/ctx.h>
#include <uk/arch/lcpu.h>
#include <uk/ctors.h>
#include "ectx.h"

#define ALIGNMENT	16

struct ukarch_ectx {
	__u64 v[32][2];
	__u64 fpsr;		/* what has been computed */
	__u64 fpcr;		/* rounding and exceptions */
	__u64 scalable;
	__u64 reserved;
};
UK_CTASSERT(__offsetof(struct ukarch_ectx, fpsr) == ECTX_FPSR);
UK_CTASSERT(__offsetof(struct ukarch_ectx, scalable) == ECTX_SCALABLE);
UK_CTASSERT(sizeof(struct ukarch_ectx) == ECTX_SVE);

#if CONFIG_ARM64_SVE
/* The field of ID_AA64PFR0_EL1 */
#define PFR0_SVE(value)	((value) >> 32 & 15)

__u32 arm64_vector_length;

static void find_vector_length(void)
{
	__u64 length;

	if (!PFR0_SVE(SYSREG_READ64(id_aa64pfr0_el1)))
		return;
	__asm__(".arch_extension sve; rdvl %0, #1" : "=r"(length));
	arm64_vector_length = (__u32)length;
}
UK_CTOR_PRIO(find_vector_length, 0);
#endif /* CONFIG_ARM64_SVE */

/* A predicate has a bit for each byte of a vector */
__sz ukarch_ectx_size(void)
{
	__sz length = arm64_vector_length;

	return ALIGN_UP(sizeof(struct ukarch_ectx) + 32 * length
			+ 17 * (length / 8), (__sz)ALIGNMENT);
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
	state->scalable = 0;
}
