/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An allocator that hands out a region from one end to the other.
 */

#ifndef __UKALLOCREGION_H__
#define __UKALLOCREGION_H__

#include <stddef.h>
#include <uk/alloc.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes an allocator of the `len` bytes at `base` and registers it. All of its
 * state lies in that memory. Returns NULL when that is too small.
 *
 * free() does nothing. realloc() moves, except for the latest allocation, which
 * grows and shrinks where it is. uk_alloc_addmem() adds a region which is used
 * once the one before cannot serve a request; what that one has left is lost.
 */
struct uk_alloc *uk_allocregion_init(void *base, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* __UKALLOCREGION_H__ */
