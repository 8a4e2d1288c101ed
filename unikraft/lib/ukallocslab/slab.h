/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Slabs: runs of pages (run.h) that are divided into objects of one size, and
 * the classes of sizes. For slab.c alone, which is where it says what they are
 * good for. Knows nothing of struct uk_alloc but that pages come from one.
 */
#ifndef UKALLOCSLAB_SLAB_H
#define UKALLOCSLAB_SLAB_H

#include <uk/alloc_impl.h>
#include "run.h"

#define SLAB_PAGES	4
#define SLAB_SIZE	((__sz)SLAB_PAGES << __PAGE_SHIFT)
#define MIN_ALIGN	16

/* What part of the memory is kept: one of so many */
#define KEPT_SHARE	8

/*
 * Classes: each 16 bytes up to 128, then four from one power of two to the
 * next. The last one is what two objects leave of a slab.
 */
#define FINE_MAX	128
#define FINE_SHIFT	4
#define FINE_CLASSES	(FINE_MAX >> FINE_SHIFT)
#define CLASSES		(FINE_CLASSES + 6 * 4)
#define OBJECT_MAX	8160

/* How many objects are made at once, of those that nobody has had yet */
#define MAKE_AT_ONCE	16

/* A free object */
struct object {
	struct object *next;
	unsigned long check;
};

/* At the begin of a slab, which stays a struct run */
struct slab {
	unsigned long check;
	void *pages;
	unsigned long num_pages;
	struct object *free;
	struct class *class;
	struct slab *next;	/* with free objects, of the class */
	struct slab **link;	/* what points to this slab; NULL: it is full */
	__u32 fresh;		/* where objects begin that nobody has had */
	/*
	 * Objects in use; of a full slab, 1: how many more have to be freed
	 * until the slab needs care
	 */
	__u32 until;
};

#define HEADER_SIZE	64
UK_CTASSERT(sizeof(struct slab) == HEADER_SIZE);
UK_CTASSERT(sizeof(struct run) == HEADER_SIZE);
UK_CTASSERT(__offsetof(struct slab, num_pages)
	    == __offsetof(struct run, num_pages));
UK_CTASSERT(HEADER_SIZE + 2 * OBJECT_MAX == SLAB_SIZE);

/* Short enough for an operand; see run.h */
#define MAGIC_SLAB	0x51abUL
#define MAGIC_LARGE	0x1a46UL

struct class {
	struct slab *slabs;	/* with free objects; `no_slab` at the end */
	__u32 size;
	__u32 count;		/* objects of a slab */
	__u32 first;		/* where they begin */
	__u32 end;		/* and the last one ends */
	__u32 pad[2];
};

/* To find one by its number is to shift */
UK_CTASSERT(POWER_OF_2(sizeof(struct class)));

struct slabs {
	struct runs runs;
	struct class classes[CLASSES];
};

/* Has no objects: ends lists, so that malloc() needs one check only */
static struct slab no_slab;

static struct slab *header_of(const void *ptr)
{
	return (struct slab *)(((__uptr)ptr - 1) & ~(SLAB_SIZE - 1));
}

static int is_slab(const struct slabs *s, const struct slab *slab)
{
	return slab->check == run_check(&s->runs, slab, MAGIC_SLAB);
}

static unsigned long free_check_of(const struct object *object)
{
	return ~(unsigned long)object;
}

/* `size` is OBJECT_MAX at most. */
static unsigned int class_for(__sz size)
{
	unsigned long top = size ? size - 1 : 0;
	unsigned int order;

	if (top < FINE_MAX)
		return top >> FINE_SHIFT;
	order = 63 - __builtin_clzl(top);
	return FINE_CLASSES + 4 * (order - 7) + (top >> (order - 2)) - 4;
}

static __sz class_size(unsigned int class)
{
	unsigned int order;

	if (class < FINE_CLASSES)
		return (class + 1) << FINE_SHIFT;
	class -= FINE_CLASSES;
	order = 7 + class / 4;
	return MIN((__sz)(class % 4 + 5) << (order - 2), (__sz)OBJECT_MAX);
}

static void list_add(struct slab **link, struct slab *slab)
{
	slab->next = *link;
	slab->link = link;
	slab->next->link = &slab->next;
	*link = slab;
}

static void list_remove(struct slab *slab)
{
	uk_alloc_rule(*slab->link == slab, slab, UK_ALLOC_OVERWRITTEN);
	*slab->link = slab->next;
	slab->next->link = slab->link;
	slab->link = __NULL;
}

/* Only the first slab of a class may be: others have gone at once. */
static int is_empty(const struct slab *slab)
{
	return slab != &no_slab && !slab->until;
}

