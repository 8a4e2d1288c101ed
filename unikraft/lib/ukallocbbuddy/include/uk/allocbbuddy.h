/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A page allocator that splits and joins blocks of 2^n pages.
 */

#ifndef __UKALLOCBBUDDY_H__
#define __UKALLOCBBUDDY_H__

#include <uk/alloc.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes an allocator of the `len` bytes at `base` and registers it. All of its
 * state lies in that memory, which it keeps for ever. Returns NULL when the
 * memory is too small. uk_alloc_addmem() adds further regions; they must not
 * overlap, and give -ENOMEM when they are too small to hold any page.
 *
 * Pages are returned as soon as they are asked for: a request for n pages
 * takes n, at an address that is a multiple of the next power of two. Pages
 * may be freed in other portions. palloc and pfree take constant time where as
 * many pages were freed not long ago; else time that grows with the logarithm
 * of the size of memory, and a little with n.
 */
struct uk_alloc *uk_allocbbuddy_init(void *base, __sz len);

#ifdef __cplusplus
}
#endif

#endif /* __UKALLOCBBUDDY_H__ */
