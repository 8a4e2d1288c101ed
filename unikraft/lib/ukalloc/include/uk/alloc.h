/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory allocators: the interface that callers use.
 *
 * An allocator is a `struct uk_alloc` with its operations. It is made by the
 * init function of its library (uk_allocbbuddy_init() for example) and is then
 * on the list of allocators; the first one there is the default. How it finds
 * memory is its own affair.
 *
 * The functions below behave as the C functions of the same name where there
 * is one: memory comes back suitably aligned for any type, with undefined
 * contents unless stated; failure returns NULL with errno set to ENOMEM, or an
 * error number where the function returns int. Each pointer goes back to the
 * allocator it came from. Threads may call them at any time, interrupt handlers
 * must not: that nobody comes between is seen to here, by uk/preempt.h, and no
 * allocator has a lock.
 *
 * The variants with `_do_` need a valid allocator; those without fail cleanly
 * when `a` is NULL (there is no allocator yet).
 */

#ifndef __UK_ALLOC_H__
#define __UK_ALLOC_H__

#include <uk/arch/types.h>
#include <uk/config.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/preempt.h>
#include <errno.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_alloc;

typedef void *(*uk_alloc_malloc_func_t)(struct uk_alloc *a, __sz size);
typedef void *(*uk_alloc_calloc_func_t)(struct uk_alloc *a, __sz nmemb,
					__sz size);
typedef void *(*uk_alloc_realloc_func_t)(struct uk_alloc *a, void *ptr,
					 __sz size);
typedef int (*uk_alloc_posix_memalign_func_t)(struct uk_alloc *a,
					      void **memptr, __sz align,
					      __sz size);
typedef void *(*uk_alloc_memalign_func_t)(struct uk_alloc *a, __sz align,
					  __sz size);
typedef void (*uk_alloc_free_func_t)(struct uk_alloc *a, void *ptr);
typedef void *(*uk_alloc_palloc_func_t)(struct uk_alloc *a,
					unsigned long num_pages);
typedef void (*uk_alloc_pfree_func_t)(struct uk_alloc *a, void *ptr,
				      unsigned long num_pages);
typedef int (*uk_alloc_addmem_func_t)(struct uk_alloc *a, void *base,
				      __sz size);
typedef __ssz (*uk_alloc_getsize_func_t)(struct uk_alloc *a);
typedef long (*uk_alloc_getpsize_func_t)(struct uk_alloc *a);

#if CONFIG_LIBUKALLOC_IFSTATS
/* Sizes are in bytes, as far as the allocator knows them when it counts. */
struct uk_alloc_stats {
	__sz last_alloc_size;
	__sz max_alloc_size;
	__sz min_alloc_size;

	__u64 tot_nb_allocs;	/* successful allocations since boot */
	__u64 tot_nb_frees;
	__s64 cur_nb_allocs;	/* allocations not freed yet */
	__s64 max_nb_allocs;	/* the highest that cur_nb_allocs was */

	__ssz cur_mem_use;
	__ssz max_mem_use;

	__u64 nb_enomem;	/* failed allocations */
};
#endif

/*
 * Operations that an allocator does not have are NULL: only palloc, pfree,
 * maxalloc, availmem, pmaxalloc, pavailmem and addmem may be. Use the
 * functions below and not these pointers.
 */
struct uk_alloc {
	uk_alloc_malloc_func_t malloc;
	uk_alloc_calloc_func_t calloc;
	uk_alloc_realloc_func_t realloc;
	uk_alloc_posix_memalign_func_t posix_memalign;
	uk_alloc_memalign_func_t memalign;
	uk_alloc_free_func_t free;

#if CONFIG_LIBUKALLOC_IFMALLOC
	uk_alloc_free_func_t free_backend;
	uk_alloc_malloc_func_t malloc_backend;
#endif

	uk_alloc_palloc_func_t palloc;
	uk_alloc_pfree_func_t pfree;

	uk_alloc_getsize_func_t maxalloc;
	uk_alloc_getsize_func_t availmem;
	uk_alloc_getpsize_func_t pmaxalloc;
	uk_alloc_getpsize_func_t pavailmem;

	uk_alloc_addmem_func_t addmem;

#if CONFIG_LIBUKALLOC_IFSTATS
	struct uk_alloc_stats _stats;
	int _stats_nested;	/* counts nowhere else: see uk_alloc_stack() */
#endif

	struct uk_alloc *next;
	__u8 priv[];		/* state of the implementation */
};

/* First of the registered allocators; private, see uk_alloc_get_default(). */
extern struct uk_alloc *_uk_alloc_head __hidden;

