/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Failing allocations on purpose: each in turn of a function that makes several
 * and undoes what it did when it cannot go on.
 */

#include <errno.h>
#include <stdlib.h>
#include <uk/alloc_debug.h>
#include <uk/test.h>

static void *parts[5];

static void dissolve(void)
{
	struct uk_alloc *a = uk_alloc_get_default();

	free(parts[0]);
	free(parts[1]);
	free(parts[2]);
	free(parts[3]);
	if (parts[4])
		uk_pfree(a, parts[4], 2);
}

static int assemble(void)
{
	struct uk_alloc *a = uk_alloc_get_default();

	parts[0] = malloc(10);
	parts[1] = calloc(3, 1000);
	parts[2] = realloc(NULL, 20000);
	parts[3] = memalign(256, 100);
	parts[4] = uk_palloc(a, 2);
	for (int i = 0; i < 5; i++) {
		if (!parts[i]) {
			dissolve();
			return -ENOMEM;
		}
	}
	return 0;
}

UK_TESTCASE(ukalloc_fail, each_in_turn)
{
	struct uk_alloc *a = uk_alloc_get_default();
	__ssz before = uk_alloc_availmem(a);
	unsigned long n;

	uk_alloc_fail_nth(0);
	UK_TEST_EXPECT_ZERO(assemble());
	dissolve();
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_fail_nth(0), 5);
	for (n = 1; n <= 5; n++) {
		uk_alloc_fail_nth(n);
		UK_TEST_EXPECT_SNUM_EQ(assemble(), -ENOMEM);
		for (unsigned long i = 0; i < 5; i++)
			UK_TEST_EXPECT_SNUM_EQ(parts[i] == NULL, i == n - 1);
		UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem(a), before);
	}
	uk_alloc_fail_nth(6);
	UK_TEST_EXPECT_ZERO(assemble());
	dissolve();
	uk_alloc_fail_nth(0);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem(a), before);
}

UK_TESTCASE(ukalloc_fail, error_numbers)
{
	struct uk_alloc *a = uk_alloc_get_default();
	char *kept = malloc(10);
	void *ptr = &ptr;

	errno = 0;
	uk_alloc_fail_nth(1);
	UK_TEST_EXPECT_NULL(realloc(kept, 1000));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	errno = 0;
	uk_alloc_fail_nth(1);
	UK_TEST_EXPECT_SNUM_EQ(uk_posix_memalign(a, &ptr, 64, 64), ENOMEM);
	UK_TEST_EXPECT_NULL(ptr);
	UK_TEST_EXPECT_ZERO(errno);
	/* Freeing is no allocation. */
	uk_alloc_fail_nth(1);
	UK_TEST_EXPECT_NULL(realloc(kept, 0));
	UK_TEST_EXPECT_ZERO(uk_alloc_fail_nth(0));
}

uk_testsuite_register(ukalloc_fail, NULL);
