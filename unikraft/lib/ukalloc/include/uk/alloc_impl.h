/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory allocators: what an implementation uses.
 *
 * An implementation fills a zeroed `struct uk_alloc` with one of the
 * uk_alloc_init_*() macros, which also registers it. It may have pages only,
 * malloc and free only, or everything; the helpers here supply the rest.
 */

#ifndef __UK_ALLOC_IMPL_H__
#define __UK_ALLOC_IMPL_H__

#include <uk/alloc.h>
#include <uk/arch/limits.h>
#include <uk/preempt.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Appends to the list of allocators; the first becomes the default. */
int uk_alloc_register(struct uk_alloc *a);

/*
 * Takes an allocator off the list, before its memory goes away. Returns 0, or
 * -ENOENT when it is not there.
 */
int uk_alloc_unregister(struct uk_alloc *a);

/*
 * Puts `a`, which gets its memory from `below`, in the place that this one has
 * in the list: when `below` was the default, `a` is now. From then on only `a`
 * uses `below`, which is in no sums over allocators and counts for itself
 * only. Returns 0, or -ENOENT when `below` is not on the list.
 */
int uk_alloc_stack(struct uk_alloc *a, struct uk_alloc *below);

/*
 * Operations on top of palloc and pfree: every allocation takes whole pages,
 * with a header before the memory.
 */
void *uk_malloc_ifpages(struct uk_alloc *a, __sz size);
void *uk_realloc_ifpages(struct uk_alloc *a, void *ptr, __sz size);
int uk_posix_memalign_ifpages(struct uk_alloc *a, void **memptr, __sz align,
			      __sz size);
void uk_free_ifpages(struct uk_alloc *a, void *ptr);
__ssz uk_alloc_availmem_ifpages(struct uk_alloc *a);
__ssz uk_alloc_maxalloc_ifpages(struct uk_alloc *a);

#if CONFIG_LIBUKALLOC_IFMALLOC
/* Operations on top of malloc_backend and free_backend, with a header */
void *uk_malloc_ifmalloc(struct uk_alloc *a, __sz size);
void *uk_realloc_ifmalloc(struct uk_alloc *a, void *ptr, __sz size);
int uk_posix_memalign_ifmalloc(struct uk_alloc *a, void **memptr, __sz align,
			       __sz size);
void uk_free_ifmalloc(struct uk_alloc *a, void *ptr);
#endif

/*
 * Operations on top of the other ones. uk_realloc_compat() does not know how
 * large the old memory is and reads `size` bytes of it: only for allocators
 * where reading past an allocation is harmless.
 */
void *uk_calloc_compat(struct uk_alloc *a, __sz nmemb, __sz size);
void *uk_realloc_compat(struct uk_alloc *a, void *ptr, __sz size);
void *uk_memalign_compat(struct uk_alloc *a, __sz align, __sz size);
void *uk_palloc_compat(struct uk_alloc *a, unsigned long num_pages);
void uk_pfree_compat(struct uk_alloc *a, void *ptr, unsigned long num_pages);
long uk_alloc_pavailmem_compat(struct uk_alloc *a);
long uk_alloc_pmaxalloc_compat(struct uk_alloc *a);

/*
 * What callers have to keep to: when it does not hold, the run ends with a
 * message that says which rule was broken, and for which memory. Checked where
 * assertions are (LIBUKDEBUG_ENABLE_ASSERT), uk_alloc_rule_always() always.
 */
#define uk_alloc_rule_always(holds, ptr, rule)				\
	do {								\
		if (unlikely(!(holds)))					\
			UK_CRASH("Heap misused: " rule ": %p\n",	\
				 (const void *)(ptr));			\
	} while (0)
#if CONFIG_LIBUKDEBUG_ENABLE_ASSERT
#define uk_alloc_rule(holds, ptr, rule)					\
	uk_alloc_rule_always(holds, ptr, rule)
#else
#define uk_alloc_rule(holds, ptr, rule)	do { } while (0)
#endif
#define UK_ALLOC_FREED_TWICE	"memory is freed that is free already"
#define UK_ALLOC_FOREIGN						\
	"this is not memory of the allocator, or what lies before it was overwritten"
#define UK_ALLOC_OVERWRITTEN	"free memory was written to"

/*
 * Statistics: an implementation reports each allocation (`ptr` NULL: it
 * failed) and each free. Without the option these are nothing.
 */
