/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An allocator with size classes.
 *
 * A slab is 16 KiB at a multiple of its size, with a header in front and
 * objects of one size behind. Each class has a list of slabs that have free
 * objects; the first one serves. A full slab is on no list until one of its
 * objects is freed. What is larger than the largest class has a run of pages of
 * its own, with a header in the same place, so that the header of whatever is
 * freed is found from its address: no object begins where a header does.
 *
 * Slabs (slab.h) and large objects are runs of pages (run.h), of which an
 * eighth of the memory at most is kept, until memory is short.
 *
 * There is no lock: callers see to that there is one user.
 */

#include <string.h>
#include <uk/alloc_impl.h>
#include <uk/allocslab.h>
#include <uk/print.h>
#include "run.h"
#include "slab.h"

static struct slabs *slabs_of(struct uk_alloc *a)
{
	return (struct slabs *)a->priv;
}

static inline void *alloc_large(struct slabs *s, __sz size)
{
	unsigned long num_pages = SLAB_PAGES - 1;
	struct run *large;

	if (unlikely(size > ~(__sz)0 >> 1))
		return __NULL;
	if (size > (num_pages << __PAGE_SHIFT) - HEADER_SIZE)
		num_pages = DIV_ROUND_UP(size + HEADER_SIZE, __PAGE_SIZE);
	large = take_run(s, num_pages);
	if (unlikely(!large))
		return __NULL;
	large->check = run_check(&s->runs, large, MAGIC_LARGE);
	return large + 1;
}

/*
 * Up to the size of a slab, a multiple of `align` behind the header is aligned
 * as well; beyond that, it has to be searched for. `align` is above MIN_ALIGN.
 */
static void *alloc_aligned(struct slabs *s, __sz align, __sz size)
{
	__sz offset = MAX(align, (__sz)HEADER_SIZE);
	struct run *run, *large;
	__sz total;
	__uptr ptr;

	if (align > SLAB_SIZE && __builtin_add_overflow(offset, SLAB_SIZE,
							&offset))
		return __NULL;
	if (__builtin_add_overflow(offset, size, &total) ||
	    total > ~(__sz)0 >> 1)
		return __NULL;
	run = take_run(s, MAX(DIV_ROUND_UP(total, __PAGE_SIZE),
			      (__sz)SLAB_PAGES - 1));
	if (!run)
		return __NULL;
	if (align > SLAB_SIZE)
		ptr = ALIGN_UP((__uptr)run + SLAB_SIZE, align);
	else
		ptr = (__uptr)run + offset;
	large = (struct run *)header_of((void *)ptr);
	large->pages = run;
	large->num_pages = run->num_pages;
	large->check = run_check(&s->runs, large, MAGIC_LARGE);
	return (void *)ptr;
}

/* The header of memory that has pages of its own, or a crash */
static inline struct run *large_of(const struct slabs *s, const void *ptr)
{
	struct run *large = (struct run *)header_of(ptr);

	if (likely(large->check == run_check(&s->runs, large, MAGIC_LARGE)))
		return large;
	uk_alloc_rule_always(large->check != run_check(&s->runs, large, MAGIC_FREE),
			     ptr, UK_ALLOC_FREED_TWICE);
	uk_alloc_rule_always(0, ptr, UK_ALLOC_FOREIGN);
	return large;
}

/* How many bytes the caller may use from `ptr` on */
static __sz room_of(const struct slabs *s, const void *ptr)
{
	const struct slab *slab = header_of(ptr);
	const struct run *large;

	if (!ptr)
		return 0;
	if (is_slab(s, slab))
		return slab->class->size;
	large = large_of(s, ptr);
	return (__uptr)large->pages + (large->num_pages << __PAGE_SHIFT) -
	       (__uptr)ptr;
}

/* These leave errno alone: while the image boots, there is none yet */
static inline void *take_counted(struct uk_alloc *a, struct class *class)
{
	void *ptr = take(slabs_of(a), class);

	uk_alloc_stats_count_alloc(a, ptr, class->size);
	return ptr;
}

