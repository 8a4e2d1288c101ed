/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Allocators that look for mistakes of their callers. Each stands on top of
 * another one and takes its place in the list of allocators. ukboot puts those
 * that the options LIBUKALLOC_DEBUG and LIBUKALLOC_FAIL ask for on top of the
 * heap.
 */

#ifndef __UK_ALLOC_DEBUG_H__
#define __UK_ALLOC_DEBUG_H__

#include <uk/alloc.h>

#ifdef __cplusplus
extern "C" {
#endif

#if CONFIG_LIBUKALLOC_DEBUG
/*
 * Watches over what `below` hands out; there can be one such allocator. When a
 * rule is broken, the run ends with a report: which rule, where the memory was
 * allocated and where it was freed. Found are, when memory is freed or resized:
 *
 *	a pointer that does not come from here, or not from malloc() and its kind
 *	memory that is free already
 *	writing before or behind the memory
 *
 * and when freed memory is really given back, which happens late, that it was
 * written to meanwhile. realloc() always moves. New memory is filled with 0xa5,
 * and freed memory with 0xdd. Pages are passed on and not watched.
 */
struct uk_alloc *uk_alloc_debug_init(struct uk_alloc *below);

/* Looks at all memory that is allocated, or freed not long ago */
void uk_alloc_debug_check(void);
#endif

#if CONFIG_LIBUKALLOC_FAIL
/*
 * Lets allocations from `below` fail: those that the parameters
 * ukalloc.fail_nth (the first to fail, from 1 on) and ukalloc.fail_count (how
 * many, 1 without it) say, counted from boot; each is told on the console.
 */
struct uk_alloc *uk_alloc_fail_init(struct uk_alloc *below);

/*
 * The n-th allocation from now on is to fail, and no other; with 0, none.
 * Returns how many allocations were made since the last call.
 */
unsigned long uk_alloc_fail_nth(unsigned long n);
#endif

/* What the options ask for, on top of `a`; returns what malloc() uses then */
static inline struct uk_alloc *uk_alloc_debug_stack(struct uk_alloc *a)
{
#if CONFIG_LIBUKALLOC_DEBUG
	if (a)
		a = uk_alloc_debug_init(a);
#endif
#if CONFIG_LIBUKALLOC_FAIL
	if (a)
		a = uk_alloc_fail_init(a);
#endif
	return a;
}

#ifdef __cplusplus
}
#endif

#endif /* __UK_ALLOC_DEBUG_H__ */