#if CONFIG_LIBUKALLOC_IFSTATS
/* The counters of the system, of the thread, of the library: NULL if none */
#if CONFIG_LIBUKALLOC_IFSTATS_GLOBAL
extern struct uk_alloc_stats _uk_alloc_stats_global;
#define _UK_ALLOC_STATS_GLOBAL	(&_uk_alloc_stats_global)
#else
#define _UK_ALLOC_STATS_GLOBAL	((struct uk_alloc_stats *)__NULL)
#endif
#if CONFIG_LIBUKALLOC_IFSTATS_PERTHREAD
#define _UK_ALLOC_STATS_THREAD	_uk_alloc_stats_thread
#else
#define _UK_ALLOC_STATS_THREAD	((struct uk_alloc_stats *)__NULL)
#endif
#if CONFIG_LIBUKALLOC_IFSTATS_PERLIB
/* Of the library whose call is in progress */
extern struct uk_alloc_stats *_uk_alloc_stats_lib;
#define _UK_ALLOC_STATS_LIB	_uk_alloc_stats_lib
#else
#define _UK_ALLOC_STATS_LIB	((struct uk_alloc_stats *)__NULL)
#endif

/* Brings highest and lowest values up to date after the others changed. */
static inline void _uk_alloc_stats_refresh_minmax(struct uk_alloc_stats *stats)
{
	__sz last = stats->last_alloc_size;

	if (stats->cur_nb_allocs > stats->max_nb_allocs)
		stats->max_nb_allocs = stats->cur_nb_allocs;
	if (stats->cur_mem_use > stats->max_mem_use)
		stats->max_mem_use = stats->cur_mem_use;
	if (stats->tot_nb_allocs == 1 || last < stats->min_alloc_size)
		stats->min_alloc_size = last;
	if (last > stats->max_alloc_size)
		stats->max_alloc_size = last;
}

static inline void _uk_alloc_stats_count_alloc(struct uk_alloc_stats *stats,
					       const void *ptr, __sz size)
{
	if (!stats)
		return;
	if (!ptr) {
		stats->nb_enomem++;
		return;
	}
	stats->tot_nb_allocs++;
	stats->cur_nb_allocs++;
	stats->cur_mem_use += size;
	stats->last_alloc_size = size;
	_uk_alloc_stats_refresh_minmax(stats);
}

static inline void _uk_alloc_stats_count_free(struct uk_alloc_stats *stats,
					      const void *ptr, __sz size)
{
	if (!stats || !ptr)
		return;
	stats->tot_nb_frees++;
	stats->cur_nb_allocs--;
	stats->cur_mem_use -= size;
}

/* Counts in all places: the allocator, and unless another is on top, above. */
#define _uk_alloc_stats_count(event, a, ptr, size)			\
	do {								\
		const void *_ptr = (ptr);				\
		__sz _size = (size);					\
									\
		uk_preempt_disable();					\
		_uk_alloc_stats_count_##event(&(a)->_stats, _ptr, _size); \
		if (!(a)->_stats_nested) {				\
			_uk_alloc_stats_count_##event(			\
				_UK_ALLOC_STATS_GLOBAL, _ptr, _size);	\
			_uk_alloc_stats_count_##event(			\
				_UK_ALLOC_STATS_THREAD, _ptr, _size);	\
			_uk_alloc_stats_count_##event(			\
				_UK_ALLOC_STATS_LIB, _ptr, _size);	\
		}							\
		uk_preempt_enable();					\
	} while (0)
#define uk_alloc_stats_count_alloc(a, ptr, size)			\
	_uk_alloc_stats_count(alloc, a, ptr, size)
#define uk_alloc_stats_count_free(a, ptr, freed_size)			\
	_uk_alloc_stats_count(free, a, ptr, freed_size)
#define uk_alloc_stats_nested(a)	((void)((a)->_stats_nested = 1))
#define uk_alloc_stats_reset(a)						\
	do {								\
		__builtin_memset(&(a)->_stats, 0, sizeof((a)->_stats));	\
		(a)->_stats_nested = 0;					\
	} while (0)
#else
#define uk_alloc_stats_count_alloc(a, ptr, size)	do { } while (0)
#define uk_alloc_stats_count_free(a, ptr, freed_size)	do { } while (0)
#define uk_alloc_stats_nested(a)			do { } while (0)
#define uk_alloc_stats_reset(a)				do { } while (0)
#endif

#define uk_alloc_stats_count_enomem(a, size)				\
	uk_alloc_stats_count_alloc((a), __NULL, (size))
