/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The allocator interface: the malloc family on top of a page allocator, and
 * on top of malloc and free, against a model; the registry; statistics.
 *
 * The allocators underneath are simple ones of our own, which count.
 */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uk/alloc_impl.h>
#include <uk/alloc_test.h>
#include <uk/test.h>

#define PAGES		512
#define LIVE_MAX	48

/* A page allocator: first fit over an array of marks */
static struct {
	unsigned char *base;
	unsigned char used[PAGES];
	long used_pages;
	struct uk_alloc a;	/* ends in a flexible array */
} pool;

static void *pool_palloc(struct uk_alloc *a __unused, unsigned long num)
{
	for (unsigned long start = 0; num && start + num <= PAGES; start++) {
		unsigned long n = 0;

		while (n < num && !pool.used[start + n])
			n++;
		if (n < num)
			continue;
		memset(&pool.used[start], 1, num);
		pool.used_pages += num;
		return pool.base + start * __PAGE_SIZE;
	}
	return NULL;
}

static int pool_errors;

static void pool_pfree(struct uk_alloc *a __unused, void *ptr,
		       unsigned long num)
{
	unsigned long start = ((unsigned char *)ptr - pool.base) / __PAGE_SIZE;

	for (unsigned long n = 0; n < num; n++) {
		pool_errors += start + n >= PAGES || !pool.used[start + n];
		pool.used[start + n] = 0;
	}
	pool.used_pages -= num;
}

static long pool_pavailmem(struct uk_alloc *a __unused)
{
	return PAGES - pool.used_pages;
}

static long pool_pmaxalloc(struct uk_alloc *a __unused)
{
	long best = 0, run = 0;

	for (int i = 0; i < PAGES; i++) {
		run = pool.used[i] ? 0 : run + 1;
		best = MAX(best, run);
	}
	return best;
}

/* Takes an allocator from the list again; it was registered by its init. */
static void unregister(struct uk_alloc *a)
{
	struct uk_alloc **link = &_uk_alloc_head;

	while (*link && *link != a)
		link = &(*link)->next;
	if (*link)
		*link = a->next;
}

static struct uk_alloc *pool_init(void)
{
	if (!pool.base)
		pool.base = uk_memalign(uk_alloc_get_default(), __PAGE_SIZE,
					PAGES * __PAGE_SIZE);
	memset(pool.used, 0, sizeof(pool.used));
	pool.used_pages = 0;
	pool_errors = 0;
	uk_alloc_init_palloc(&pool.a, pool_palloc, pool_pfree, pool_pmaxalloc,
			     pool_pavailmem, NULL);
	unregister(&pool.a);
	return &pool.a;
}

/* What is allocated, filled with a mark */
static struct {
	unsigned char *ptr;
	size_t size;
	size_t align;
	unsigned char mark;
} live[LIVE_MAX];

static unsigned int random_state;

static size_t random_below(size_t limit)
{
	return (size_t)rand_r(&random_state) % limit;
}

static int intact(int i, size_t size)
{
	for (size_t n = 0; n < size; n++) {
		if (live[i].ptr[n] != live[i].mark)
			return 0;
	}
	return 1;
}

static int overlaps(int i)
{
	for (int k = 0; k < LIVE_MAX; k++) {
		if (k != i && live[k].ptr &&
		    live[i].ptr < live[k].ptr + live[k].size &&
		    live[k].ptr < live[i].ptr + live[i].size)
			return 1;
	}
	return 0;
}

static size_t random_size(void)
{
	return random_below(random_below(4) ? 300 : 20000);
}

/* Checks a fresh or resized allocation and fills it with a new mark. */
static void adopt(struct uk_testcase *esac, int i, void *ptr, size_t size)
{
	live[i].ptr = ptr;
	live[i].size = size;
	if (!ptr)
		return;
	UK_TEST_EXPECT_ZERO((uintptr_t)ptr % live[i].align);
	UK_TEST_EXPECT(!overlaps(i));
	live[i].mark = random_below(256);
	memset(ptr, live[i].mark, size);
}

