/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An allocator that fails when it is told to, and otherwise does what the one
 * below does.
 */

#include <string.h>
#include <uk/alloc_debug.h>
#include <uk/alloc_impl.h>
#if CONFIG_LIBUKLIBPARAM
#include <uk/libparam.h>
#endif

static __u32 fail_nth;
static __u32 fail_count = 1;
#if CONFIG_LIBUKLIBPARAM
UK_LIB_PARAM(fail_nth, __u32);
UK_LIB_PARAM(fail_count, __u32);
#endif

static struct uk_alloc *below;
static unsigned long made;		/* allocations so far */
static unsigned long first, last;	/* which fail; 0: none */
static int said;			/* told on the console */

static int is_to_fail(void)
{
	if (likely(++made < first || made > last))
		return 0;
	if (said)
		uk_pr_crit("Allocation %lu fails, as asked for\n", made);
	return 1;
}

/* What those return that set errno */
static void *no_memory(void)
{
	errno = ENOMEM;
	return __NULL;
}

static void *fail_malloc(struct uk_alloc *a __unused, __sz size)
{
	return is_to_fail() ? no_memory() : uk_do_malloc(below, size);
}

static void *fail_calloc(struct uk_alloc *a __unused, __sz nmemb,
			 __sz size)
{
	return is_to_fail() ? no_memory() : uk_do_calloc(below, nmemb, size);
}

static void *fail_realloc(struct uk_alloc *a __unused, void *ptr, __sz size)
{
	if (size && is_to_fail())
		return no_memory();
	return uk_do_realloc(below, ptr, size);
}

static int fail_posix_memalign(struct uk_alloc *a __unused, void **memptr,
			       __sz align, __sz size)
{
	if (is_to_fail()) {
		*memptr = __NULL;
		return ENOMEM;
	}
	return uk_do_posix_memalign(below, memptr, align, size);
}

static void *fail_memalign(struct uk_alloc *a __unused, __sz align,
			   __sz size)
{
	return is_to_fail() ? no_memory() : uk_do_memalign(below, align, size);
}

static void fail_free(struct uk_alloc *a __unused, void *ptr)
{
	uk_do_free(below, ptr);
}

static void *fail_palloc(struct uk_alloc *a __unused,
			 unsigned long num_pages)
{
	return is_to_fail() ? __NULL : uk_palloc(below, num_pages);
}

static void fail_pfree(struct uk_alloc *a __unused, void *ptr,
		       unsigned long num_pages)
{
	uk_do_pfree(below, ptr, num_pages);
}

static __ssz fail_maxalloc(struct uk_alloc *a __unused)
{
	return uk_alloc_maxalloc(below);
}

static __ssz fail_availmem(struct uk_alloc *a __unused)
{
	return uk_alloc_availmem(below);
}

static long fail_pmaxalloc(struct uk_alloc *a __unused)
{
	return uk_alloc_pmaxalloc(below);
}

static long fail_pavailmem(struct uk_alloc *a __unused)
{
	return uk_alloc_pavailmem(below);
}

static int fail_addmem(struct uk_alloc *a __unused, void *base, __sz size)
{
	return uk_alloc_addmem(below, base, size);
}

unsigned long uk_alloc_fail_nth(unsigned long n)
{
	unsigned long count = made;

	made = 0;
	first = n;
	last = n;
	said = 0;
	return count;
}

struct uk_alloc *uk_alloc_fail_init(struct uk_alloc *given)
{
	static struct uk_alloc self;
	struct uk_alloc *a = &self;

	UK_ASSERT(given && !below);
	below = given;
	uk_alloc_init_malloc(a, fail_malloc, fail_calloc, fail_realloc,
			     fail_free, fail_posix_memalign, fail_memalign,
			     fail_maxalloc, fail_availmem, fail_addmem);
	a->palloc = fail_palloc;
	a->pfree = fail_pfree;
	a->pmaxalloc = fail_pmaxalloc;
	a->pavailmem = fail_pavailmem;
	if (uk_alloc_stack(a, given)) {
		uk_alloc_unregister(a);
		return __NULL;
	}
	first = fail_nth;
	last = fail_nth ? fail_nth + fail_count - 1UL : 0;
	said = 1;
	return a;
}
