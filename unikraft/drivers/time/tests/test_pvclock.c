/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The pace of the time stamp counter, as hypervisors and processors tell it.
 */
#include <time/pvclock.h>
#include <uk/test.h>

static __u64 hz(__u32 mul, int shift)
{
	const struct pvclock clock = { .mul = mul, .shift = (__s8)shift };

	return pvclock_hz(&clock);
}

UK_TESTCASE(pvclock, understands_scale_and_shift)
{
	/* 1 GHz: a tick is a nanosecond, 2 ^ 31 after a shift to the left */
	UK_TEST_EXPECT_SNUM_EQ(hz(0x80000000, 1), 1000000000);
	/* 2 GHz */
	UK_TEST_EXPECT_SNUM_EQ(hz(0x80000000, 0), 2000000000);
	/* 4 GHz */
	UK_TEST_EXPECT_SNUM_EQ(hz(0x80000000, -1), 4000000000L);
	/* 2.4 GHz, as KVM gives it: 10 / 24 of 2^32, which is rounded */
	UK_TEST_EXPECT(hz(0x6aaaaaaa, 0) - 2400000000U < 10);
}

UK_TESTCASE(pvclock, refuses_nonsense)
{
	UK_TEST_EXPECT_ZERO(hz(0, 0));
	UK_TEST_EXPECT_ZERO(hz(0x80000000, 32));
	UK_TEST_EXPECT_ZERO(hz(0x80000000, -32));
	UK_TEST_EXPECT_ZERO(hz(1, -1));
	UK_TEST_EXPECT_ZERO(hz(1, -31));
}

UK_TESTCASE(pvclock, shows_the_time_since_it_was_written)
{
	struct pvclock clock = {
		.tsc = 1000, .ns = 5000, .mul = 0x80000000, .shift = 0
	};

	/* 2 GHz: two ticks are a nanosecond */
	UK_TEST_EXPECT_SNUM_EQ(pvclock_at(&clock, 1000), 5000);
	UK_TEST_EXPECT_SNUM_EQ(pvclock_at(&clock, 1200), 5100);
	/* 4 GHz, 1 GHz */
	clock.shift = -1;
	UK_TEST_EXPECT_SNUM_EQ(pvclock_at(&clock, 1200), 5050);
	clock.shift = 1;
	UK_TEST_EXPECT_SNUM_EQ(pvclock_at(&clock, 1200), 5200);
	/* Years of ticks: more than 64 bits when multiplied */
	clock.shift = 0;
	UK_TEST_EXPECT_SNUM_EQ(pvclock_at(&clock, 1000 + (1UL << 60)),
			       5000 + (1L << 59));
}

UK_TESTCASE(pvclock, never_shows_less_than_what_was_written)
{
	struct pvclock clock = {
		.tsc = 1000, .ns = 5000, .mul = 0x80000000, .shift = 0
	};

	UK_TEST_EXPECT_SNUM_EQ(pvclock_at(&clock, 999), 5000);
	UK_TEST_EXPECT_SNUM_EQ(pvclock_at(&clock, 0), 5000);
	clock.shift = 32;
	UK_TEST_EXPECT_ZERO(pvclock_at(&clock, 2000));
	clock.shift = 0;
	clock.mul = 0;
	UK_TEST_EXPECT_ZERO(pvclock_at(&clock, 2000));
}

UK_TESTCASE(pvclock, takes_the_ratio_before_the_base_frequency)
{
	struct cpuid_leaf ratio = { 2, 176, 24000000, 0 };
	struct cpuid_leaf base = { 2100, 4000, 100, 0 };

	UK_TEST_EXPECT_SNUM_EQ(cpuid_tsc_hz(&ratio, &base), 2112000000);
	/* The crystal is not told */
	ratio.ecx = 0;
	UK_TEST_EXPECT_SNUM_EQ(cpuid_tsc_hz(&ratio, &base), 2100000000);
	base.eax = 0;
	UK_TEST_EXPECT_ZERO(cpuid_tsc_hz(&ratio, &base));
	ratio.ecx = 24000000;
	ratio.eax = 0;
	UK_TEST_EXPECT_ZERO(cpuid_tsc_hz(&ratio, &base));
}

uk_testsuite_register(pvclock, NULL);
