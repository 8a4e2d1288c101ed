/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Allocators of page frames (PAGE_SIZE bytes of physical memory each).
 *
 * Functions return 0, or a negative error code. They take no lock: whoever
 * shares an allocator sees to that.
 */
#ifndef __UK_FALLOC_H__
#define __UK_FALLOC_H__

#include <uk/arch/limits.h>
#include <uk/arch/paging.h>
#include <uk/arch/types.h>
#include <uk/assert.h>
#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The first frame is at a multiple of the size, rounded up to a power of 2 */
#define FALLOC_FLAG_ALIGNED	0x01

struct uk_falloc {
	/*
	 * Allocates contiguous frames at *paddr, which nobody has yet. When
	 * *paddr is __PADDR_ANY, anywhere; *paddr becomes their address then,
	 * or __PADDR_INV on failure. -ENOMEM: not that many are free there;
	 * -EFAULT: they are not this allocator's.
	 */
	int (*falloc)(struct uk_falloc *fa, __paddr_t *paddr,
		      unsigned long frames, unsigned long flags);

	/*
	 * The same somewhere in [min, max). *paddr is only written to on
	 * success.
	 */
	int (*falloc_from_range)(struct uk_falloc *fa, __paddr_t *paddr,
				 unsigned long frames, unsigned long flags,
				 __paddr_t min, __paddr_t max);

	/*
	 * Frees frames, which need not have been allocated together. -EFAULT:
	 * they are not this allocator's; -ENOMEM: one of them is free already.
	 */
	int (*ffree)(struct uk_falloc *fa, __paddr_t paddr,
		     unsigned long frames);

	/*
	 * Adds frames. `metadata` is memory for the allocator's own use; the
	 * allocator in question says how much. `dm_off` is where the frames
	 * are mapped, or __VADDR_INV.
	 */
	int (*addmem)(struct uk_falloc *fa, void *metadata, __paddr_t paddr,
		      unsigned long frames, __vaddr_t dm_off);

	/* In bytes */
	__sz free_memory;
	__sz total_memory;
};

/* Allocates frames anywhere. __PADDR_INV if there are not enough */
static inline __paddr_t uk_falloc(struct uk_falloc *fa, unsigned long frames)
{
	__paddr_t paddr = __PADDR_ANY;

	return fa->falloc(fa, &paddr, frames, 0) ? __PADDR_INV : paddr;
}

/* Frees frames that are allocated */
static inline void uk_ffree(struct uk_falloc *fa, __paddr_t paddr,
			    unsigned long frames)
{
	int rc __maybe_unused = fa->ffree(fa, paddr, frames);

	UK_ASSERT(rc == 0);
}

#ifdef __cplusplus
}
#endif

#endif /* __UK_FALLOC_H__ */
