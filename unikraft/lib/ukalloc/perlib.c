/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the allocators of libstats.c do: they tell the default one to count for
 * their library, too, and pass on the call.
 */

#include "perlib.h"

struct uk_alloc_stats *_uk_alloc_stats_lib;

/* Counts for `a` during `call`. A call within the call counts for it alone. */
#define COUNTED(a, call)						\
	do {								\
		struct uk_alloc_stats *_outer = _uk_alloc_stats_lib;	\
									\
		UK_ASSERT(_uk_alloc_head);				\
		uk_preempt_disable();					\
		_uk_alloc_stats_lib = &(a)->_stats;			\
		call;							\
		_uk_alloc_stats_lib = _outer;				\
		uk_preempt_enable();					\
	} while (0)

void *uk_alloc_perlib_malloc(struct uk_alloc *a, __sz size)
{
	void *ptr;

	COUNTED(a, ptr = uk_do_malloc(_uk_alloc_head, size));
	return ptr;
}

void *uk_alloc_perlib_calloc(struct uk_alloc *a, __sz nmemb, __sz size)
{
	void *ptr;

	COUNTED(a, ptr = uk_do_calloc(_uk_alloc_head, nmemb, size));
	return ptr;
}

void *uk_alloc_perlib_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	void *moved;

	COUNTED(a, moved = uk_do_realloc(_uk_alloc_head, ptr, size));
	return moved;
}

int uk_alloc_perlib_posix_memalign(struct uk_alloc *a, void **memptr,
				   __sz align, __sz size)
{
	int rc;

	COUNTED(a, rc = uk_do_posix_memalign(_uk_alloc_head, memptr, align,
					     size));
	return rc;
}

void *uk_alloc_perlib_memalign(struct uk_alloc *a, __sz align, __sz size)
{
	void *ptr;

	COUNTED(a, ptr = uk_do_memalign(_uk_alloc_head, align, size));
	return ptr;
}

void uk_alloc_perlib_free(struct uk_alloc *a, void *ptr)
{
	COUNTED(a, uk_do_free(_uk_alloc_head, ptr));
}

void *uk_alloc_perlib_palloc(struct uk_alloc *a, unsigned long num_pages)
{
	void *ptr;

	COUNTED(a, ptr = uk_palloc(_uk_alloc_head, num_pages));
	return ptr;
}

void uk_alloc_perlib_pfree(struct uk_alloc *a, void *ptr,
			   unsigned long num_pages)
{
	COUNTED(a, uk_do_pfree(_uk_alloc_head, ptr, num_pages));
}

int uk_alloc_perlib_addmem(struct uk_alloc *a __unused, void *base, __sz size)
{
	return uk_alloc_addmem(_uk_alloc_head, base, size);
}

__ssz uk_alloc_perlib_maxalloc(struct uk_alloc *a __unused)
{
	return uk_alloc_maxalloc(_uk_alloc_head);
}

__ssz uk_alloc_perlib_availmem(struct uk_alloc *a __unused)
{
	return uk_alloc_availmem(_uk_alloc_head);
}

long uk_alloc_perlib_pmaxalloc(struct uk_alloc *a __unused)
{
	return uk_alloc_pmaxalloc(_uk_alloc_head);
}

long uk_alloc_perlib_pavailmem(struct uk_alloc *a __unused)
{
	return uk_alloc_pavailmem(_uk_alloc_head);
}
