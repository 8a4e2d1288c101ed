/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What every platform promises to libraries.
 */
#include <uk/arch/limits.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/memory.h>
#include <uk/plat/time.h>
#include <uk/plat/tls.h>
#include <uk/test.h>

UK_TESTCASE(plat, has_memory_for_a_heap)
{
	struct ukplat_memregion_desc region;
	__sz sum = 0;

	ukplat_memregion_foreach(&region, UKPLAT_MEMRF_ALLOCATABLE) {
		UK_TEST_EXPECT_ZERO((__uptr)region.base % __PAGE_SIZE);
		sum += region.len;
	}
	UK_TEST_EXPECT_SNUM_GT(sum, 0);
}

UK_TESTCASE(plat, has_regions_apart)
{
	struct ukplat_memregion_desc a, b;
	int i, j, n = ukplat_memregion_count();

	for (i = 0; i < n; i++) {
		UK_TEST_EXPECT_ZERO(ukplat_memregion_get(i, &a));
		for (j = 0; j < i; j++) {
			ukplat_memregion_get(j, &b);
			UK_TEST_EXPECT(!RANGE_OVERLAP((__uptr)a.base, a.len,
						      (__uptr)b.base, b.len));
		}
	}
	UK_TEST_EXPECT_SNUM_LT(ukplat_memregion_get(n, &a), 0);
	UK_TEST_EXPECT_SNUM_LT(ukplat_memregion_get(-1, &a), 0);
}

UK_TESTCASE(plat, has_nothing_writable_and_executable)
{
	struct ukplat_memregion_desc region;

	UK_TEST_EXPECT_SNUM_LT(
		ukplat_memregion_find_next(-1, UKPLAT_MEMRF_WRITABLE
					   | UKPLAT_MEMRF_EXECUTABLE,
					   &region), 0);
}

UK_TESTCASE(plat, finds_the_next_region_with_flags)
{
	struct ukplat_memregion_desc region;
	int i = -1, found = 0;

	while ((i = ukplat_memregion_find_next(i, 0, &region)) >= 0)
		found++;
	UK_TEST_EXPECT_SNUM_EQ(found, ukplat_memregion_count());
}

UK_TESTCASE(plat, has_a_clock_that_advances)
{
	__nsec begin = ukplat_monotonic_clock(), now = begin, before;
	int i;

	for (i = 0; i < 1000000 && now == begin; i++) {
		before = now;
		now = ukplat_monotonic_clock();
		UK_TEST_EXPECT(now >= before);
	}
	UK_TEST_EXPECT(now > begin);
	/* Later than when this was written: 2020 */
	UK_TEST_EXPECT_SNUM_GT(ukarch_time_nsec_to_sec(ukplat_wall_clock()),
			       1577836800);
}

UK_TESTCASE(plat, sleeps_until_a_deadline)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	__nsec until = ukplat_monotonic_clock() + 5000000;
	int i;

	for (i = 0; i < 1000 && ukplat_monotonic_clock() < until; i++)
		ukplat_lcpu_halt_to(until);
	ukplat_lcpu_restore_irqf(flags);
	UK_TEST_EXPECT(ukplat_monotonic_clock() >= until);
}

UK_TESTCASE(plat, remembers_the_interrupt_flag)
{
	unsigned long outer = ukplat_lcpu_save_irqf(), inner;

	UK_TEST_EXPECT(ukplat_lcpu_irqs_disabled());
	ukplat_lcpu_enable_irq();
	UK_TEST_EXPECT(!ukplat_lcpu_irqs_disabled());
	inner = ukplat_lcpu_save_irqf();
	UK_TEST_EXPECT(ukplat_lcpu_irqs_disabled());
	ukplat_lcpu_restore_irqf(inner);
	UK_TEST_EXPECT(!ukplat_lcpu_irqs_disabled());
	ukplat_lcpu_restore_irqf(outer);
}

static __thread int counter = 5;

static int count(void *argp)
{
	return counter += *(int *)argp;
}

UK_TESTCASE(plat, gives_each_tls_area_its_own_variables)
{
	static char area[2048] __align(128);
	int one = 1;

	UK_TEST_ASSERT(ukarch_tls_area_size() <= sizeof(area));
	UK_TEST_ASSERT(ukarch_tls_area_align() <= 128);
	ukarch_tls_area_init(area);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_tlsp_exec(ukarch_tls_tlsp(area), count,
						&one), 6);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_tlsp_exec(ukarch_tls_tlsp(area), count,
						&one), 7);
	UK_TEST_EXPECT_SNUM_EQ(counter, 5);
}

uk_testsuite_register(plat, NULL);