static void allocate(struct uk_testcase *esac, struct uk_alloc *a, int i)
{
	size_t size = random_size();
	void *ptr = NULL;

	live[i].align = 16;
	switch (random_below(4)) {
	case 0:
		ptr = uk_malloc(a, size);
		break;
	case 1:
		ptr = uk_calloc(a, size, 1);
		live[i].ptr = ptr;
		live[i].mark = 0;
		UK_TEST_EXPECT(!ptr || intact(i, size));
		break;
	case 2:
		live[i].align = 16 << random_below(11);
		ptr = uk_memalign(a, live[i].align, size);
		break;
	case 3:
		live[i].align = 8 << random_below(12);
		if (uk_posix_memalign(a, &ptr, live[i].align, size))
			ptr = NULL;
		break;
	}
	adopt(esac, i, ptr, size);
}

static void resize(struct uk_testcase *esac, struct uk_alloc *a, int i)
{
	size_t size = 1 + random_size();
	void *ptr = uk_realloc(a, live[i].ptr, size);

	if (!ptr) {
		UK_TEST_EXPECT(intact(i, live[i].size));
		return;
	}
	live[i].ptr = ptr;
	live[i].align = 16;
	UK_TEST_EXPECT(intact(i, MIN(size, live[i].size)));
	adopt(esac, i, ptr, size);
}

static void random_operations(struct uk_testcase *esac, struct uk_alloc *a,
			      int steps)
{
	memset(live, 0, sizeof(live));
	random_state = 1;
	while (steps--) {
		int i = random_below(LIVE_MAX);

		if (!live[i].ptr) {
			allocate(esac, a, i);
		} else if (random_below(3) == 0) {
			resize(esac, a, i);
		} else {
			UK_TEST_EXPECT(intact(i, live[i].size));
			uk_free(a, live[i].ptr);
			live[i].ptr = NULL;
		}
	}
	for (int i = 0; i < LIVE_MAX; i++) {
		if (live[i].ptr) {
			UK_TEST_EXPECT(intact(i, live[i].size));
			uk_free(a, live[i].ptr);
		}
	}
}

UK_TESTCASE(ukalloc, ifpages_random_operations)
{
	struct uk_alloc *a = pool_init();

	random_operations(esac, a, uk_alloc_test_operations(6000));
	UK_TEST_EXPECT_ZERO(pool.used_pages);
	UK_TEST_EXPECT_ZERO(pool_errors);
}

static void check_edges(struct uk_testcase *esac, struct uk_alloc *a)
{
	void *ptr, *other;

	/* Nothing is something: two pointers, both to be freed */
	ptr = uk_malloc(a, 0);
	other = uk_malloc(a, 0);
	UK_TEST_EXPECT(ptr && other && ptr != other);
	uk_free(a, ptr);
	uk_free(a, other);
	uk_free(a, NULL);

	errno = 0;
	UK_TEST_EXPECT_NULL(uk_malloc(a, SIZE_MAX));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	errno = 0;
	UK_TEST_EXPECT_NULL(uk_malloc(a, SIZE_MAX - 4096));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	errno = 0;
	UK_TEST_EXPECT_NULL(uk_calloc(a, SIZE_MAX / 2, 3));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	errno = 0;
	UK_TEST_EXPECT_NULL(uk_calloc(a, 1UL << 32, 1UL << 32));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);

	/* realloc() allocates, frees, and keeps what it cannot move */
	ptr = uk_realloc(a, NULL, 10);
	UK_TEST_EXPECT_NOT_NULL(ptr);
	memcpy(ptr, "0123456789", 10);
	UK_TEST_EXPECT_NULL(uk_realloc(a, ptr, SIZE_MAX / 2));
	UK_TEST_EXPECT_BYTES_EQ(ptr, "0123456789", 10);
	UK_TEST_EXPECT_NULL(uk_realloc(a, ptr, 0));
}

static void check_alignment(struct uk_testcase *esac, struct uk_alloc *a)
{
	static const size_t bad[] = { 0, 1, 2, 4, 12, 24, 1000 };
	void *ptr;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		ptr = &ptr;
		errno = 0;
		UK_TEST_EXPECT_SNUM_EQ(uk_posix_memalign(a, &ptr, bad[i], 8),
				       EINVAL);
		UK_TEST_EXPECT_NULL(ptr);
		UK_TEST_EXPECT_ZERO(errno);
	}
	for (size_t align = 8; align <= 65536; align *= 2) {
		UK_TEST_EXPECT_ZERO(uk_posix_memalign(a, &ptr, align, 100));
		UK_TEST_EXPECT_ZERO((uintptr_t)ptr % align);
		memset(ptr, 1, 100);
		uk_free(a, ptr);
	}
	/* memalign() also takes small powers of two. */
	ptr = uk_memalign(a, 1, 10);
	UK_TEST_EXPECT_NOT_NULL(ptr);
	uk_free(a, ptr);
	errno = 0;
	UK_TEST_EXPECT_NULL(uk_memalign(a, 48, 10));
	UK_TEST_EXPECT_SNUM_EQ(errno, EINVAL);
	errno = 0;
	UK_TEST_EXPECT_NULL(uk_memalign(a, 1UL << 62, 10));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(uk_posix_memalign(a, &ptr, 64, SIZE_MAX - 64),
			       ENOMEM);
}

