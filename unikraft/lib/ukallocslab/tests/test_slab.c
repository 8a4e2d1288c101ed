/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The allocator with size classes, on a buddy allocator of its own whose
 * memory comes from the default one.
 */

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <uk/alloc_impl.h>
#include <uk/alloc_test.h>
#include <uk/allocbbuddy.h>
#include <uk/allocslab.h>
#include <uk/test.h>

#define PAGES	512UL

static unsigned char *base;

/* An allocator on `pages` pages that is not on the list of allocators */
static struct uk_alloc *make(unsigned long pages)
{
	struct uk_alloc *below, *a;

	base = uk_memalign(uk_alloc_get_default(), __PAGE_SIZE,
			   pages * __PAGE_SIZE);
	below = base ? uk_allocbbuddy_init(base, pages * __PAGE_SIZE) : NULL;
	a = below ? uk_allocslab_init(below) : NULL;
	if (a)
		uk_alloc_unregister(a);
	else if (below)
		uk_alloc_unregister(below);
	return a;
}

static void drop(void)
{
	uk_free(uk_alloc_get_default(), base);
}

UK_TESTCASE(ukallocslab, random_small)
{
	static const struct uk_alloc_test_plan plan = {
		.operations = 20000, .seed = 1, .live = 128, .small = 200,
		.large = 2000,
	};
	struct uk_alloc *a = make(PAGES);
	long before = uk_alloc_pavailmem(a);

	UK_TEST_EXPECT_ZERO(uk_alloc_test_random(a, &plan));
	UK_TEST_EXPECT_ZERO(uk_alloc_test_refused());
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), before);
	drop();
}

UK_TESTCASE(ukallocslab, random_all_sizes)
{
	static const struct uk_alloc_test_plan plan = {
		.operations = 20000, .seed = 2, .live = 128, .small = 3000,
		.large = 60000, .align = 65536, .pages = 9,
	};
	struct uk_alloc *a = make(4 * PAGES);
	__ssz before = uk_alloc_availmem(a);

	UK_TEST_EXPECT_ZERO(uk_alloc_test_random(a, &plan));
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem(a), before);
	drop();
}

UK_TESTCASE(ukallocslab, random_without_memory)
{
	static const struct uk_alloc_test_plan plan = {
		.operations = 20000, .seed = 3, .live = 128, .small = 9000,
		.large = 60000, .align = 32768, .pages = 5,
	};
	struct uk_alloc *a = make(64);
	__ssz before = uk_alloc_availmem(a);
	long largest = uk_alloc_pmaxalloc(a);

	UK_TEST_EXPECT_ZERO(uk_alloc_test_random(a, &plan));
	UK_TEST_EXPECT_SNUM_GT(uk_alloc_test_refused(), 100);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem(a), before);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pmaxalloc(a), largest);
	drop();
}

/* Each size can be written to its end, and lies apart from its neighbours. */
UK_TESTCASE(ukallocslab, every_size)
{
	struct uk_alloc *a = make(PAGES);
	long before = uk_alloc_pavailmem(a);
	unsigned char *ptr[3];
	int wrong = 0;

	for (__sz size = 0; size <= 9000; size += size < 600 ? 1 : 97) {
		for (int i = 0; i < 3; i++) {
			ptr[i] = uk_malloc(a, size);
			wrong += !ptr[i] || (uintptr_t)ptr[i] % 16;
			memset(ptr[i], i + 1, size);
		}
		for (int i = 0; i < 3; i++) {
			for (__sz at = 0; at < size; at++)
				wrong += ptr[i][at] != i + 1;
			uk_free(a, ptr[i]);
		}
	}
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), before);
	drop();
}

UK_TESTCASE(ukallocslab, aligned)
{
	struct uk_alloc *a = make(PAGES);
	long before = uk_alloc_pavailmem(a);
	int wrong = 0;

	for (__sz align = 1; align <= 65536; align *= 2) {
		for (__sz size = 1; size <= 20000; size = size * 3 + 1) {
			unsigned char *one = uk_memalign(a, align, size);
			unsigned char *two = uk_memalign(a, align, size);

			wrong += !one || !two || (uintptr_t)one % align ||
				 (uintptr_t)two % align || one == two;
			memset(one, 1, size);
			memset(two, 2, size);
			wrong += one[0] != 1 || one[size - 1] != 1;
			uk_free(a, one);
			uk_free(a, two);
		}
	}
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), before);
	drop();
}

