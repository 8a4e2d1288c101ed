/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The malloc family: the default allocator of ukalloc.
 */

#include <errno.h>
#include <stdlib.h>
#include <uk/alloc.h>

void *malloc(size_t size)
{
	return uk_malloc(uk_alloc_get_default(), size);
}

void *calloc(size_t count, size_t size)
{
	return uk_calloc(uk_alloc_get_default(), count, size);
}

void *realloc(void *ptr, size_t size)
{
	return uk_realloc(uk_alloc_get_default(), ptr, size);
}

void *reallocarray(void *ptr, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(ptr, total);
}

void free(void *ptr)
{
	if (ptr)
		uk_free(uk_alloc_get_default(), ptr);
}

int posix_memalign(void **ptr, size_t align, size_t size)
{
	return uk_posix_memalign(uk_alloc_get_default(), ptr, align, size);
}

void *memalign(size_t align, size_t size)
{
	return uk_memalign(uk_alloc_get_default(), align, size);
}

void *aligned_alloc(size_t align, size_t size)
{
	return memalign(align, size);
}
