/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pools: objects of one size, in memory that is set aside for them.
 *
 * Taking and returning take constant time and allocate nothing, so that a pool
 * may be used where an allocator must not be: from interrupt handlers, when
 * nobody else uses the same pool meanwhile. There is no lock. The contents of
 * an object are undefined when it is taken.
 *
 * With assertions, returning what is no object of the pool, or what is in it
 * already, crashes and says so.
 */

#ifndef __UKALLOCPOOL_H__
#define __UKALLOCPOOL_H__

#include <uk/alloc.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_allocpool;

/*
 * How many bytes a pool of `obj_count` objects takes, wherever it lies. The
 * alignment is a power of two. SIZE_MAX when that is more than there can be.
 */
__sz uk_allocpool_reqmem(unsigned int obj_count, __sz obj_len, __sz obj_align);

/*
 * A pool in memory of `parent`, or NULL and errno: ENOMEM. uk_allocpool_free()
 * gives the memory back; all objects have to be in the pool then.
 */
struct uk_allocpool *uk_allocpool_alloc(struct uk_alloc *parent,
					unsigned int obj_count,
					__sz obj_len, __sz obj_align);
void uk_allocpool_free(struct uk_allocpool *p);

/*
 * A pool in the `len` bytes at `base`, with as many objects as there is room
 * for, which may be none. NULL and errno ENOSPC when there is no room for the
 * pool itself.
 */
struct uk_allocpool *uk_allocpool_init(void *base, __sz len,
				       __sz obj_len, __sz obj_align);

/*
 * The pool as an allocator, for all requests that are no longer and no more
 * aligned than an object.
 */
struct uk_alloc *uk_allocpool2ukalloc(struct uk_allocpool *p);

/* How many objects there are to take */
unsigned int uk_allocpool_availcount(struct uk_allocpool *p);

/* How many bytes of an object may be used: no fewer than were asked for */
__sz uk_allocpool_objlen(struct uk_allocpool *p);

/* One object, or NULL: the latest one that was returned */
void *uk_allocpool_take(struct uk_allocpool *p);
void uk_allocpool_return(struct uk_allocpool *p, void *obj);

/* Up to `count` objects into `obj`; returns how many */
unsigned int uk_allocpool_take_batch(struct uk_allocpool *p, void *obj[],
				     unsigned int count);
/* All of the `count` objects in `obj` */
void uk_allocpool_return_batch(struct uk_allocpool *p, void *obj[],
			       unsigned int count);

#ifdef __cplusplus
}
#endif

#endif /* __UKALLOCPOOL_H__ */
