/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pools of objects of one size. The pool lies in front of its objects; those
 * that are free are chained, the latest one first, and each says in its second
 * word that it is. Objects that nobody has had are not chained yet, so that a
 * large pool costs no more to make than a small one.
 */

#include <string.h>
#include <uk/alloc_impl.h>
#include <uk/allocpool.h>

/* A free object */
struct object {
	struct object *next;
	unsigned long check;
};

struct uk_allocpool {
	struct object *free;
	__uptr fresh;		/* the first object that nobody has had */
	__uptr first, end;	/* all objects */
	__sz obj_len;
	__sz obj_align;
	unsigned int avail;
	struct uk_alloc *parent;	/* NULL: the memory is someone else's */
	struct uk_alloc self;	/* ends in a flexible array */
};

static struct uk_allocpool *pool_of(struct uk_alloc *a)
{
	return __containerof(a, struct uk_allocpool, self);
}

static unsigned long check_of(const struct uk_allocpool *p,
			      const struct object *object)
{
	return ~(unsigned long)p ^ (unsigned long)object;
}

static inline void *take(struct uk_allocpool *p)
{
	struct object *object = p->free;

	if (likely(object)) {
		uk_alloc_rule(object->check == check_of(p, object), object,
			      UK_ALLOC_OVERWRITTEN);
		p->free = object->next;
		object->check = 0;
	} else if (p->fresh < p->end) {
		object = (struct object *)p->fresh;
		p->fresh += p->obj_len;
	} else {
		return __NULL;
	}
	p->avail--;
	return object;
}

static int __maybe_unused is_object(const struct uk_allocpool *p,
				    const void *ptr)
{
	return (__uptr)ptr >= p->first && (__uptr)ptr < p->fresh &&
	       ((__uptr)ptr - p->first) % p->obj_len == 0;
}

/* What looks like a free object is searched for, lest its contents accuse it. */
static int __maybe_unused is_free(const struct uk_allocpool *p,
				  const struct object *suspect)
{
	const struct object *object;

	if (likely(suspect->check != check_of(p, suspect)))
		return 0;
	object = p->free;
	while (object && object != suspect)
		object = object->next;
	return object != __NULL;
}

static inline void give_back(struct uk_allocpool *p, void *ptr)
{
	struct object *object = ptr;

	uk_alloc_rule(is_object(p, ptr), ptr, UK_ALLOC_FOREIGN);
	uk_alloc_rule(!is_free(p, object), ptr, UK_ALLOC_FREED_TWICE);
	object->check = check_of(p, object);
	object->next = p->free;
	p->free = object;
	p->avail++;
}

void *uk_allocpool_take(struct uk_allocpool *p)
{
	void *obj;

	UK_ASSERT(p);
	obj = take(p);
	uk_alloc_stats_count_alloc(&p->self, obj, p->obj_len);
	return obj;
}

unsigned int uk_allocpool_take_batch(struct uk_allocpool *p, void *obj[],
				     unsigned int count)
{
	unsigned int i;

	UK_ASSERT(p && (obj || !count));
	for (i = 0; i < count; i++) {
		obj[i] = uk_allocpool_take(p);
		if (!obj[i])
			break;
	}
	return i;
}

void uk_allocpool_return(struct uk_allocpool *p, void *obj)
{
	UK_ASSERT(p && obj);
	uk_alloc_stats_count_free(&p->self, obj, p->obj_len);
	give_back(p, obj);
}

void uk_allocpool_return_batch(struct uk_allocpool *p, void *obj[],
			       unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		uk_allocpool_return(p, obj[i]);
}

unsigned int uk_allocpool_availcount(struct uk_allocpool *p)
{
	UK_ASSERT(p);
	return p->avail;
}

__sz uk_allocpool_objlen(struct uk_allocpool *p)
{
	UK_ASSERT(p);
	return p->obj_len;
}

struct uk_alloc *uk_allocpool2ukalloc(struct uk_allocpool *p)
{
	UK_ASSERT(p);
	return &p->self;
}

static void *pool_malloc(struct uk_alloc *a, __sz size)
{
	struct uk_allocpool *p = pool_of(a);
	void *obj = likely(size <= p->obj_len) ? take(p) : __NULL;

	uk_alloc_stats_count_alloc(a, obj, p->obj_len);
	if (unlikely(!obj))
		errno = ENOMEM;
	return obj;
}

static void pool_free(struct uk_alloc *a, void *ptr)
{
	if (ptr)
		uk_allocpool_return(pool_of(a), ptr);
}