static inline void *take_large(struct uk_alloc *a, __sz size)
{
	void *ptr = alloc_large(slabs_of(a), size);

	uk_alloc_stats_count_alloc(a, ptr, room_of(slabs_of(a), ptr));
	return ptr;
}

static inline void *take_any(struct uk_alloc *a, __sz size)
{
	if (size > OBJECT_MAX)
		return take_large(a, size);
	return take_counted(a, &slabs_of(a)->classes[class_for(size)]);
}

static inline void *or_enomem(void *ptr)
{
	if (unlikely(!ptr))
		errno = ENOMEM;
	return ptr;
}

static void *__attribute__((noinline)) malloc_large(struct uk_alloc *a,
						    __sz size)
{
	return or_enomem(take_large(a, size));
}

static void *__attribute__((noinline)) malloc_refilled(struct uk_alloc *a,
						       struct class *class)
{
	return or_enomem(take_counted(a, class));
}

/* The common case calls nothing, so that it needs no stack */
static void *slab_malloc(struct uk_alloc *a, __sz size)
{
	struct object *object;
	struct class *class;

	if (unlikely(size > OBJECT_MAX))
		return malloc_large(a, size);
	class = &slabs_of(a)->classes[class_for(size)];
	if (unlikely(!class->slabs->free))
		return malloc_refilled(a, class);
	object = take_first(class->slabs);
	uk_alloc_stats_count_alloc(a, object, class->size);
	return object;
}

static void slab_free(struct uk_alloc *a, void *ptr)
{
	struct slabs *s = slabs_of(a);
	struct slab *slab = header_of(ptr);
	struct run *large;

	if (!ptr)
		return;
	uk_alloc_rule(((__uptr)ptr & (MIN_ALIGN - 1)) == 0, ptr,
		      UK_ALLOC_FOREIGN);
	if (likely(is_slab(s, slab))) {
		uk_alloc_stats_count_free(a, ptr, slab->class->size);
		give_back(s, slab, ptr);
		return;
	}
	large = large_of(s, ptr);
	uk_alloc_stats_count_free(a, ptr, room_of(s, ptr));
	run_give(&s->runs, large);
}

static void *slab_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	void *moved;
	__sz room;

	if (!ptr)
		return slab_malloc(a, size);
	if (!size) {
		slab_free(a, ptr);
		return __NULL;
	}
	room = room_of(slabs_of(a), ptr);
	if (size <= room && (size > room / 2 || room <= 2 * MIN_ALIGN))
		return ptr;
	moved = slab_malloc(a, size);
	/* What is to become smaller may stay where it is. */
	if (!moved)
		return size <= room ? ptr : __NULL;
	memcpy(moved, ptr, MIN(size, room));
	slab_free(a, ptr);
	return moved;
}

static int slab_posix_memalign(struct uk_alloc *a, void **memptr, __sz align,
			       __sz size)
{
	struct slabs *s = slabs_of(a);

	UK_ASSERT(memptr);
	*memptr = __NULL;
	if (align < sizeof(void *) || !POWER_OF_2(align))
		return EINVAL;
	if (align <= MIN_ALIGN) {
		*memptr = take_any(a, size);
		return *memptr ? 0 : ENOMEM;
	}
	if (MAX(align, size) <= __PAGE_SIZE) {
		/* Objects whose size is a power of two are aligned to it. */
		unsigned long top = MAX(align, size) - 1;
		__sz aligned = 2UL << (63 - __builtin_clzl(top));
		struct class *class = &s->classes[class_for(aligned)];

		*memptr = take(s, class);
	} else {
		*memptr = alloc_aligned(s, align, size);
	}
	uk_alloc_stats_count_alloc(a, *memptr, room_of(s, *memptr));
	return *memptr ? 0 : ENOMEM;
}

static void *slab_palloc(struct uk_alloc *a, unsigned long num_pages)
{
	void *ptr = pages_of(slabs_of(a), num_pages);

	uk_alloc_stats_count_palloc(a, ptr, num_pages);
	return ptr;
}