/* Goes through all allocators in the order of their registration. */
#define uk_alloc_foreach(iter)						\
	for ((iter) = _uk_alloc_head; (iter) != __NULL;			\
	     (iter) = (iter)->next)

/*
 * The allocator that malloc() uses; NULL before there is one. With statistics
 * per library, one in front of it that counts for the calling library.
 */
#if CONFIG_LIBUKALLOC_IFSTATS_PERLIB
struct uk_alloc *uk_alloc_get_default(void);
#else
static inline struct uk_alloc *uk_alloc_get_default(void)
{
	return _uk_alloc_head;
}
#endif

static inline void *uk_do_malloc(struct uk_alloc *a, __sz size)
{
	void *ret;

	UK_ASSERT(a);
	uk_preempt_disable();
	ret = a->malloc(a, size);
	uk_preempt_enable();
	return ret;
}

/* Any `size` including 0 gives a pointer of its own, to be freed. */
static inline void *uk_malloc(struct uk_alloc *a, __sz size)
{
	if (unlikely(!a)) {
		errno = ENOMEM;
		return __NULL;
	}
	return uk_do_malloc(a, size);
}

static inline void *uk_do_calloc(struct uk_alloc *a, __sz nmemb, __sz size)
{
	void *ret;

	UK_ASSERT(a);
	uk_preempt_disable();
	ret = a->calloc(a, nmemb, size);
	uk_preempt_enable();
	return ret;
}

/* Zeroed memory; fails when nmemb * size exceeds a size. */
static inline void *uk_calloc(struct uk_alloc *a, __sz nmemb, __sz size)
{
	if (unlikely(!a)) {
		errno = ENOMEM;
		return __NULL;
	}
	return uk_do_calloc(a, nmemb, size);
}

#define uk_do_zalloc(a, size)	uk_do_calloc((a), 1, (size))
#define uk_zalloc(a, size)	uk_calloc((a), 1, (size))

static inline void *uk_do_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	void *ret;

	UK_ASSERT(a);
	uk_preempt_disable();
	ret = a->realloc(a, ptr, size);
	uk_preempt_enable();
	return ret;
}

/*
 * Resizes, moving where needed. With `ptr` NULL it allocates; with `size` 0 it
 * frees and returns NULL. On failure `ptr` stays valid and unchanged. Memory
 * from memalign() may lose its alignment.
 */
static inline void *uk_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	if (unlikely(!a)) {
		errno = ENOMEM;
		return __NULL;
	}
	return uk_do_realloc(a, ptr, size);
}

static inline int uk_do_posix_memalign(struct uk_alloc *a, void **memptr,
				       __sz align, __sz size)
{
	int ret;

	UK_ASSERT(a);
	uk_preempt_disable();
	ret = a->posix_memalign(a, memptr, align, size);
	uk_preempt_enable();
	return ret;
}

/*
 * Memory at a multiple of `align`, which is a power of two and a multiple of
 * the size of a pointer. Returns 0, EINVAL or ENOMEM; on failure *memptr is
 * NULL. Does not touch errno.
 */
static inline int uk_posix_memalign(struct uk_alloc *a, void **memptr,
				    __sz align, __sz size)
{
	if (unlikely(!a)) {
		*memptr = __NULL;
		return ENOMEM;
	}
	return uk_do_posix_memalign(a, memptr, align, size);
}

static inline void *uk_do_memalign(struct uk_alloc *a, __sz align, __sz size)
{
	void *ret;

	UK_ASSERT(a);
	uk_preempt_disable();
	ret = a->memalign(a, align, size);
	uk_preempt_enable();
	return ret;
}

/* Memory at a multiple of `align`, any power of two; else errno is EINVAL. */
static inline void *uk_memalign(struct uk_alloc *a, __sz align, __sz size)
{
	if (unlikely(!a)) {
		errno = ENOMEM;
		return __NULL;
	}
	return uk_do_memalign(a, align, size);
}

static inline void uk_do_free(struct uk_alloc *a, void *ptr)
{
	UK_ASSERT(a);
	uk_preempt_disable();
	a->free(a, ptr);
	uk_preempt_enable();
}

/* Gives memory back; NULL is fine. */
static inline void uk_free(struct uk_alloc *a, void *ptr)
{
	uk_do_free(a, ptr);
}

static inline void *uk_do_palloc(struct uk_alloc *a, unsigned long num_pages)
{
	void *ret;

	UK_ASSERT(a);
	uk_preempt_disable();
	ret = a->palloc(a, num_pages);
	uk_preempt_enable();
	return ret;
}

