/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For tests of allocators: random operations, with a model of what has to lie
 * in memory beside them.
 */

#ifndef __UK_ALLOC_TEST_H__
#define __UK_ALLOC_TEST_H__

#include <uk/alloc.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UK_ALLOC_TEST_LIVE	128	/* allocations at a time, at most */

struct uk_alloc_test_plan {
	unsigned int operations;
	unsigned int seed;
	unsigned int live;	/* allocations at a time */
	__sz small;		/* most sizes are below this, */
	__sz large;		/* one of eight below that */
	__sz align;		/* largest alignment; 0: malloc() only */
	unsigned long pages;	/* largest palloc(); 0: none */
	int no_free;		/* the allocator takes nothing back */
};

/*
 * Allocates, resizes and frees as `plan` says, and frees everything at the end.
 * Returns how often something was wrong: contents changed, memory lay over
 * other memory, or was not aligned, or not zero where it had to be; the first
 * three are printed. Failing allocations are fine. When the image was given the
 * parameter ukalloc.test_operations, that many operations are done.
 */
unsigned int uk_alloc_test_random(struct uk_alloc *a,
				  const struct uk_alloc_test_plan *plan);

/* The number that the image was given, or else `bounded` */
unsigned int uk_alloc_test_operations(unsigned int bounded);

/* How many of the allocations of the last call have failed */
unsigned int uk_alloc_test_refused(void);

#ifdef __cplusplus
}
#endif

#endif /* __UK_ALLOC_TEST_H__ */
