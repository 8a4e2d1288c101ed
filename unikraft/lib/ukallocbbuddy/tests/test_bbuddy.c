/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The buddy allocator, on regions of its own that come from the default one:
 * random operations against a model, and full coalescing at the end.
 */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uk/alloc_impl.h>
#include <uk/alloc_test.h>
#include <uk/allocbbuddy.h>
#include <uk/test.h>

#define PAGES		256
#define PAGE		__PAGE_SIZE
#define LIVE_MAX	64

static unsigned int random_state;

static unsigned int random_below(unsigned int limit)
{
	return (unsigned int)rand_r(&random_state) % limit;
}

/*
 * Makes an allocator that is not on the list of allocators: it goes away at
 * the end of the test.
 */
static struct uk_alloc *make(void *base, __sz len)
{
	struct uk_alloc *a = uk_allocbbuddy_init(base, len);
	struct uk_alloc **link = &_uk_alloc_head;

	while (*link && *link != a)
		link = &(*link)->next;
	if (*link)
		*link = a->next;
	return a;
}

static void *region(unsigned long pages)
{
	return uk_memalign(uk_alloc_get_default(), PAGE, pages * PAGE);
}

static void release(void *base)
{
	uk_free(uk_alloc_get_default(), base);
}

UK_TESTCASE(ukallocbbuddy, too_small)
{
	unsigned char *base = region(2);

	UK_TEST_EXPECT_NULL(make(base, 0));
	UK_TEST_EXPECT_NULL(make(base, 16));
	UK_TEST_EXPECT_NULL(make(base, PAGE));
	/* State, and then a page that is not whole */
	UK_TEST_EXPECT_NULL(make(base, 2 * PAGE - 1));
	UK_TEST_EXPECT_NOT_NULL(make(base, 2 * PAGE));
	UK_TEST_EXPECT_NULL(make((void *)(UINTPTR_MAX - 100), 1000));
	release(base);
}

UK_TESTCASE(ukallocbbuddy, single_pages_use_all)
{
	unsigned char *base = region(PAGES);
	struct uk_alloc *a = make(base, PAGES * PAGE);
	static unsigned char *pages[PAGES];
	long total = uk_alloc_pavailmem(a);
	long count = 0;

	/* One page of state for a region of this size */
	UK_TEST_EXPECT_SNUM_EQ(total, PAGES - 1);
	while (count < PAGES && (pages[count] = uk_palloc(a, 1))) {
		UK_TEST_EXPECT(pages[count] > base &&
			       pages[count] < base + PAGES * PAGE);
		UK_TEST_EXPECT_ZERO((uintptr_t)pages[count] % PAGE);
		memset(pages[count], count, PAGE);
		count++;
	}
	UK_TEST_EXPECT_SNUM_EQ(count, total);
	UK_TEST_EXPECT_ZERO(uk_alloc_pavailmem(a));
	UK_TEST_EXPECT_ZERO(uk_alloc_pmaxalloc(a));
	UK_TEST_EXPECT_NULL(uk_palloc(a, 1));
	/* Nobody got the same page as another one. */
	for (long i = 0; i < count; i++) {
		UK_TEST_EXPECT_SNUM_EQ(pages[i][0], i & 0xff);
		UK_TEST_EXPECT_SNUM_EQ(pages[i][PAGE - 1], i & 0xff);
		uk_pfree(a, pages[i], 1);
	}
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total);
	release(base);
}

UK_TESTCASE(ukallocbbuddy, exact_counts)
{
	unsigned char *base = region(PAGES);
	struct uk_alloc *a = make(base, PAGES * PAGE);
	long total = uk_alloc_pavailmem(a);
	long largest = uk_alloc_pmaxalloc(a);

	for (unsigned long n = 1; n <= (unsigned long)largest; n++) {
		unsigned long align = 1;
		void *block = uk_palloc(a, n);

		while (align < n)
			align *= 2;
		UK_TEST_EXPECT_NOT_NULL(block);
		UK_TEST_EXPECT_ZERO((uintptr_t)block % (align * PAGE));
		UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total - (long)n);
		memset(block, 0xff, n * PAGE);
		uk_pfree(a, block, n);
		UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total);
		UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pmaxalloc(a), largest);
	}
	UK_TEST_EXPECT_NULL(uk_palloc(a, 0));
	UK_TEST_EXPECT_NULL(uk_palloc(a, largest + 1));
	UK_TEST_EXPECT_NULL(uk_palloc(a, ~0UL));
	UK_TEST_EXPECT_NULL(uk_palloc(a, 1UL << 52));
	uk_pfree(a, NULL, 1);
	release(base);
}

UK_TESTCASE(ukallocbbuddy, free_in_portions)
{
	unsigned char *base = region(PAGES);
	struct uk_alloc *a = make(base, PAGES * PAGE);
	long total = uk_alloc_pavailmem(a);
	long largest = uk_alloc_pmaxalloc(a);
	unsigned char *block = uk_palloc(a, 13);

	uk_pfree(a, block + 5 * PAGE, 4);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total - 9);
	uk_pfree(a, block, 5);
	uk_pfree(a, block + 9 * PAGE, 4);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pmaxalloc(a), largest);
	release(base);
}

/* What is allocated, with a pattern in it */
static struct {
	unsigned char *ptr;
	unsigned long pages;
	unsigned char mark;
} live[LIVE_MAX];

static int intact(int i)
{
	for (unsigned long p = 0; p < live[i].pages; p++) {
		if (live[i].ptr[p * PAGE] != live[i].mark ||
		    live[i].ptr[p * PAGE + PAGE - 1] != live[i].mark)
			return 0;
	}
	return 1;
}

