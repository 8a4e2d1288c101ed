/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Allocator operations expressed through other operations of the same
 * allocator.
 */

#include <string.h>
#include <uk/alloc_impl.h>

void *uk_calloc_compat(struct uk_alloc *a, __sz nmemb, __sz size)
{
	void *ptr;
	__sz total;

	if (__builtin_mul_overflow(nmemb, size, &total)) {
		errno = ENOMEM;
		return __NULL;
	}
	ptr = uk_do_malloc(a, total);
	if (ptr)
		memset(ptr, 0, total);
	return ptr;
}

void *uk_realloc_compat(struct uk_alloc *a, void *ptr, __sz size)
{
	void *moved;

	if (!ptr)
		return uk_do_malloc(a, size);
	if (!size) {
		uk_do_free(a, ptr);
		return __NULL;
	}
	moved = uk_do_malloc(a, size);
	if (!moved)
		return __NULL;
	memcpy(moved, ptr, size);
	uk_do_free(a, ptr);
	return moved;
}

void *uk_memalign_compat(struct uk_alloc *a, __sz align, __sz size)
{
	void *ptr;
	int err;

	/* posix_memalign() wants more of an alignment than memalign() does. */
	if (align < sizeof(void *) && POWER_OF_2(align))
		align = sizeof(void *);
	err = uk_do_posix_memalign(a, &ptr, align, size);
	if (err) {
		errno = err;
		return __NULL;
	}
	return ptr;
}

void *uk_palloc_compat(struct uk_alloc *a, unsigned long num_pages)
{
	if (num_pages > (~(__sz)0 >> __PAGE_SHIFT)) {
		errno = ENOMEM;
		return __NULL;
	}
	return uk_do_memalign(a, __PAGE_SIZE, (__sz)num_pages << __PAGE_SHIFT);
}

void uk_pfree_compat(struct uk_alloc *a, void *ptr,
		     unsigned long num_pages __unused)
{
	uk_do_free(a, ptr);
}

long uk_alloc_pavailmem_compat(struct uk_alloc *a)
{
	__ssz bytes = uk_alloc_availmem(a);

	return bytes < 0 ? (long)bytes : (long)(bytes >> __PAGE_SHIFT);
}

long uk_alloc_pmaxalloc_compat(struct uk_alloc *a)
{
	__ssz bytes = uk_alloc_maxalloc(a);

	return bytes < 0 ? (long)bytes : (long)(bytes >> __PAGE_SHIFT);
}
