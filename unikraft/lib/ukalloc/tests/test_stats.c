/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Statistics in all places where they are counted, with the default allocator.
 */

#include <stdlib.h>
#include <string.h>
#include <uk/alloc_impl.h>
#include <uk/store.h>
#include <uk/test.h>
#if CONFIG_LIBUKSCHED
#include <uk/sched.h>
#endif

/* What allocating and freeing has to change in any of the counters */
static void expect_changes(struct uk_testcase *esac,
			   const struct uk_alloc_stats *before,
			   const struct uk_alloc_stats *held,
			   const struct uk_alloc_stats *after)
{
	UK_TEST_EXPECT_SNUM_EQ(held->tot_nb_allocs - before->tot_nb_allocs, 3);
	UK_TEST_EXPECT_SNUM_EQ(held->cur_nb_allocs - before->cur_nb_allocs, 3);
	UK_TEST_EXPECT_SNUM_EQ(held->nb_enomem - before->nb_enomem, 1);
	UK_TEST_EXPECT_SNUM_GE(held->cur_mem_use - before->cur_mem_use,
			       100 + 20000 + 2 * __PAGE_SIZE);
	UK_TEST_EXPECT_SNUM_LE(held->cur_mem_use - before->cur_mem_use,
			       100 + 20000 + 8 * __PAGE_SIZE);
	UK_TEST_EXPECT_SNUM_GE(held->max_mem_use, held->cur_mem_use);
	UK_TEST_EXPECT_SNUM_GE(held->max_alloc_size, 20000);
	UK_TEST_EXPECT_SNUM_EQ(held->last_alloc_size, 2 * __PAGE_SIZE);
	UK_TEST_EXPECT_SNUM_EQ(after->cur_nb_allocs, before->cur_nb_allocs);
	UK_TEST_EXPECT_SNUM_EQ(after->cur_mem_use, before->cur_mem_use);
	UK_TEST_EXPECT_SNUM_EQ(after->tot_nb_frees - before->tot_nb_frees, 3);
	UK_TEST_EXPECT_SNUM_EQ(after->tot_nb_allocs, held->tot_nb_allocs);
	UK_TEST_EXPECT_SNUM_EQ(after->max_mem_use, held->max_mem_use);
}

/* Allocates and frees, and copies counters in between. */
#define WATCH(copy, before, held, after)				\
	do {								\
		struct uk_alloc *_a = uk_alloc_get_default();		\
		void *_small, *_large, *_pages;				\
									\
		copy(&(before));					\
		_small = uk_malloc(_a, 100);				\
		_large = uk_calloc(_a, 2, 10000);			\
		UK_TEST_EXPECT_NULL(uk_malloc(_a, 1UL << 50));		\
		_pages = uk_palloc(_a, 2);				\
		copy(&(held));						\
		uk_free(_a, _small);					\
		uk_free(_a, _large);					\
		uk_pfree(_a, _pages, 2);				\
		copy(&(after));						\
	} while (0)

static void copy_default(struct uk_alloc_stats *s)
{
	uk_alloc_stats_get(_uk_alloc_head, s);
}

UK_TESTCASE(ukalloc_stats, of_an_allocator)
{
	struct uk_alloc_stats before, held, after;

	WATCH(copy_default, before, held, after);
	expect_changes(esac, &before, &held, &after);
}

#if CONFIG_LIBUKALLOC_IFSTATS_GLOBAL
UK_TESTCASE(ukalloc_stats, of_the_system)
{
	struct uk_alloc_stats before, held, after;

	/* What the default allocator gets from another one is not counted. */
	WATCH(uk_alloc_stats_get_global, before, held, after);
	expect_changes(esac, &before, &held, &after);
}

#if CONFIG_LIBUKSTORE
UK_TESTCASE(ukalloc_stats, by_name)
{
	const struct uk_store_entry *e;
	__u64 count = 0, again = 0;

	e = uk_store_get_entry(libukalloc, NULL, "tot_nb_allocs");
	UK_TEST_ASSERT(e);
	UK_TEST_EXPECT_ZERO(uk_store_get_value(e, u64, &count));
	free(malloc(1));
	UK_TEST_EXPECT_ZERO(uk_store_get_value(e, u64, &again));
	UK_TEST_EXPECT_SNUM_EQ(again, count + 1);
	e = uk_store_get_entry(libukalloc, NULL, "cur_mem_free");
	UK_TEST_ASSERT(e);
	UK_TEST_EXPECT_ZERO(uk_store_get_value(e, u64, &count));
	UK_TEST_EXPECT_SNUM_EQ(count, uk_alloc_availmem_total());
}
#endif
#endif