static int overlaps(int i)
{
	for (int k = 0; k < LIVE_MAX; k++) {
		if (k == i || !live[k].ptr)
			continue;
		if (live[i].ptr < live[k].ptr + live[k].pages * PAGE &&
		    live[k].ptr < live[i].ptr + live[i].pages * PAGE)
			return 1;
	}
	return 0;
}

static void random_step(struct uk_testcase *esac, struct uk_alloc *a, int i)
{
	if (live[i].ptr) {
		UK_TEST_EXPECT(intact(i));
		uk_pfree(a, live[i].ptr, live[i].pages);
		live[i].ptr = NULL;
		return;
	}
	/* Mostly few pages, sometimes many */
	live[i].pages = 1 + random_below(random_below(8) ? 6 : 50);
	live[i].ptr = uk_palloc(a, live[i].pages);
	if (!live[i].ptr) {
		UK_TEST_EXPECT_SNUM_GT(live[i].pages, uk_alloc_pmaxalloc(a));
		return;
	}
	UK_TEST_EXPECT(!overlaps(i));
	live[i].mark = random_below(256);
	memset(live[i].ptr, live[i].mark, live[i].pages * PAGE);
}

static long live_pages(void)
{
	long pages = 0;

	for (int i = 0; i < LIVE_MAX; i++)
		pages += live[i].ptr ? live[i].pages : 0;
	return pages;
}

UK_TESTCASE(ukallocbbuddy, random_operations)
{
	/* Not aligned to anything: blocks are where the address allows. */
	unsigned char *base = region(PAGES + 1);
	struct uk_alloc *a = make(base + 1234, PAGES * PAGE);
	long total = uk_alloc_pavailmem(a);
	long largest = uk_alloc_pmaxalloc(a);

	random_state = 42;
	memset(live, 0, sizeof(live));
	for (unsigned int left = uk_alloc_test_operations(20000); left; left--) {
		random_step(esac, a, random_below(LIVE_MAX));
		UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a),
				       total - live_pages());
	}
	for (int i = 0; i < LIVE_MAX; i++) {
		if (live[i].ptr)
			random_step(esac, a, i);
	}
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pmaxalloc(a), largest);
	release(base);
}

UK_TESTCASE(ukallocbbuddy, several_regions)
{
	unsigned char *first = region(64);
	unsigned char *second = region(128);
	struct uk_alloc *a = make(first, 64 * PAGE);
	long before = uk_alloc_pavailmem(a);
	long total;

	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_addmem(a, second, 8), -ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_addmem(a, second, PAGE), -ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_addmem(a, (void *)-1000, 2000),
			       -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), before);
	UK_TEST_EXPECT_ZERO(uk_alloc_addmem(a, second, 128 * PAGE));
	total = uk_alloc_pavailmem(a);
	UK_TEST_EXPECT_SNUM_EQ(total, before + 127);

	/* Blocks of both regions, and none across */
	memset(live, 0, sizeof(live));
	for (int i = 0; i < LIVE_MAX; i++) {
		live[i].pages = 2;
		live[i].ptr = uk_palloc(a, 2);
		UK_TEST_EXPECT(live[i].ptr && !overlaps(i));
	}
	for (int i = 0; i < LIVE_MAX; i++)
		uk_pfree(a, live[i].ptr, 2);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total);
	release(first);
	release(second);
}

UK_TESTCASE(ukallocbbuddy, neighbours_stay_apart)
{
	/* Two regions side by side: their pages must not be joined. */
	unsigned char *base = region(128);
	struct uk_alloc *a = make(base, 64 * PAGE);
	long largest;
	void *all;

	UK_TEST_EXPECT_ZERO(uk_alloc_addmem(a, base + 64 * PAGE, 64 * PAGE));
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), 126);
	largest = uk_alloc_pmaxalloc(a);
	UK_TEST_EXPECT_SNUM_LE(largest, 32);
	all = uk_palloc(a, largest);
	UK_TEST_EXPECT_NOT_NULL(all);
	uk_pfree(a, all, largest);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pmaxalloc(a), largest);
	release(base);
}

/* The malloc family on top of pages alone */
UK_TESTCASE(ukallocbbuddy, random_malloc)
{
	static const struct uk_alloc_test_plan plan = {
		.operations = 6000, .seed = 6, .live = 64, .small = 5000,
		.large = 40000, .align = 32768, .pages = 20,
	};
	unsigned char *base = region(2 * PAGES);
	struct uk_alloc *a = make(base, 2 * PAGES * PAGE);
	long total = uk_alloc_pavailmem(a);
	long largest = uk_alloc_pmaxalloc(a);

	UK_TEST_EXPECT_ZERO(uk_alloc_test_random(a, &plan));
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pmaxalloc(a), largest);
	release(base);
}

/* What is freed comes back at once, and is joined when it has to be. */
UK_TESTCASE(ukallocbbuddy, joined_late)
{
	unsigned char *base = region(PAGES);
	struct uk_alloc *a = make(base, PAGES * PAGE);
	long total = uk_alloc_pavailmem(a);
	long largest = uk_alloc_pmaxalloc(a);
	void *block = uk_palloc(a, 5);

	uk_pfree(a, block, 5);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total);
	UK_TEST_EXPECT_PTR_EQ(uk_palloc(a, 5), block);
	uk_pfree(a, block, 5);
	UK_TEST_EXPECT_NULL(uk_palloc(a, 0));
	block = uk_palloc(a, largest);
	UK_TEST_EXPECT_NOT_NULL(block);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total - largest);
	uk_pfree(a, block, largest);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(a), total);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pmaxalloc(a), largest);
	release(base);
}

uk_testsuite_register(ukallocbbuddy, NULL);
