/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory regions of this machine: what must hold of any list.
 */
#include <kvm/boot.h>
#include <uk/arch/limits.h>
#include <uk/plat/common/sections.h>
#include <uk/plat/memory.h>
#include <uk/test.h>

#define PROTECTION							\
	(UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_WRITABLE			\
	 | UKPLAT_MEMRF_EXECUTABLE)

/* The protection of the region that holds an address, or -1 */
static int protection_of(const void *address)
{
	struct ukplat_memregion_desc region;

	ukplat_memregion_foreach(&region, 0)
		if (IN_RANGE((__uptr)address, (__uptr)region.base, region.len))
			return region.flags & PROTECTION;
	return -1;
}

UK_TESTCASE(kvm_memory, regions_do_not_overlap)
{
	struct ukplat_memregion_desc a, b;
	int i, j, n = ukplat_memregion_count(), wrong = 0;

	for (i = 0; i < n; i++) {
		ukplat_memregion_get(i, &a);
		wrong += a.len == 0;
		for (j = 0; j < i; j++) {
			ukplat_memregion_get(j, &b);
			wrong += RANGE_OVERLAP((__uptr)a.base, a.len,
					       (__uptr)b.base, b.len);
		}
	}
	UK_TEST_EXPECT_SNUM_GE(n, 5);
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_SNUM_LT(ukplat_memregion_get(n, &a), 0);
	UK_TEST_EXPECT_SNUM_LT(ukplat_memregion_get(-1, &a), 0);
}

UK_TESTCASE(kvm_memory, nothing_is_writable_and_executable)
{
	struct ukplat_memregion_desc region;
	int wrong = 0;

	ukplat_memregion_foreach(&region, UKPLAT_MEMRF_EXECUTABLE
				 | UKPLAT_MEMRF_WRITABLE)
		wrong++;
	UK_TEST_EXPECT_ZERO(wrong);
}

UK_TESTCASE(kvm_memory, every_section_has_its_rights)
{
	static const char constant[] = "x";
	static char variable;
	char local;

	UK_TEST_EXPECT_SNUM_EQ(protection_of((const void *)protection_of),
			       UKPLAT_MEMRF_READABLE
			       | UKPLAT_MEMRF_EXECUTABLE);
	UK_TEST_EXPECT_SNUM_EQ(protection_of(constant),
			       UKPLAT_MEMRF_READABLE);
	UK_TEST_EXPECT_SNUM_EQ(protection_of(&variable),
			       UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_WRITABLE);
	UK_TEST_EXPECT_SNUM_EQ(protection_of(&local),
			       UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_WRITABLE);
	UK_TEST_EXPECT_SNUM_EQ(protection_of(__NULL), -1);
}

UK_TESTCASE(kvm_memory, free_memory_is_whole_pages_outside_the_image)
{
	struct ukplat_memregion_desc region;
	__sz sum = 0;
	int wrong = 0;

	ukplat_memregion_foreach(&region, UKPLAT_MEMRF_ALLOCATABLE) {
		wrong += (__uptr)region.base % __PAGE_SIZE != 0;
		wrong += region.len % __PAGE_SIZE != 0;
		wrong += RANGE_OVERLAP((__uptr)region.base, region.len,
				       __TEXT, __END - __TEXT);
		sum += region.len;
	}
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_SNUM_GT(sum, 0x10000);
}

uk_testsuite_register(kvm_memory, NULL);