static void slab_pfree(struct uk_alloc *a, void *ptr, unsigned long num_pages)
{
	uk_do_pfree(slabs_of(a)->runs.pages, ptr, num_pages);
	uk_alloc_stats_count_pfree(a, ptr, num_pages);
}

static long slab_pmaxalloc(struct uk_alloc *a)
{
	release_kept(slabs_of(a));
	return uk_alloc_pmaxalloc(slabs_of(a)->runs.pages);
}

static long slab_pavailmem(struct uk_alloc *a)
{
	struct slabs *s = slabs_of(a);
	long num_pages = uk_alloc_pavailmem(s->runs.pages);
	unsigned int i;

	if (num_pages < 0)
		return num_pages;
	num_pages += s->runs.kept_pages;
	for (i = 0; i < CLASSES; i++) {
		if (is_empty(s->classes[i].slabs))
			num_pages += SLAB_PAGES;
	}
	return num_pages;
}

static __ssz slab_maxalloc(struct uk_alloc *a)
{
	long num_pages = slab_pmaxalloc(a);

	if (num_pages < SLAB_PAGES)
		return num_pages < 0 ? num_pages : 0;
	return ((__ssz)num_pages << __PAGE_SHIFT) - HEADER_SIZE;
}

/* Pages, and objects of slabs that are in use */
static __ssz slab_availmem(struct uk_alloc *a)
{
	long num_pages = slab_pavailmem(a);
	struct class *class = slabs_of(a)->classes;
	struct class *end = class + CLASSES;
	struct slab *slab;
	__ssz bytes;

	if (num_pages < 0)
		return num_pages;
	bytes = (__ssz)num_pages << __PAGE_SHIFT;
	for (; class < end; class++) {
		/* The first one may be empty, and is counted already. */
		slab = class->slabs;
		if (is_empty(slab))
			slab = slab->next;
		for (; slab != &no_slab; slab = slab->next)
			bytes += (class->count - slab->until) * class->size;
	}
	return bytes;
}

static void set_limit(struct slabs *s)
{
	long num_pages = uk_alloc_pavailmem(s->runs.pages);

	s->runs.kept_limit = num_pages < 0 ? 0 : num_pages / KEPT_SHARE;
}

static int slab_addmem(struct uk_alloc *a, void *base, __sz size)
{
	int rc = uk_alloc_addmem(slabs_of(a)->runs.pages, base, size);

	set_limit(slabs_of(a));
	return rc;
}

static void make_classes(struct slabs *s)
{
	unsigned int i;

	for (i = 0; i < CLASSES; i++) {
		struct class *class = &s->classes[i];

		class->slabs = &no_slab;
		class->size = class_size(i);
		/* See slab_posix_memalign(). */
		class->first = HEADER_SIZE;
		if (POWER_OF_2(class->size) && class->size > HEADER_SIZE)
			class->first = class->size;
		class->count = (SLAB_SIZE - class->first) / class->size;
		class->end = class->first + class->count * class->size;
	}
}

struct uk_alloc *uk_allocslab_init(struct uk_alloc *pages)
{
	__sz size = sizeof(struct uk_alloc) + sizeof(struct slabs);
	unsigned long num_pages = DIV_ROUND_UP(size, __PAGE_SIZE);
	struct uk_alloc *a;

	UK_ASSERT(pages);
	a = uk_palloc(pages, num_pages);
	if (!a)
		return __NULL;
	memset(a, 0, size);
	slabs_of(a)->runs.pages = pages;
	make_classes(slabs_of(a));
	set_limit(slabs_of(a));
	uk_alloc_init_malloc(a, slab_malloc, uk_calloc_compat, slab_realloc,
			     slab_free, slab_posix_memalign, uk_memalign_compat,
			     slab_maxalloc, slab_availmem, slab_addmem);
	a->palloc = slab_palloc;
	a->pfree = slab_pfree;
	a->pmaxalloc = slab_pmaxalloc;
	a->pavailmem = slab_pavailmem;
	if (uk_alloc_stack(a, pages)) {
		uk_alloc_unregister(a);
		uk_pfree(pages, a, num_pages);
		return __NULL;
	}
	return a;
}