static int pool_posix_memalign(struct uk_alloc *a, void **memptr, __sz align,
			       __sz size)
{
	struct uk_allocpool *p = pool_of(a);

	UK_ASSERT(memptr);
	*memptr = __NULL;
	if (align < sizeof(void *) || !POWER_OF_2(align))
		return EINVAL;
	if (size <= p->obj_len && align <= p->obj_align)
		*memptr = take(p);
	uk_alloc_stats_count_alloc(a, *memptr, p->obj_len);
	return *memptr ? 0 : ENOMEM;
}

/* All sizes that are possible fit where the memory is. */
static void *pool_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	if (!ptr)
		return pool_malloc(a, size);
	if (!size) {
		pool_free(a, ptr);
		return __NULL;
	}
	if (size <= pool_of(a)->obj_len)
		return ptr;
	uk_alloc_stats_count_enomem(a, size);
	errno = ENOMEM;
	return __NULL;
}

static __ssz pool_maxalloc(struct uk_alloc *a)
{
	return pool_of(a)->avail ? pool_of(a)->obj_len : 0;
}

static __ssz pool_availmem(struct uk_alloc *a)
{
	return pool_of(a)->avail * pool_of(a)->obj_len;
}

/* What an object takes; 0 when there cannot be such an object */
static __sz object_len(__sz obj_len, __sz *obj_align)
{
	UK_ASSERT(POWER_OF_2(*obj_align));
	*obj_align = MAX(*obj_align, sizeof(void *));
	obj_len = MAX(obj_len, sizeof(struct object));
	return ALIGN_UP(obj_len, *obj_align);
}

__sz uk_allocpool_reqmem(unsigned int obj_count, __sz obj_len, __sz obj_align)
{
	__sz len = object_len(obj_len, &obj_align);
	__sz total;

	if (len < obj_len || __builtin_mul_overflow(len, obj_count, &total) ||
	    __builtin_add_overflow(total, sizeof(struct uk_allocpool) +
				   sizeof(void *) + obj_align, &total))
		return ~(__sz)0;
	return total;
}

struct uk_allocpool *uk_allocpool_init(void *base, __sz len, __sz obj_len,
				       __sz obj_align)
{
	__uptr start = ALIGN_UP((__uptr)base, (__uptr)sizeof(void *));
	__uptr end = (__uptr)base + len;
	__sz padded = object_len(obj_len, &obj_align);
	struct uk_allocpool *p;

	if (!base || end < (__uptr)base || padded < obj_len || start > end ||
	    end - start < sizeof(*p)) {
		errno = ENOSPC;
		return __NULL;
	}
	p = (struct uk_allocpool *)start;
	memset(p, 0, sizeof(*p));
	p->obj_len = padded;
	p->obj_align = obj_align;
	p->first = ALIGN_UP(start + sizeof(*p), (__uptr)obj_align);
	if (p->first > start && p->first < end)
		p->avail = MIN((end - p->first) / padded, (__sz)~0U);
	p->fresh = p->first;
	p->end = p->first + p->avail * padded;
	uk_alloc_init_malloc(&p->self, pool_malloc, uk_calloc_compat,
			     pool_realloc, pool_free, pool_posix_memalign,
			     uk_memalign_compat, pool_maxalloc, pool_availmem,
			     __NULL);
	return p;
}

struct uk_allocpool *uk_allocpool_alloc(struct uk_alloc *parent,
					unsigned int obj_count, __sz obj_len,
					__sz obj_align)
{
	__sz len = uk_allocpool_reqmem(obj_count, obj_len, obj_align);
	void *base = uk_malloc(parent, len);
	struct uk_allocpool *p;

	if (!base)
		return __NULL;
	p = uk_allocpool_init(base, len, obj_len, obj_align);
	UK_ASSERT(p && p->avail >= obj_count);
	/* The slack for the alignment may have had room for one more. */
	p->avail = obj_count;
	p->end = p->first + obj_count * p->obj_len;
	p->parent = parent;
	return p;
}

void uk_allocpool_free(struct uk_allocpool *p)
{
	UK_ASSERT(p);
	uk_alloc_rule(p->parent, p,
		      "a pool is freed whose memory is someone else's");
	uk_alloc_rule((p->end - p->first) / p->obj_len == p->avail, p,
		      "a pool is freed while objects of it are taken");
	uk_alloc_unregister(&p->self);
	uk_free(p->parent, p);
}