/* `num_pages` adjacent pages, at least one; NULL on failure. */
static inline void *uk_palloc(struct uk_alloc *a, unsigned long num_pages)
{
	if (unlikely(!a || !a->palloc))
		return __NULL;
	return uk_do_palloc(a, num_pages);
}

static inline void uk_do_pfree(struct uk_alloc *a, void *ptr,
			       unsigned long num_pages)
{
	UK_ASSERT(a);
	uk_preempt_disable();
	a->pfree(a, ptr, num_pages);
	uk_preempt_enable();
}

/* `num_pages` is the number that uk_palloc() was called with. */
static inline void uk_pfree(struct uk_alloc *a, void *ptr,
			    unsigned long num_pages)
{
	uk_do_pfree(a, ptr, num_pages);
}

/*
 * Hands `size` bytes at `base`, readable and writable and unused by anyone
 * else, to the allocator for good. Returns 0 or a negative error number:
 * -ENOTSUP when this allocator cannot grow, others as the allocator says.
 */
static inline int uk_alloc_addmem(struct uk_alloc *a, void *base, __sz size)
{
	int rc;

	UK_ASSERT(a);
	if (!a->addmem)
		return -ENOTSUP;
	uk_preempt_disable();
	rc = a->addmem(a, base, size);
	uk_preempt_enable();
	return rc;
}

/*
 * The largest request that could succeed now, and what is free in total, in
 * bytes or (p) in pages; a hint. -ENOTSUP when the allocator cannot say.
 */
static inline __ssz uk_alloc_maxalloc(struct uk_alloc *a)
{
	__ssz ret = -ENOTSUP;

	UK_ASSERT(a);
	uk_preempt_disable();
	if (a->maxalloc)
		ret = a->maxalloc(a);
	uk_preempt_enable();
	return ret;
}

static inline long uk_alloc_pmaxalloc(struct uk_alloc *a)
{
	long ret = -ENOTSUP;

	UK_ASSERT(a);
	uk_preempt_disable();
	if (a->pmaxalloc)
		ret = a->pmaxalloc(a);
	uk_preempt_enable();
	return ret;
}

static inline __ssz uk_alloc_availmem(struct uk_alloc *a)
{
	__ssz ret = -ENOTSUP;

	UK_ASSERT(a);
	uk_preempt_disable();
	if (a->availmem)
		ret = a->availmem(a);
	uk_preempt_enable();
	return ret;
}

static inline long uk_alloc_pavailmem(struct uk_alloc *a)
{
	long ret = -ENOTSUP;

	UK_ASSERT(a);
	uk_preempt_disable();
	if (a->pavailmem)
		ret = a->pavailmem(a);
	uk_preempt_enable();
	return ret;
}

/* Sums over all allocators that can say */
__sz uk_alloc_availmem_total(void);
unsigned long uk_alloc_pavailmem_total(void);

#if CONFIG_LIBUKALLOC_IFSTATS
/* Copies the counters of one allocator. */
void uk_alloc_stats_get(struct uk_alloc *a, struct uk_alloc_stats *dst);

#if CONFIG_LIBUKALLOC_IFSTATS_GLOBAL
/* Copies the counters of the whole system. */
void uk_alloc_stats_get_global(struct uk_alloc_stats *dst);
#endif

#if CONFIG_LIBUKALLOC_IFSTATS_PERTHREAD
/*
 * Where allocations and frees are counted beside the other places, or NULL.
 * Belongs to the scheduler, which sets it to the counters of the thread that
 * it switches to. What one thread allocates and another one frees makes the
 * second one's figures negative.
 */
extern struct uk_alloc_stats *_uk_alloc_stats_thread;
#endif

#if CONFIG_LIBUKALLOC_IFSTATS_PERLIB
/* A library, and what uk_alloc_get_default() returns there */
struct uk_alloc_libstats_entry {
	const char *libname;
	struct uk_alloc *a;
};

extern struct uk_alloc_libstats_entry _uk_alloc_libstats_start[];
extern struct uk_alloc_libstats_entry _uk_alloc_libstats_end;

/*
 * Goes through all libraries; uk_alloc_stats_get((iter)->a, ...) has their
 * figures, which are negative where a library frees what another allocated.
 */
#define uk_alloc_foreach_libstats(iter)					\
	for ((iter) = _uk_alloc_libstats_start;				\
	     (iter) < &_uk_alloc_libstats_end; (iter)++)
#endif
#endif

#ifdef __cplusplus
}
#endif

#endif /* __UK_ALLOC_H__ */