#if CONFIG_LIBUKALLOC_IFSTATS_PERTHREAD
static struct uk_alloc_stats thread;

static void copy_thread(struct uk_alloc_stats *s)
{
	*s = thread;
}

UK_TESTCASE(ukalloc_stats, of_a_thread)
{
	struct uk_alloc_stats *running = _uk_alloc_stats_thread;
	struct uk_alloc_stats before, held, after;

	/* As a scheduler does when it switches */
	_uk_alloc_stats_thread = &thread;
	WATCH(copy_thread, before, held, after);
	_uk_alloc_stats_thread = running;
	expect_changes(esac, &before, &held, &after);
	UK_TEST_EXPECT_ZERO(before.tot_nb_allocs);
	free(malloc(10));
	UK_TEST_EXPECT_SNUM_EQ(thread.tot_nb_allocs, 3);
}

#if CONFIG_LIBUKSCHED
static struct uk_alloc_stats own_before, own_after;
static volatile int counted;
static void *malloc_kept;

static void __noreturn allocate_some(void *argp __unused)
{
	own_before = uk_thread_current()->alloc_stats;
	free(malloc(1000));
	uk_sched_yield();
	malloc_kept = malloc(10);
	own_after = uk_thread_current()->alloc_stats;
	counted = 1;
	uk_sched_thread_exit();
}

UK_TESTCASE(ukalloc_stats, of_threads)
{
	struct uk_alloc_stats before, after;
	struct uk_thread *t;

	UK_TEST_ASSERT(uk_thread_current());
	counted = 0;
	t = uk_sched_thread_create(uk_sched_current(), allocate_some, NULL,
				   "counted");
	UK_TEST_ASSERT(t);
	before = uk_thread_current()->alloc_stats;
	while (!counted)
		uk_sched_yield();
	after = uk_thread_current()->alloc_stats;
	free(malloc_kept);
	UK_TEST_EXPECT_ZERO(own_before.tot_nb_allocs);
	UK_TEST_EXPECT_SNUM_EQ(own_after.tot_nb_allocs, 2);
	UK_TEST_EXPECT_SNUM_EQ(own_after.cur_nb_allocs, 1);
	UK_TEST_EXPECT_SNUM_EQ(after.tot_nb_allocs, before.tot_nb_allocs);
}
#endif
#endif

#if CONFIG_LIBUKALLOC_IFSTATS_PERLIB
static struct uk_alloc *of_library(const char *name)
{
	struct uk_alloc_libstats_entry *entry;

	uk_alloc_foreach_libstats(entry) {
		if (!strcmp(entry->libname, name))
			return entry->a;
	}
	return NULL;
}

static void copy_library(struct uk_alloc_stats *s)
{
	uk_alloc_stats_get(uk_alloc_get_default(), s);
}

UK_TESTCASE(ukalloc_stats, of_a_library)
{
	struct uk_alloc_stats before, held, after;
	struct uk_alloc *libc = of_library("libnolibc");

	UK_TEST_EXPECT_PTR_EQ(of_library("libukalloc"), uk_alloc_get_default());
	UK_TEST_EXPECT(uk_alloc_get_default() != _uk_alloc_head);
	WATCH(copy_library, before, held, after);
	expect_changes(esac, &before, &held, &after);

	/* malloc() is another library's. */
	if (libc) {
		uk_alloc_stats_get(libc, &before);
		free(malloc(10));
		uk_alloc_stats_get(libc, &held);
		UK_TEST_EXPECT_SNUM_EQ(held.tot_nb_allocs -
				       before.tot_nb_allocs, 1);
		copy_library(&held);
		UK_TEST_EXPECT_SNUM_EQ(held.tot_nb_allocs, after.tot_nb_allocs);
	}
	UK_TEST_EXPECT_SNUM_EQ(uk_alloc_pavailmem(uk_alloc_get_default()),
			       uk_alloc_pavailmem(_uk_alloc_head));
}
#endif

uk_testsuite_register(ukalloc_stats, NULL);
