/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Aligned allocation and realloc() for an allocator that has malloc() and
 * free() only.
 *
 * Right before the memory that the caller sees lies a header with what the
 * allocator underneath returned, and with the size.
 */

#include <string.h>
#include <uk/alloc_impl.h>

struct header {
	void *backend;	/* what free_backend() gets */
	__sz size;	/* that the caller asked for */
};

#define MIN_ALIGN	16

static struct header *header_of(void *ptr)
{
	return (struct header *)ptr - 1;
}

/* `align` is a power of two. Returns NULL without setting errno. */
static void *alloc_aligned(struct uk_alloc *a, __sz align, __sz size)
{
	struct header *h;
	__sz total;
	void *backend;
	__uptr ptr;

	if (align < MIN_ALIGN)
		align = MIN_ALIGN;
	if (__builtin_add_overflow(sizeof(*h) + align - 1, size, &total))
		return __NULL;
	backend = a->malloc_backend(a, total);
	if (!backend)
		return __NULL;
	ptr = ALIGN_UP((__uptr)backend + sizeof(*h), align);
	h = header_of((void *)ptr);
	h->backend = backend;
	h->size = size;
	return (void *)ptr;
}

void *uk_malloc_ifmalloc(struct uk_alloc *a, __sz size)
{
	void *ptr;

	UK_ASSERT(a && a->malloc_backend);
	ptr = alloc_aligned(a, MIN_ALIGN, size);
	if (!ptr)
		errno = ENOMEM;
	return ptr;
}

int uk_posix_memalign_ifmalloc(struct uk_alloc *a, void **memptr, __sz align,
			       __sz size)
{
	UK_ASSERT(memptr);

	*memptr = __NULL;
	if (align < sizeof(void *) || !POWER_OF_2(align))
		return EINVAL;
	*memptr = alloc_aligned(a, align, size);
	return *memptr ? 0 : ENOMEM;
}

void uk_free_ifmalloc(struct uk_alloc *a, void *ptr)
{
	UK_ASSERT(a && a->free_backend);
	if (ptr)
		a->free_backend(a, header_of(ptr)->backend);
}

void *uk_realloc_ifmalloc(struct uk_alloc *a, void *ptr, __sz size)
{
	void *moved;

	if (!ptr)
		return uk_malloc_ifmalloc(a, size);
	if (!size) {
		uk_free_ifmalloc(a, ptr);
		return __NULL;
	}
	moved = uk_malloc_ifmalloc(a, size);
	if (!moved)
		return __NULL;
	memcpy(moved, ptr, MIN(size, header_of(ptr)->size));
	uk_free_ifmalloc(a, ptr);
	return moved;
}