#define uk_alloc_stats_count_palloc(a, ptr, num_pages)			\
	uk_alloc_stats_count_alloc((a), (ptr),				\
				   (__sz)(num_pages) << __PAGE_SHIFT)
#define uk_alloc_stats_count_penomem(a, num_pages)			\
	uk_alloc_stats_count_palloc((a), __NULL, (num_pages))
#define uk_alloc_stats_count_pfree(a, ptr, num_pages)			\
	uk_alloc_stats_count_free((a), (ptr),				\
				  (__sz)(num_pages) << __PAGE_SHIFT)

/* For an implementation with the whole malloc family but no pages. */
#define uk_alloc_init_malloc(a, malloc_f, calloc_f, realloc_f, free_f,	\
			     posix_memalign_f, memalign_f, maxalloc_f,	\
			     availmem_f, addmem_f)			\
	do {								\
		(a)->malloc = (malloc_f);				\
		(a)->calloc = (calloc_f);				\
		(a)->realloc = (realloc_f);				\
		(a)->free = (free_f);					\
		(a)->posix_memalign = (posix_memalign_f);		\
		(a)->memalign = (memalign_f);				\
		_uk_alloc_init_bytes((a), (maxalloc_f), (availmem_f),	\
				     (addmem_f));			\
	} while (0)

#if CONFIG_LIBUKALLOC_IFMALLOC
/* For an implementation with malloc and free only. */
#define uk_alloc_init_malloc_ifmalloc(a, malloc_f, free_f, maxalloc_f,	\
				      availmem_f, addmem_f)		\
	do {								\
		(a)->malloc_backend = (malloc_f);			\
		(a)->free_backend = (free_f);				\
		(a)->malloc = uk_malloc_ifmalloc;			\
		(a)->calloc = uk_calloc_compat;				\
		(a)->realloc = uk_realloc_ifmalloc;			\
		(a)->free = uk_free_ifmalloc;				\
		(a)->posix_memalign = uk_posix_memalign_ifmalloc;	\
		(a)->memalign = uk_memalign_compat;			\
		_uk_alloc_init_bytes((a), (maxalloc_f), (availmem_f),	\
				     (addmem_f));			\
	} while (0)
#endif

/* For an implementation with pages only. */
#define uk_alloc_init_palloc(a, palloc_func, pfree_func, pmaxalloc_func, \
			     pavailmem_func, addmem_func)		\
	_uk_alloc_init_pages((a), (palloc_func), (pfree_func),		\
			     (pmaxalloc_func), (pavailmem_func),	\
			     (addmem_func))

/* The second halves of the macros above */
static inline void _uk_alloc_init_bytes(struct uk_alloc *a,
					uk_alloc_getsize_func_t maxalloc,
					uk_alloc_getsize_func_t availmem,
					uk_alloc_addmem_func_t addmem)
{
	a->palloc = uk_palloc_compat;
	a->pfree = uk_pfree_compat;
	a->maxalloc = maxalloc;
	a->pmaxalloc = maxalloc ? uk_alloc_pmaxalloc_compat : 0;
	a->availmem = availmem;
	a->pavailmem = availmem ? uk_alloc_pavailmem_compat : 0;
	a->addmem = addmem;
	uk_alloc_stats_reset(a);
	uk_alloc_register(a);
}

static inline void _uk_alloc_init_pages(struct uk_alloc *a,
					uk_alloc_palloc_func_t palloc,
					uk_alloc_pfree_func_t pfree,
					uk_alloc_getpsize_func_t pmaxalloc,
					uk_alloc_getpsize_func_t pavailmem,
					uk_alloc_addmem_func_t addmem)
{
	a->malloc = uk_malloc_ifpages;
	a->calloc = uk_calloc_compat;
	a->realloc = uk_realloc_ifpages;
	a->free = uk_free_ifpages;
	a->posix_memalign = uk_posix_memalign_ifpages;
	a->memalign = uk_memalign_compat;
	a->palloc = palloc;
	a->pfree = pfree;
	a->maxalloc = pmaxalloc ? uk_alloc_maxalloc_ifpages : 0;
	a->pmaxalloc = pmaxalloc;
	a->availmem = pavailmem ? uk_alloc_availmem_ifpages : 0;
	a->pavailmem = pavailmem;
	a->addmem = addmem;
	uk_alloc_stats_reset(a);
	uk_alloc_register(a);
}

#ifdef __cplusplus
}
#endif

#endif /* __UK_ALLOC_IMPL_H__ */
