/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor's random numbers: that they come, and are not always the same.
 * Without a source, all calls have to say so.
 */
#include <uk/arch/lcpu.h>
#include <uk/arch/random.h>
#include <uk/test.h>

#define DRAWS	64

static int has_source(void)
{
#if CONFIG_ARCH_X86_64
	__u32 eax, ebx, ecx, edx;

	ukarch_x86_cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	return !!(ecx & X86_CPUID1_ECX_RDRAND);
#else
	__u64 isar0;

	__asm__ __volatile__("mrs %0, id_aa64isar0_el1" : "=r"(isar0));
	return !!(isar0 >> 60);
#endif
}

UK_TESTCASE(random, says_whether_there_is_a_source)
{
	__u64 wide;
	__u32 narrow;
	int fails = !has_source();

	UK_TEST_EXPECT_SNUM_EQ(!!ukarch_random_init(), fails);
	UK_TEST_EXPECT_SNUM_EQ(!!ukarch_random_u64(&wide), fails);
	UK_TEST_EXPECT_SNUM_EQ(!!ukarch_random_u32(&narrow), fails);
	UK_TEST_EXPECT_SNUM_EQ(!!ukarch_random_seed_u64(&wide), fails);
	UK_TEST_EXPECT_SNUM_EQ(!!ukarch_random_seed_u32(&narrow), fails);
}

/* Bits that were 0 in all draws, and those that were 1 in all */
UK_TESTCASE(random, every_bit_changes)
{
	__u64 ones = ~0UL, zeros = ~0UL, val = 0;
	unsigned int i, failed = 0;

	if (ukarch_random_init())
		return;
	for (i = 0; i < DRAWS; i++) {
		failed += ukarch_random_u64(&val) != 0;
		ones &= val;
		zeros &= ~val;
	}
	UK_TEST_EXPECT_ZERO(failed);
	UK_TEST_EXPECT_ZERO(ones);
	UK_TEST_EXPECT_ZERO(zeros);
}

uk_testsuite_register(random, NULL);