/* Gives back what is kept: empty slabs, and pages. Returns whether any was. */
static int release_kept(struct slabs *s)
{
	int any = runs_release(&s->runs);
	unsigned int i;

	for (i = 0; i < CLASSES; i++) {
		struct slab *slab = s->classes[i].slabs;

		if (!is_empty(slab))
			continue;
		list_remove(slab);
		slab->check = 0;
		uk_do_pfree(s->runs.pages, slab, SLAB_PAGES);
		any = 1;
	}
	return any;
}

/* What is kept goes when memory is short */
static void *pages_of(struct slabs *s, unsigned long num_pages)
{
	void *ptr = uk_do_palloc(s->runs.pages, num_pages);

	if (unlikely(!ptr && release_kept(s)))
		ptr = uk_do_palloc(s->runs.pages, num_pages);
	return ptr;
}

static struct run *__attribute__((noinline))
take_run_again(struct slabs *s, unsigned long num_pages)
{
	return release_kept(s) ? run_take(&s->runs, num_pages) : __NULL;
}

static inline struct run *take_run(struct slabs *s, unsigned long num_pages)
{
	struct run *run = run_take(&s->runs, num_pages);

	return likely(run) ? run : take_run_again(s, num_pages);
}

/* Its objects are to be made */
static struct slab *make_slab(struct slabs *s, struct class *class)
{
	struct slab *slab = (struct slab *)take_run(s, SLAB_PAGES);

	if (!slab)
		return __NULL;
	slab->check = run_check(&s->runs, slab, MAGIC_SLAB);
	slab->class = class;
	slab->fresh = class->first;
	slab->until = 0;
	list_add(&class->slabs, slab);
	return slab;
}

static void release_slab(struct slabs *s, struct slab *slab)
{
	list_remove(slab);
	if (!run_keep(&s->runs, (struct run *)slab, SLAB_PAGES))
		uk_do_pfree(s->runs.pages, slab, SLAB_PAGES);
}

/* Makes free objects of those that nobody has had. Returns whether it could. */
static int make_objects(struct slab *slab, const struct class *class)
{
	__uptr size = class->size, at = (__uptr)slab + slab->fresh;
	__uptr end = (__uptr)slab + class->end;
	struct object **link = &slab->free;

	if (at >= end)
		return 0;
	end = MIN(end, at + MAKE_AT_ONCE * size);
	for (; at < end; at += size) {
		struct object *object = (struct object *)at;

		object->check = free_check_of(object);
		*link = object;
		link = &object->next;
	}
	*link = __NULL;
	slab->fresh = (__u32)(at - (__uptr)slab);
	return 1;
}

/* A slab of the class with free objects, the first of the list */
static struct slab *__attribute__((noinline)) refill(struct slabs *s,
						     struct class *class)
{
	struct slab *slab = class->slabs;

	if (slab != &no_slab) {
		if (make_objects(slab, class))
			return slab;
		list_remove(slab);
		slab->until = 1;
		slab = class->slabs;
		if (slab != &no_slab) {
			/* It may have none but fresh ones. */
			if (!slab->free)
				make_objects(slab, class);
			return slab;
		}
	}
	slab = make_slab(s, class);
	if (slab)
		make_objects(slab, class);
	return slab;
}

/* A slab that was full, or has become empty */
static void __attribute__((noinline)) care_for(struct slabs *s,
					       struct slab *slab)
{
	struct slab *first = slab->class->slabs;

	if (!slab->link) {
		/* Only the first of a list may have run out of objects. */
		slab->until = slab->class->count - 1;
		list_add(first == &no_slab ? &slab->class->slabs : &first->next,
			 slab);
		return;
	}
	/* Kept when no other has free objects, lest the next one makes it. */
	if (first != slab || slab->next != &no_slab)
		release_slab(s, slab);
}

/* The first free object of a slab that has one */
static inline struct object *take_first(struct slab *slab)
{
	struct object *object = slab->free;

	uk_alloc_rule(object->check == free_check_of(object), object,
		      UK_ALLOC_OVERWRITTEN);
	object->check = 0;
	slab->free = object->next;
	slab->until++;
	return object;
}

static inline struct object *take(struct slabs *s, struct class *class)
{
	struct slab *slab = class->slabs;

	if (unlikely(!slab->free)) {
		slab = refill(s, class);
		if (unlikely(!slab))
			return __NULL;
	}
	return take_first(slab);
}

static int __maybe_unused is_free(const struct slab *slab,
				  const struct object *suspect)
{
	const struct object *object;

	if (likely(suspect->check != free_check_of(suspect)))
		return 0;
	object = slab->free;
	while (object && object != suspect)
		object = object->next;
	return object != __NULL;
}

static inline void give_back(struct slabs *s, struct slab *slab, void *ptr)
{
	struct object *object = ptr;

	uk_alloc_rule(!is_free(slab, object), ptr, UK_ALLOC_FREED_TWICE);
	object->check = free_check_of(object);
	object->next = slab->free;
	slab->free = object;
	if (unlikely(!--slab->until))
		care_for(s, slab);
}

#endif /* UKALLOCSLAB_SLAB_H */