UK_TESTCASE(ukallocslab, edges)
{
	struct uk_alloc *a = make(PAGES);
	void *ptr, *other;

	ptr = uk_malloc(a, 0);
	other = uk_malloc(a, 0);
	UK_TEST_EXPECT(ptr && other && ptr != other);
	uk_free(a, ptr);
	uk_free(a, other);
	uk_free(a, NULL);

	errno = 0;
	UK_TEST_EXPECT_NULL(uk_malloc(a, SIZE_MAX));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	UK_TEST_EXPECT_NULL(uk_malloc(a, SIZE_MAX / 2));
	UK_TEST_EXPECT_NULL(uk_malloc(a, SIZE_MAX / 2 + 1));
	UK_TEST_EXPECT_NULL(uk_calloc(a, SIZE_MAX / 2, 3));
	UK_TEST_EXPECT_NULL(uk_memalign(a, 1UL << 62, 10));
	UK_TEST_EXPECT_NULL(uk_memalign(a, 65536, SIZE_MAX - 65536));
	UK_TEST_EXPECT_NULL(uk_palloc(a, 0));
	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(uk_posix_memalign(a, &ptr, 8, SIZE_MAX), ENOMEM);
	UK_TEST_EXPECT_NULL(ptr);
	UK_TEST_EXPECT_ZERO(errno);
	UK_TEST_EXPECT_SNUM_EQ(uk_posix_memalign(a, &ptr, 24, 1), EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(uk_posix_memalign(a, &ptr, 4, 1), EINVAL);

	ptr = uk_malloc(a, uk_alloc_maxalloc(a) + 1);
	UK_TEST_EXPECT_NULL(ptr);
	ptr = uk_malloc(a, uk_alloc_maxalloc(a));
	UK_TEST_EXPECT_NOT_NULL(ptr);
	uk_free(a, ptr);
	drop();
}

UK_TESTCASE(ukallocslab, resized)
{
	struct uk_alloc *a = make(PAGES);
	long before = uk_alloc_pavailmem(a);
	char *ptr = uk_realloc(a, NULL, 10);
	char *same;

	memcpy(ptr, "123456789", 10);
	for (__sz size = 11; size < 200000; size += size / 2) {
		ptr = uk_realloc(a, ptr, size);
		UK_TEST_ASSERT(ptr);
		UK_TEST_EXPECT_STR_EQ(ptr, "123456789");
	}
	for (__sz size = 200000; size >= 10; size /= 3) {
		ptr = uk_realloc(a, ptr, size);
		UK_TEST_EXPECT_STR_EQ(ptr, "123456789");
	}
	/* Within its class it stays where it is. */
	ptr = uk_realloc(a, ptr, 1000);
	same = uk_realloc(a, ptr, 1024);
	UK_TEST_EXPECT_PTR_EQ(same, ptr);
	UK_TEST_EXPECT_NULL(uk_realloc(a, ptr, SIZE_MAX / 4));
	UK_TEST_EXPECT_STR_EQ(ptr, "123456789");
	UK_TEST_EXPECT_NULL(uk_realloc(a, ptr, 0));
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), before);
	drop();
}

/* All of the memory can be had in small pieces, and after that in one. */
UK_TESTCASE(ukallocslab, exhausted)
{
	struct uk_alloc *a = make(64);
	long largest = uk_alloc_pmaxalloc(a);
	void **list = NULL, **ptr;
	unsigned int count = 0, wrong = 0;

	while ((ptr = uk_malloc(a, 1000))) {
		*ptr = list;
		ptr[1] = &ptr[1];
		list = ptr;
		count++;
	}
	/* 15 of 1 KiB from each of the slabs */
	UK_TEST_EXPECT_SNUM_GE(count, (largest / 4) * 15);
	for (; list; count--) {
		ptr = *list;
		wrong += list[1] != &list[1];
		uk_free(a, list);
		list = ptr;
	}
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_ZERO(count);
	ptr = uk_palloc(a, largest);
	UK_TEST_EXPECT_NOT_NULL(ptr);
	uk_pfree(a, ptr, largest);
	drop();
}

UK_TESTCASE(ukallocslab, takes_the_place_of_its_pages)
{
	struct uk_alloc *head = uk_alloc_get_default();
	struct uk_alloc *below, *a, *iter;
	__sz total = uk_alloc_availmem_total();
	int found = 0;

	base = uk_memalign(uk_alloc_get_default(), __PAGE_SIZE,
			   64 * __PAGE_SIZE);
	below = uk_allocbbuddy_init(base, 64 * __PAGE_SIZE);
	a = uk_allocslab_init(below);
	UK_TEST_EXPECT_PTR_EQ(uk_alloc_get_default(), head);
	uk_alloc_foreach(iter)
		found += iter == a ? 1 : iter == below ? 100 : 0;
	UK_TEST_EXPECT_SNUM_EQ(found, 1);
	UK_TEST_EXPECT_ZERO(uk_alloc_unregister(a));
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_unregister(a), -ENOENT);
	/* `below` is on no list. */
	UK_TEST_EXPECT_NULL(uk_allocslab_init(below));
	drop();
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem_total(), total);
}

UK_TESTCASE(ukallocslab, more_memory)
{
	struct uk_alloc *a = make(64);
	long before = uk_alloc_pavailmem(a);
	void *more = uk_memalign(uk_alloc_get_default(), __PAGE_SIZE,
				 64 * __PAGE_SIZE);

	UK_TEST_EXPECT_ZERO(uk_alloc_addmem(a, more, 64 * __PAGE_SIZE));
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), before + 63);
	drop();
	uk_free(uk_alloc_get_default(), more);
}

uk_testsuite_register(ukallocslab, NULL);