UK_TESTCASE(ukalloc, ifpages_edges)
{
	struct uk_alloc *a = pool_init();

	check_edges(esac, a);
	check_alignment(esac, a);
	UK_TEST_EXPECT_ZERO(pool.used_pages);
	UK_TEST_EXPECT_ZERO(pool_errors);
}

UK_TESTCASE(ukalloc, ifpages_sizes)
{
	struct uk_alloc *a = pool_init();
	__ssz largest = uk_alloc_maxalloc(a);
	void *ptr;

	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem(a), PAGES * __PAGE_SIZE);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pmaxalloc(a), PAGES);
	/* The largest is just that. */
	UK_TEST_EXPECT_NULL(uk_malloc(a, largest + 1));
	ptr = uk_malloc(a, largest);
	UK_TEST_EXPECT_NOT_NULL(ptr);
	UK_TEST_EXPECT_ZERO(uk_alloc_maxalloc(a));
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_addmem(a, ptr, 1), -ENOTSUP);
	/* A much smaller size gives pages back, where there is room to. */
	uk_free(a, ptr);
	ptr = uk_malloc(a, 40 * __PAGE_SIZE);
	ptr = uk_realloc(a, ptr, 100);
	UK_TEST_EXPECT_SNUM_EQ(pool.used_pages, 1);
	uk_free(a, ptr);
	UK_TEST_EXPECT_ZERO(pool_errors);
}

UK_TESTCASE(ukalloc, without_allocator)
{
	void *ptr = &ptr;

	errno = 0;
	UK_TEST_EXPECT_NULL(uk_malloc(NULL, 1));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	UK_TEST_EXPECT_NULL(uk_calloc(NULL, 1, 1));
	UK_TEST_EXPECT_NULL(uk_zalloc(NULL, 1));
	UK_TEST_EXPECT_NULL(uk_realloc(NULL, NULL, 1));
	UK_TEST_EXPECT_NULL(uk_memalign(NULL, 16, 1));
	UK_TEST_EXPECT_NULL(uk_palloc(NULL, 1));
	UK_TEST_EXPECT_SNUM_EQ(uk_posix_memalign(NULL, &ptr, 16, 1), ENOMEM);
	UK_TEST_EXPECT_NULL(ptr);
}

UK_TESTCASE(ukalloc, registry)
{
	struct uk_alloc *head = uk_alloc_get_default();
	__sz total = uk_alloc_availmem_total();
	struct uk_alloc *a = pool_init();
	struct uk_alloc *iter;
	int found = 0;

	/* The first allocator stays the default. */
	uk_alloc_register(a);
	UK_TEST_EXPECT_PTR_EQ(uk_alloc_get_default(), head);
	uk_alloc_foreach(iter)
		found += iter == a;
	UK_TEST_EXPECT_SNUM_EQ(found, 1);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem_total() - total,
			       PAGES * __PAGE_SIZE);
	unregister(a);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem_total(), total);
}

/* An allocator with the malloc family, on the default one: has no pages. */
static void *whole_malloc(struct uk_alloc *a __unused, __sz size)
{
	return uk_malloc(uk_alloc_get_default(), size);
}

static void whole_free(struct uk_alloc *a __unused, void *ptr)
{
	uk_free(uk_alloc_get_default(), ptr);
}

static void *whole_realloc(struct uk_alloc *a __unused, void *ptr, __sz size)
{
	return uk_realloc(uk_alloc_get_default(), ptr, size);
}

static int whole_posix_memalign(struct uk_alloc *a __unused, void **ptr,
				__sz align, __sz size)
{
	return uk_posix_memalign(uk_alloc_get_default(), ptr, align, size);
}

static __ssz whole_size(struct uk_alloc *a __unused)
{
	return 3 * __PAGE_SIZE + 1;
}

