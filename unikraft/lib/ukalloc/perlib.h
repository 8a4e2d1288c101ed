/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The allocator that stands before the default one in each library, with the
 * library's counters.
 */

#ifndef UKALLOC_PERLIB_H
#define UKALLOC_PERLIB_H

#include <uk/alloc_impl.h>

void *uk_alloc_perlib_malloc(struct uk_alloc *a, __sz size);
void *uk_alloc_perlib_calloc(struct uk_alloc *a, __sz nmemb, __sz size);
void *uk_alloc_perlib_realloc(struct uk_alloc *a, void *ptr, __sz size);
int uk_alloc_perlib_posix_memalign(struct uk_alloc *a, void **memptr,
				   __sz align, __sz size);
void *uk_alloc_perlib_memalign(struct uk_alloc *a, __sz align, __sz size);
void uk_alloc_perlib_free(struct uk_alloc *a, void *ptr);
void *uk_alloc_perlib_palloc(struct uk_alloc *a, unsigned long num_pages);
void uk_alloc_perlib_pfree(struct uk_alloc *a, void *ptr,
			   unsigned long num_pages);
int uk_alloc_perlib_addmem(struct uk_alloc *a, void *base, __sz size);
__ssz uk_alloc_perlib_maxalloc(struct uk_alloc *a);
__ssz uk_alloc_perlib_availmem(struct uk_alloc *a);
long uk_alloc_perlib_pmaxalloc(struct uk_alloc *a);
long uk_alloc_perlib_pavailmem(struct uk_alloc *a);

#define UK_ALLOC_PERLIB_INIT {						\
	.malloc = uk_alloc_perlib_malloc,				\
	.calloc = uk_alloc_perlib_calloc,				\
	.realloc = uk_alloc_perlib_realloc,				\
	.posix_memalign = uk_alloc_perlib_posix_memalign,		\
	.memalign = uk_alloc_perlib_memalign,				\
	.free = uk_alloc_perlib_free,					\
	.palloc = uk_alloc_perlib_palloc,				\
	.pfree = uk_alloc_perlib_pfree,					\
	.maxalloc = uk_alloc_perlib_maxalloc,				\
	.availmem = uk_alloc_perlib_availmem,				\
	.pmaxalloc = uk_alloc_perlib_pmaxalloc,				\
	.pavailmem = uk_alloc_perlib_pavailmem,				\
	.addmem = uk_alloc_perlib_addmem,				\
}

#endif /* UKALLOC_PERLIB_H */
