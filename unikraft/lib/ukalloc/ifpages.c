/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The malloc family for an allocator that has pages only.
 *
 * Every allocation has pages of its own. Right before the memory that the
 * caller sees lies a header that tells which pages these are. Small
 * allocations therefore cost a page each: the price of having no other state.
 */

#include <string.h>
#include <uk/alloc_impl.h>

struct header {
	void *pages;
	unsigned long num_pages;
	unsigned long check;
};

/* malloc() alignment: enough for every type of the supported CPUs */
#define MIN_ALIGN	16
#define CHECK_MAGIC	0x7061676573UL

static unsigned long check_of(const struct header *h)
{
	return CHECK_MAGIC ^ (unsigned long)h->pages ^ h->num_pages;
}

static struct header *header_of(void *ptr)
{
	struct header *h = (struct header *)ptr - 1;

	/* A wrong pointer, or memory before it was overwritten. */
	UK_ASSERT(h->check == check_of(h));
	return h;
}

/* How many bytes the caller may use from `ptr` on */
static __sz room_of(void *ptr)
{
	struct header *h = header_of(ptr);

	return (__uptr)h->pages + (h->num_pages << __PAGE_SHIFT) - (__uptr)ptr;
}

/* `align` is a power of two. Returns NULL without setting errno. */
static void *alloc_aligned(struct uk_alloc *a, __sz align, __sz size)
{
	unsigned long num_pages;
	struct header *h;
	__sz offset, total;
	__uptr pages, ptr;

	if (align < MIN_ALIGN)
		align = MIN_ALIGN;
	/* Up to a page, the offset from the page to the memory is known. */
	offset = ALIGN_UP(sizeof(*h), align);
	if (__builtin_add_overflow(offset, size, &total) ||
	    __builtin_add_overflow(total, __PAGE_SIZE - 1, &total))
		return __NULL;

	num_pages = total >> __PAGE_SHIFT;
	pages = (__uptr)uk_do_palloc(a, num_pages);
	if (!pages)
		return __NULL;
	ptr = ALIGN_UP(pages + sizeof(*h), align);

	h = (struct header *)ptr - 1;
	h->pages = (void *)pages;
	h->num_pages = num_pages;
	h->check = check_of(h);
	return (void *)ptr;
}

void *uk_malloc_ifpages(struct uk_alloc *a, __sz size)
{
	void *ptr = alloc_aligned(a, MIN_ALIGN, size);

	if (!ptr)
		errno = ENOMEM;
	return ptr;
}

int uk_posix_memalign_ifpages(struct uk_alloc *a, void **memptr, __sz align,
			      __sz size)
{
	UK_ASSERT(memptr);

	*memptr = __NULL;
	if (align < sizeof(void *) || !POWER_OF_2(align))
		return EINVAL;
	*memptr = alloc_aligned(a, align, size);
	return *memptr ? 0 : ENOMEM;
}

void uk_free_ifpages(struct uk_alloc *a, void *ptr)
{
	struct header *h;

	if (!ptr)
		return;
	h = header_of(ptr);
	/* Lets a second free() of the same pointer fail its check. */
	h->check = 0;
	uk_do_pfree(a, h->pages, h->num_pages);
}

void *uk_realloc_ifpages(struct uk_alloc *a, void *ptr, __sz size)
{
	void *moved;
	__sz room;

	if (!ptr)
		return uk_malloc_ifpages(a, size);
	if (!size) {
		uk_free_ifpages(a, ptr);
		return __NULL;
	}

	room = room_of(ptr);
	if (size <= room && size > room / 2)
		return ptr;
	/* Larger, or so much smaller that giving pages back is worth a copy */
	if (size <= room && room <= __PAGE_SIZE)
		return ptr;
	moved = uk_malloc_ifpages(a, size);
	if (!moved)
		return size <= room ? ptr : __NULL;
	memcpy(moved, ptr, MIN(size, room));
	uk_free_ifpages(a, ptr);
	return moved;
}

__ssz uk_alloc_availmem_ifpages(struct uk_alloc *a)
{
	long num_pages = uk_alloc_pavailmem(a);

	return num_pages < 0 ? (__ssz)num_pages
			     : (__ssz)num_pages << __PAGE_SHIFT;
}

__ssz uk_alloc_maxalloc_ifpages(struct uk_alloc *a)
{
	long num_pages = uk_alloc_pmaxalloc(a);
	__sz overhead = ALIGN_UP(sizeof(struct header), MIN_ALIGN);

	if (num_pages <= 0)
		return num_pages;
	return ((__ssz)num_pages << __PAGE_SHIFT) - overhead;
}
