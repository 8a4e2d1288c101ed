/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An allocator that hands out a region from one end to the other. All that it
 * knows is where the free part begins and ends, and the latest allocation.
 *
 * Further regions wait in a list, with their links in their own memory. There
 * is no lock: callers see to that there is one user.
 */

#include <string.h>
#include <uk/alloc_impl.h>
#include <uk/allocregion.h>

#define MIN_ALIGN	16

/* At the begin of a region that was added, also when it is in use */
struct waiting {
	struct waiting *next;
	__uptr end;
};

struct region {
	__uptr free;		/* where the free part begins and ends */
	__uptr end;
	__uptr latest;		/* the latest allocation */
	struct waiting *waiting;
	struct waiting *begun;	/* that are in use, or were */
	__uptr first_end;	/* of the region that all this is in */
};

static struct region *region_of(struct uk_alloc *a)
{
	return (struct region *)a->priv;
}

/* Room for `size` bytes in the region in use; 0 when there is none */
static inline __uptr take(struct region *r, __sz align, __sz size)
{
	__uptr ptr = ALIGN_UP(r->free, (__uptr)align);

	/* A size of 0 takes a byte, for an address of its own. */
	size += !size;
	if (unlikely(ptr < r->free || ptr > r->end || size > r->end - ptr))
		return 0;
	r->free = ptr + size;
	r->latest = ptr;
	return ptr;
}

static __uptr __attribute__((noinline)) take_elsewhere(struct region *r,
						       __sz align, __sz size)
{
	struct waiting **link = &r->waiting;
	struct waiting *next;
	__uptr ptr;

	while ((next = *link)) {
		struct region other = {
			.free = (__uptr)(next + 1), .end = next->end,
		};
		struct waiting *rest = next->next;

		ptr = take(&other, align, size);
		if (ptr) {
			*link = rest;
			next->next = r->begun;
			r->begun = next;
			r->free = other.free;
			r->end = other.end;
			r->latest = ptr;
			return ptr;
		}
		link = &next->next;
	}
	return 0;
}

static void *alloc_aligned(struct uk_alloc *a, __sz align, __sz size)
{
	struct region *r = region_of(a);
	__uptr ptr = take(r, align, size);

	if (unlikely(!ptr))
		ptr = take_elsewhere(r, align, size);
	uk_alloc_stats_count_alloc(a, (void *)ptr, size);
	return (void *)ptr;
}

static void *region_malloc(struct uk_alloc *a, __sz size)
{
	void *ptr = alloc_aligned(a, MIN_ALIGN, size);

	if (unlikely(!ptr))
		errno = ENOMEM;
	return ptr;
}

static int region_posix_memalign(struct uk_alloc *a, void **memptr, __sz align,
				 __sz size)
{
	UK_ASSERT(memptr);

	*memptr = __NULL;
	if (align < sizeof(void *) || !POWER_OF_2(align))
		return EINVAL;
	*memptr = alloc_aligned(a, align, size);
	return *memptr ? 0 : ENOMEM;
}

static void region_free(struct uk_alloc *a __unused, void *ptr __unused)
{
}

/* Where the region ends that an allocation lies in */
static __uptr end_around(const struct region *r, __uptr ptr)
{
	const struct waiting *w = r->begun;

	while (w && !(ptr >= (__uptr)w && ptr < w->end))
		w = w->next;
	return w ? w->end : r->first_end;
}

/*
 * How large the memory was is known of the latest allocation only. Of others,
 * `size` bytes are copied, as far as there are any: that reads what lies behind,
 * which is of this allocator as well.
 */
static void *region_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	struct region *r = region_of(a);
	__uptr end = end_around(r, (__uptr)ptr);
	void *moved;

	if (!ptr)
		return region_malloc(a, size);
	if (!size)
		return __NULL;
	if ((__uptr)ptr == r->latest && size <= r->end - r->latest) {
		r->free = r->latest + size;
		return ptr;
	}
	moved = region_malloc(a, size);
	if (moved)
		memcpy(moved, ptr, MIN(size, end - (__uptr)ptr));
	return moved;
}

static __ssz region_maxalloc(struct uk_alloc *a)
{
	struct region *r = region_of(a);
	__uptr ptr = ALIGN_UP(r->free, (__uptr)MIN_ALIGN);
	__sz largest = ptr < r->end ? r->end - ptr : 0;
	struct waiting *w;

	for (w = r->waiting; w; w = w->next)
		largest = MAX(largest, w->end - (__uptr)(w + 1));
	return largest;
}

static __ssz region_availmem(struct uk_alloc *a)
{
	struct region *r = region_of(a);
	__sz total = r->end - r->free;
	struct waiting *w;

	for (w = r->waiting; w; w = w->next)
		total += w->end - (__uptr)(w + 1);
	return total;
}

static int region_addmem(struct uk_alloc *a, void *base, __sz size)
{
	struct region *r = region_of(a);
	struct waiting *w = (void *)ALIGN_UP((__uptr)base, (__uptr)MIN_ALIGN);
	struct waiting **link = &r->waiting;
	__uptr end = (__uptr)base + size;

	if (end < (__uptr)base)
		return -EINVAL;
	if ((__uptr)w < (__uptr)base || (__uptr)w > end ||
	    end - (__uptr)w < sizeof(*w))
		return -ENOMEM;
	w->next = __NULL;
	w->end = end;
	while (*link)
		link = &(*link)->next;
	*link = w;
	return 0;
}

struct uk_alloc *uk_allocregion_init(void *base, size_t len)
{
	__uptr start = ALIGN_UP((__uptr)base, (__uptr)MIN_ALIGN);
	__uptr end = (__uptr)base + len;
	__sz size = sizeof(struct uk_alloc) + sizeof(struct region);
	struct uk_alloc *a;

	if (!base)
		start = MIN_ALIGN;	/* address 0 is that of failure */
	if (start < (__uptr)base || end < start || end - start < size)
		return __NULL;
	a = (struct uk_alloc *)start;
	memset(a, 0, size);
	region_of(a)->free = start + size;
	region_of(a)->end = end;
	region_of(a)->first_end = end;
	uk_alloc_init_malloc(a, region_malloc, uk_calloc_compat, region_realloc,
			     region_free, region_posix_memalign,
			     uk_memalign_compat, region_maxalloc,
			     region_availmem, region_addmem);
	return a;
}
