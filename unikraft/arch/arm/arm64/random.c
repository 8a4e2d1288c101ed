/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RNDR and RNDRRS (FEAT_RNG), by their encodings: assemblers know the names
 * only for processors that have them.
 */
#include <uk/arch/lcpu.h>
#include <uk/arch/random.h>

/* The field of ID_AA64ISAR0_EL1 */
#define ISAR0_RNDR_SHIFT	60

/* Beyond these, something is wrong with the source, or it is empty */
#define TRIES			10

static int have_rndr;

int ukarch_random_init(void)
{
	__u64 isar0;

	__asm__ __volatile__("mrs %0, id_aa64isar0_el1" : "=r"(isar0));
	have_rndr = !!(isar0 >> ISAR0_RNDR_SHIFT);
	return have_rndr ? 0 : -1;
}

/* A read sets the flag Z when it failed */
int ukarch_random_u64(__u64 *val)
{
	unsigned int i, ok = 0;

	for (i = 0; have_rndr && !ok && i < TRIES; i++)
		__asm__ __volatile__("mrs %0, s3_3_c2_c4_0; cset %w1, ne"
				     : "=r"(*val), "=r"(ok) : : "cc");
	return ok ? 0 : -1;
}

int ukarch_random_seed_u64(__u64 *val)
{
	unsigned int i, ok = 0;

	for (i = 0; have_rndr && !ok && i < TRIES; i++)
		__asm__ __volatile__("mrs %0, s3_3_c2_c4_1; cset %w1, ne"
				     : "=r"(*val), "=r"(ok) : : "cc");
	return ok ? 0 : -1;
}
