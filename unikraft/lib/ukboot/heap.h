/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which allocator the heap is, by option: heap_init() makes it of the first
 * region, and it is the first in the list of allocators then. Returns NULL when
 * the memory is too small.
 */

#ifndef HEAP_H
#define HEAP_H

#include <uk/alloc.h>
#include <uk/config.h>

#if CONFIG_LIBUKBOOT_INITSLAB
#include <uk/allocbbuddy.h>
#include <uk/allocslab.h>

static inline struct uk_alloc *heap_init(void *base, __sz len)
{
	struct uk_alloc *pages = uk_allocbbuddy_init(base, len);

	return pages ? uk_allocslab_init(pages) : __NULL;
}
#elif CONFIG_LIBUKBOOT_INITBBUDDY
#include <uk/allocbbuddy.h>
#define heap_init	uk_allocbbuddy_init
#elif CONFIG_LIBUKBOOT_INITREGION
#include <uk/allocregion.h>
#define heap_init	uk_allocregion_init
#elif CONFIG_LIBUKBOOT_INITMIMALLOC
#include <uk/mimalloc.h>
#define heap_init	uk_mimalloc_init
#elif CONFIG_LIBUKBOOT_INITTINYALLOC
#include <uk/tinyalloc.h>
#define heap_init	uk_tinyalloc_init
#elif CONFIG_LIBUKBOOT_INITTLSF
#include <uk/tlsf.h>
#define heap_init	uk_tlsf_init
#endif

#endif /* HEAP_H */
