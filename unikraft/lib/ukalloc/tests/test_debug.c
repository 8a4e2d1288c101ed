/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The watching allocator does what any other does. What it finds ends the run:
 * tests/apps/heap.
 */

#include <errno.h>
#include <stdlib.h>
#include <uk/alloc_debug.h>
#include <uk/alloc_test.h>
#include <uk/test.h>

UK_TESTCASE(ukalloc_debug, random_operations)
{
	static const struct uk_alloc_test_plan plan = {
		.operations = 5000, .seed = 7, .live = 64, .small = 300,
		.large = 9000, .align = 8192, .pages = 5,
	};
	struct uk_alloc *a = uk_alloc_get_default();
	__ssz before = uk_alloc_availmem(a);

	UK_TEST_EXPECT_ZERO(uk_alloc_test_random(a, &plan));
	UK_TEST_EXPECT_ZERO(uk_alloc_test_refused());
	uk_alloc_debug_check();
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem(a), before);
}

UK_TESTCASE(ukalloc_debug, freed_memory_comes_late)
{
	unsigned char *first = malloc(40), *second;

	UK_TEST_EXPECT_SNUM_EQ(first[0], 0xa5);
	UK_TEST_EXPECT_SNUM_EQ(first[39], 0xa5);
	free(first);
	second = malloc(40);
	UK_TEST_EXPECT(first != second);
	free(second);
}

/* What is kept back is given when memory is short. */
UK_TESTCASE(ukalloc_debug, all_memory)
{
	struct uk_alloc *a = uk_alloc_get_default();
	__ssz largest = uk_alloc_maxalloc(a);
	void *ptr = malloc(100000);

	free(ptr);
	ptr = malloc(largest);
	UK_TEST_EXPECT_NOT_NULL(ptr);
	free(ptr);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_maxalloc(a), largest);
	errno = 0;
	UK_TEST_EXPECT_NULL(malloc((size_t)-1 - 100));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
}

uk_testsuite_register(ukalloc_debug, NULL);
