/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The region allocator, on memory of the default one.
 */

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <uk/alloc_impl.h>
#include <uk/alloc_test.h>
#include <uk/allocregion.h>
#include <uk/test.h>

#define LEN	(256 * 1024UL)

static unsigned char *base;

static struct uk_alloc *make(__sz offset, __sz len)
{
	struct uk_alloc *a;

	base = uk_malloc(uk_alloc_get_default(), offset + len);
	a = uk_allocregion_init(base + offset, len);
	if (a)
		uk_alloc_unregister(a);
	return a;
}

static void drop(void)
{
	uk_free(uk_alloc_get_default(), base);
}

UK_TESTCASE(ukallocregion, too_small)
{
	UK_TEST_EXPECT_NULL(make(0, 0));
	drop();
	UK_TEST_EXPECT_NULL(make(1, 64));
	drop();
	UK_TEST_EXPECT_NULL(uk_allocregion_init((void *)(UINTPTR_MAX - 64),
						1000));
}

UK_TESTCASE(ukallocregion, random_operations)
{
	/* Until the region is used up, and a while longer */
	static const struct uk_alloc_test_plan plan = {
		.operations = 4000, .seed = 4, .live = 100, .small = 300,
		.large = 5000, .align = 1024, .no_free = 1,
	};
	struct uk_alloc *a = make(3, LEN);

	UK_TEST_EXPECT_ZERO(uk_alloc_test_random(a, &plan));
	UK_TEST_EXPECT_SNUM_GT(uk_alloc_test_refused(), 0);
	UK_TEST_EXPECT_SNUM_LT(uk_alloc_availmem(a), 5000);
	drop();
}

UK_TESTCASE(ukallocregion, all_of_it)
{
	struct uk_alloc *a = make(0, LEN);
	unsigned char *ptr;

	UK_TEST_EXPECT_SNUM_GT(uk_alloc_availmem(a), (__ssz)LEN - 512);
	errno = 0;
	UK_TEST_EXPECT_NULL(uk_malloc(a, uk_alloc_maxalloc(a) + 1));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	ptr = uk_malloc(a, uk_alloc_maxalloc(a));
	UK_TEST_EXPECT_NOT_NULL(ptr);
	UK_TEST_EXPECT_ZERO(uk_alloc_maxalloc(a));
	UK_TEST_EXPECT_ZERO(uk_alloc_availmem(a));
	UK_TEST_EXPECT_NULL(uk_malloc(a, 0));
	UK_TEST_EXPECT_NULL(uk_malloc(a, SIZE_MAX));
	/* What was freed does not come back. */
	uk_free(a, ptr);
	UK_TEST_EXPECT_NULL(uk_malloc(a, 1));
	drop();
}

UK_TESTCASE(ukallocregion, the_latest_grows_in_place)
{
	struct uk_alloc *a = make(0, LEN);
	char *first = uk_malloc(a, 8);
	char *second = uk_malloc(a, 8);
	char *moved;

	UK_TEST_EXPECT(first != second);
	UK_TEST_EXPECT_PTR_EQ(uk_realloc(a, second, 500), second);
	UK_TEST_EXPECT_PTR_EQ(uk_realloc(a, second, 10), second);
	memcpy(first, "1234567", 8);
	moved = uk_realloc(a, first, 64);
	UK_TEST_EXPECT(moved != first);
	UK_TEST_EXPECT_BYTES_EQ(moved, "1234567", 8);
	UK_TEST_EXPECT_NULL(uk_realloc(a, moved, LEN));
	UK_TEST_EXPECT_BYTES_EQ(moved, "1234567", 8);
	UK_TEST_EXPECT_NULL(uk_realloc(a, moved, 0));
	UK_TEST_EXPECT(uk_malloc(a, 0) != uk_malloc(a, 0));
	drop();
}

UK_TESTCASE(ukallocregion, further_regions)
{
	struct uk_alloc *a = make(0, 1024);
	static unsigned char small[64] __align(16);
	static unsigned char large[4096] __align(16);
	unsigned char *ptr;

	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_addmem(a, small, 8), -ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_addmem(a, (void *)-8L, 100), -EINVAL);
	UK_TEST_EXPECT_ZERO(uk_alloc_addmem(a, small, sizeof(small)));
	UK_TEST_EXPECT_ZERO(uk_alloc_addmem(a, large, sizeof(large)));
	/* But for 16 bytes that say where it ends */
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_maxalloc(a), sizeof(large) - 16);
	/* The one that is too small waits for its turn. */
	ptr = uk_malloc(a, 2000);
	UK_TEST_EXPECT_PTR_EQ(ptr, large + 16);
	ptr = uk_malloc(a, sizeof(large));
	UK_TEST_EXPECT_NULL(ptr);
	UK_TEST_EXPECT_NOT_NULL(uk_malloc(a, 2000));
	UK_TEST_EXPECT_PTR_EQ(uk_malloc(a, 64 + 1), large + 4016);
	UK_TEST_EXPECT_PTR_EQ(uk_malloc(a, 48), small + 16);
	drop();
}

/* What comes behind a region is nobody's, or not even there */
UK_TESTCASE(ukallocregion, nothing_beyond_former_regions_is_read)
{
	static unsigned char memory[2][4096] __align(4096);
	static unsigned char further[16384] __align(16);
	struct uk_alloc *a = uk_allocregion_init(memory[0], 4096);
	unsigned char *ptr, *moved;

	memset(memory[1], 0x77, sizeof(memory[1]));
	UK_TEST_ASSERT(a != NULL);
	uk_alloc_unregister(a);
	UK_TEST_EXPECT_ZERO(uk_alloc_addmem(a, further, sizeof(further)));
	ptr = uk_malloc(a, 64);
	memset(ptr, 5, 64);
	UK_TEST_EXPECT(uk_malloc(a, 5000) >= (void *)further);
	moved = uk_realloc(a, ptr, 6000);
	UK_TEST_ASSERT(moved != NULL);
	UK_TEST_EXPECT_SNUM_EQ(moved[63], 5);
	UK_TEST_EXPECT_NULL(memchr(moved, 0x77, 6000));
}

uk_testsuite_register(ukallocregion, NULL);
