/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An allocator for objects of all sizes, on top of one for pages.
 */

#ifndef __UKALLOCSLAB_H__
#define __UKALLOCSLAB_H__

#include <uk/alloc.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes an allocator that takes its memory from `pages`, and puts it in the
 * place that this one has in the list of allocators: when `pages` was the
 * default, this is it now. `pages` has to be on the list, must not be used by
 * others from then on, and has to place n pages at a multiple of the next
 * power of two, as ukallocbbuddy does. Returns NULL when it has no memory, or
 * is not on the list.
 *
 * malloc() and free() of up to 8,160 bytes take constant time, and so do larger
 * ones as far as palloc() of `pages` does. Small objects of equal size share
 * slabs of 16 KiB; an empty slab goes back, but for one of each size, which
 * goes when memory is short. Larger ones have pages of their own, and 64 bytes
 * of state before them. Memory is aligned to 16 bytes, that of a size which is
 * a power of two up to a page to its size when memalign() asks for it.
 *
 * free() and realloc() of a pointer that did not come from here, and with
 * assertions free() of what is free already, crash and say so. A pointer into
 * the middle of a small object is noticed only with LIBUKALLOC_DEBUG.
 */
struct uk_alloc *uk_allocslab_init(struct uk_alloc *pages);

#ifdef __cplusplus
}
#endif

#endif /* __UKALLOCSLAB_H__ */
