/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An allocator that counts what it has given and not got back, and that fails
 * when it is told to. Memory comes from the default one.
 */
#ifndef __UKSCHED_TESTS_COUNTING_H__
#define __UKSCHED_TESTS_COUNTING_H__

#include <stddef.h>
#include <uk/alloc.h>

struct counting {
	struct uk_alloc a;
	long given;
	long calls;
	long fail_at;		/* the call that fails, from 1 on; 0: none */
};

static inline struct counting *counting_of(struct uk_alloc *a)
{
	return __containerof(a, struct counting, a);
}

static inline void *counting_gave(struct uk_alloc *a, void *ptr)
{
	if (ptr)
		counting_of(a)->given++;
	return ptr;
}

static inline int counting_fails(struct uk_alloc *a)
{
	struct counting *c = counting_of(a);

	return ++c->calls == c->fail_at;
}

static inline void *counting_malloc(struct uk_alloc *a, __sz size)
{
	if (counting_fails(a))
		return NULL;
	return counting_gave(a, uk_malloc(uk_alloc_get_default(), size));
}

static inline void *counting_calloc(struct uk_alloc *a, __sz n, __sz size)
{
	if (counting_fails(a))
		return NULL;
	return counting_gave(a, uk_calloc(uk_alloc_get_default(), n, size));
}

static inline void *counting_memalign(struct uk_alloc *a, __sz align,
				      __sz size)
{
	if (counting_fails(a))
		return NULL;
	return counting_gave(a, uk_memalign(uk_alloc_get_default(), align,
					    size));
}

static inline void *counting_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	void *now;

	if (counting_fails(a))
		return NULL;
	now = uk_realloc(uk_alloc_get_default(), ptr, size);
	return ptr ? now : counting_gave(a, now);
}

static inline void counting_free(struct uk_alloc *a, void *ptr)
{
	if (ptr)
		counting_of(a)->given--;
	uk_free(uk_alloc_get_default(), ptr);
}

#define COUNTING							\
	{								\
		.a = {							\
			.malloc = counting_malloc,			\
			.calloc = counting_calloc,			\
			.realloc = counting_realloc,			\
			.memalign = counting_memalign,			\
			.free = counting_free,				\
		},							\
	}

#endif /* __UKSCHED_TESTS_COUNTING_H__ */