UK_TESTCASE(ukalloc, compat_random_operations)
{
	static struct uk_alloc a;
	__ssz before = uk_alloc_availmem(uk_alloc_get_default());
	void *pages;

	uk_alloc_init_malloc(&a, whole_malloc, uk_calloc_compat, whole_realloc,
			     whole_free, whole_posix_memalign,
			     uk_memalign_compat, whole_size, whole_size, NULL);
	unregister(&a);
	random_operations(esac, &a, uk_alloc_test_operations(2000));
	check_edges(esac, &a);
	check_alignment(esac, &a);

	pages = uk_palloc(&a, 3);
	UK_TEST_EXPECT_NOT_NULL(pages);
	UK_TEST_EXPECT_ZERO((uintptr_t)pages % __PAGE_SIZE);
	uk_pfree(&a, pages, 3);
	UK_TEST_EXPECT_NULL(uk_palloc(&a, ~0UL >> 4));
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(&a), 3);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pmaxalloc(&a), 3);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem(uk_alloc_get_default()),
			       before);
}

UK_TESTCASE(ukalloc, realloc_compat)
{
	struct uk_alloc *a = pool_init();
	char *ptr = uk_realloc_compat(a, NULL, 4);

	memcpy(ptr, "abc", 4);
	ptr = uk_realloc_compat(a, ptr, 2000);
	UK_TEST_EXPECT_STR_EQ(ptr, "abc");
	UK_TEST_EXPECT_NULL(uk_realloc_compat(a, ptr, 0));
	UK_TEST_EXPECT_ZERO(pool.used_pages);
}

#if CONFIG_LIBUKALLOC_IFMALLOC
static struct uk_alloc small;
static int small_live;

static void *small_malloc(struct uk_alloc *a __unused, __sz size)
{
	/* Only aligned to 8, to see that the layer above corrects that */
	char *ptr = size < 100000 ? uk_malloc(uk_alloc_get_default(), size + 8)
				  : NULL;

	small_live += ptr != NULL;
	return ptr ? ptr + 8 : NULL;
}

static void small_free(struct uk_alloc *a __unused, void *ptr)
{
	small_live--;
	uk_free(uk_alloc_get_default(), (char *)ptr - 8);
}

UK_TESTCASE(ukalloc, ifmalloc_random_operations)
{
	uk_alloc_init_malloc_ifmalloc(&small, small_malloc, small_free, NULL,
				      NULL, NULL);
	unregister(&small);
	small_live = 0;
	random_operations(esac, &small, uk_alloc_test_operations(2000));
	check_edges(esac, &small);
	check_alignment(esac, &small);
	UK_TEST_EXPECT_ZERO(small_live);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_availmem(&small), -ENOTSUP);
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pmaxalloc(&small), -ENOTSUP);
}
#endif

#if CONFIG_LIBUKALLOC_IFSTATS
UK_TESTCASE(ukalloc, statistics)
{
	struct uk_alloc *a = pool_init();
	struct uk_alloc_stats s;

	uk_alloc_stats_count_alloc(a, &s, 100);
	uk_alloc_stats_count_alloc(a, &s, 10);
	uk_alloc_stats_count_alloc(a, &s, 50);
	uk_alloc_stats_count_free(a, &s, 100);
	uk_alloc_stats_count_free(a, NULL, 100);
	uk_alloc_stats_count_enomem(a, 7);
	uk_alloc_stats_get(a, &s);
	UK_TEST_EXPECT_SNUM_EQ(s.last_alloc_size, 50);
	UK_TEST_EXPECT_SNUM_EQ(s.max_alloc_size, 100);
	UK_TEST_EXPECT_SNUM_EQ(s.min_alloc_size, 10);
	UK_TEST_EXPECT_SNUM_EQ(s.tot_nb_allocs, 3);
	UK_TEST_EXPECT_SNUM_EQ(s.tot_nb_frees, 1);
	UK_TEST_EXPECT_SNUM_EQ(s.cur_nb_allocs, 2);
	UK_TEST_EXPECT_SNUM_EQ(s.max_nb_allocs, 3);
	UK_TEST_EXPECT_SNUM_EQ(s.cur_mem_use, 60);
	UK_TEST_EXPECT_SNUM_EQ(s.max_mem_use, 160);
	UK_TEST_EXPECT_SNUM_EQ(s.nb_enomem, 1);
}
#endif

uk_testsuite_register(ukalloc, NULL);
