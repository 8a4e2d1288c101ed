/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pools of objects, in memory of the default allocator.
 */

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <uk/alloc_impl.h>
#include <uk/alloc_test.h>
#include <uk/allocpool.h>
#include <uk/test.h>

#define COUNT	100U

static struct uk_alloc *heap(void)
{
	return uk_alloc_get_default();
}

UK_TESTCASE(ukallocpool, each_object_once)
{
	static unsigned char *obj[COUNT + 1];
	int wrong = 0;

	for (__sz align = 1; align <= 256; align *= 4) {
		struct uk_allocpool *p = uk_allocpool_alloc(heap(), COUNT, 40,
							    align);

		UK_TEST_ASSERT(p);
		UK_TEST_EXPECT_SNUM_EQ(uk_allocpool_availcount(p), COUNT);
		UK_TEST_EXPECT_SNUM_GE(uk_allocpool_objlen(p), 40);
		for (unsigned int i = 0; i < COUNT; i++) {
			obj[i] = uk_allocpool_take(p);
			wrong += !obj[i] || (uintptr_t)obj[i] % align;
			memset(obj[i], i, 40);
		}
		UK_TEST_EXPECT_ZERO(uk_allocpool_availcount(p));
		UK_TEST_EXPECT_NULL(uk_allocpool_take(p));
		for (unsigned int i = 0; i < COUNT; i++) {
			wrong += obj[i][0] != i || obj[i][39] != i;
			uk_allocpool_return(p, obj[i]);
		}
		UK_TEST_EXPECT_SNUM_EQ(uk_allocpool_availcount(p), COUNT);
		/* The latest one comes back first. */
		UK_TEST_EXPECT_PTR_EQ(uk_allocpool_take(p), obj[COUNT - 1]);
		uk_allocpool_return(p, obj[COUNT - 1]);
		uk_allocpool_free(p);
	}
	UK_TEST_EXPECT_ZERO(wrong);
}

UK_TESTCASE(ukallocpool, batches)
{
	struct uk_allocpool *p = uk_allocpool_alloc(heap(), COUNT, 1, 8);
	static void *obj[COUNT + 10];

	UK_TEST_ASSERT(p);
	UK_TEST_EXPECT_ZERO(uk_allocpool_take_batch(p, obj, 0));
	UK_TEST_EXPECT_SNUM_EQ(uk_allocpool_take_batch(p, obj, 30), 30);
	UK_TEST_EXPECT_SNUM_EQ(uk_allocpool_availcount(p), COUNT - 30);
	/* More than there are */
	UK_TEST_EXPECT_SNUM_EQ(uk_allocpool_take_batch(p, obj + 30, COUNT),
			       COUNT - 30);
	UK_TEST_EXPECT_ZERO(uk_allocpool_take_batch(p, obj + COUNT, 5));
	for (unsigned int i = 1; i < COUNT; i++)
		UK_TEST_EXPECT(obj[i] != obj[i - 1]);
	uk_allocpool_return_batch(p, obj, 50);
	UK_TEST_EXPECT_SNUM_EQ(uk_allocpool_availcount(p), 50);
	uk_allocpool_return_batch(p, obj + 50, 50);
	uk_allocpool_return_batch(p, obj, 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_allocpool_availcount(p), COUNT);
	uk_allocpool_free(p);
}

UK_TESTCASE(ukallocpool, as_an_allocator)
{
	static const struct uk_alloc_test_plan plan = {
		.operations = 10000, .seed = 5, .live = 120, .small = 129,
		.large = 300, .align = 64,
	};
	struct uk_allocpool *p = uk_allocpool_alloc(heap(), COUNT, 128, 64);
	struct uk_alloc *a = uk_allocpool2ukalloc(p);
	void *ptr;

	UK_TEST_EXPECT_ZERO(uk_alloc_test_random(a, &plan));
	UK_TEST_EXPECT_SNUM_GT(uk_alloc_test_refused(), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_allocpool_availcount(p), COUNT);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_maxalloc(a), 128);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem(a), 128 * COUNT);
	errno = 0;
	UK_TEST_EXPECT_NULL(uk_malloc(a, 129));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(uk_posix_memalign(a, &ptr, 128, 8), ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(uk_posix_memalign(a, &ptr, 6, 8), EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_addmem(a, &ptr, 8), -ENOTSUP);
	uk_allocpool_free(p);
}

UK_TESTCASE(ukallocpool, in_given_memory)
{
	static unsigned char memory[4096];
	struct uk_allocpool *p;
	unsigned int count = 0;
	__sz need = uk_allocpool_reqmem(10, 24, 8);

	errno = 0;
	UK_TEST_EXPECT_NULL(uk_allocpool_init(NULL, 4096, 8, 8));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOSPC);
	UK_TEST_EXPECT_NULL(uk_allocpool_init(memory, 16, 8, 8));
	/* What is asked for suffices, wherever it is. */
	for (int offset = 0; offset < 8; offset++) {
		p = uk_allocpool_init(memory + offset, need, 24, 8);
		UK_TEST_ASSERT(p);
		UK_TEST_EXPECT_SNUM_GE(uk_allocpool_availcount(p), 10);
		uk_alloc_unregister(uk_allocpool2ukalloc(p));
	}
	/* A pool without objects is one, too. */
	p = uk_allocpool_init(memory, need, 8192, 8);
	UK_TEST_ASSERT(p);
	UK_TEST_EXPECT_ZERO(uk_allocpool_availcount(p));
	UK_TEST_EXPECT_NULL(uk_allocpool_take(p));
	uk_alloc_unregister(uk_allocpool2ukalloc(p));

	p = uk_allocpool_init(memory, sizeof(memory), 100, 16);
	UK_TEST_ASSERT(p);
	while (uk_allocpool_take(p))
		count++;
	UK_TEST_EXPECT_SNUM_GT(count, 30);
	uk_alloc_unregister(uk_allocpool2ukalloc(p));
}

UK_TESTCASE(ukallocpool, too_large)
{
	errno = 0;
	UK_TEST_EXPECT(uk_allocpool_reqmem(~0U, SIZE_MAX / 2, 8) == SIZE_MAX);
	UK_TEST_EXPECT(uk_allocpool_reqmem(1, SIZE_MAX - 3, 8) == SIZE_MAX);
	UK_TEST_EXPECT_NULL(uk_allocpool_alloc(heap(), ~0U, SIZE_MAX / 2, 8));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	UK_TEST_EXPECT_NULL(uk_allocpool_alloc(NULL, 1, 8, 8));
}

uk_testsuite_register(ukallocpool, NULL);
