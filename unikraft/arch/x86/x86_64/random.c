/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RDRAND and RDSEED. Processors that have the first but not the second seed
 * the first often enough for it to stand in.
 */
#include <uk/arch/lcpu.h>
#include <uk/arch/random.h>

/* Beyond these, something is wrong with the source (RDRAND), or it is empty */
#define TRIES_RAND	10
#define TRIES_SEED	100

static int have_rdrand, have_rdseed;

int ukarch_random_init(void)
{
	__u32 eax, ebx, ecx, edx, leaves;

	ukarch_x86_cpuid(0, 0, &leaves, &ebx, &ecx, &edx);
	ukarch_x86_cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	have_rdrand = !!(ecx & X86_CPUID1_ECX_RDRAND);
	if (leaves >= 7) {
		ukarch_x86_cpuid(7, 0, &eax, &ebx, &ecx, &edx);
		have_rdseed = !!(ebx & X86_CPUID7_EBX_RDSEED);
	}
	return have_rdrand ? 0 : -1;
}

int ukarch_random_u64(__u64 *val)
{
	unsigned int i;
	char ok = 0;

	for (i = 0; have_rdrand && !ok && i < TRIES_RAND; i++)
		__asm__ __volatile__("rdrand %0; setc %1"
				     : "=r"(*val), "=qm"(ok) : : "cc");
	return ok ? 0 : -1;
}

int ukarch_random_seed_u64(__u64 *val)
{
	unsigned int i;
	char ok = 0;

	if (!have_rdseed)
		return ukarch_random_u64(val);
	for (i = 0; !ok && i < TRIES_SEED; i++) {
		__asm__ __volatile__("rdseed %0; setc %1"
				     : "=r"(*val), "=qm"(ok) : : "cc");
		if (!ok)
			ukarch_spinwait();
	}
	return ok ? 0 : -1;
}
