/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Virtual memory: page tables, and what is mapped through them.
 *
 * Functions return 0, or a negative error code: -EINVAL for addresses that are
 * not aligned or cannot be, -ENOMEM for lack of frames, others as they say.
 * They take no lock, and flush the TLB of this processor. Not from interrupt
 * handlers.
 */
#ifndef __UKPLAT_PAGING_H__
#define __UKPLAT_PAGING_H__

#include <uk/config.h>
#include <uk/arch/paging.h>
#include <uk/arch/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef CONFIG_PAGING
#error The paging API needs the option PAGING
#endif

struct uk_falloc;

/* An address space */
struct uk_pagetable {
	__vaddr_t pt_vbase;		/* the table at the top, mapped here */
	__paddr_t pt_pbase;
	struct uk_falloc *fa;		/* of tables and __PADDR_ANY */
	struct ukarch_pagetable arch;
#ifdef CONFIG_PAGING_STATS
	unsigned long nr_lx_pages[PT_LEVELS];	/* mapped, by size */
	unsigned long nr_lx_splits[PT_LEVELS];	/* of such pages, since init */
	unsigned long nr_pt_pages[PT_LEVELS];	/* tables */
#endif
};

#define PAGE_ATTR_PROT_RW	(PAGE_ATTR_PROT_READ | PAGE_ATTR_PROT_WRITE)
#define PAGE_ATTR_PROT_RWX	(PAGE_ATTR_PROT_RW | PAGE_ATTR_PROT_EXEC)

/*
 * Unmap: entries stay, marked as not present, and so do their tables. Map:
 * bits of such entries that neither address nor attributes say are kept.
 */
#define PAGE_FLAG_KEEP_PTES	0x01
/* Unmap, free: frames are not freed */
#define PAGE_FLAG_KEEP_FRAMES	0x02
/* Pages of the size of PAGE_FLAG_SIZE() only, no larger or smaller ones */
#define PAGE_FLAG_FORCE_SIZE	0x04

/* In which pages to count, by level */
#define PAGE_FLAG_SIZE_SHIFT	4
#define PAGE_FLAG_SIZE_MASK	((1UL << PAGE_FLAG_SIZE_SHIFT) - 1)
#define PAGE_FLAG_SIZE(lvl)						\
	(((lvl) & PAGE_FLAG_SIZE_MASK) << PAGE_FLAG_SIZE_SHIFT)
#define PAGE_FLAG_SIZE_TO_LEVEL(flag)					\
	(((flag) >> PAGE_FLAG_SIZE_SHIFT) & PAGE_FLAG_SIZE_MASK)

/* ukplat_pt_clone(): an empty address space instead of a copy */
#define PAGE_FLAG_CLONE_NEW	0x01

/* The one in force; null before the platform has set one */
struct uk_pagetable *ukplat_pt_get_active(void);
/* It has to map at least the code, stack and data of the caller as before */
int ukplat_pt_set_active(struct uk_pagetable *pt);

/*
 * Makes *pt the address space that the processor uses now, with a frame
 * allocator of its own, to which it gives [start, start + len). Some of that
 * memory, which must be mapped one to one, is used up by the allocator itself.
 */
int ukplat_pt_init(struct uk_pagetable *pt, __paddr_t start, __sz len);
/* Gives more to the allocator, which clones share */
int ukplat_pt_add_mem(struct uk_pagetable *pt, __paddr_t start, __sz len);

/* Makes *pt a copy (flags: PAGE_FLAG_CLONE_*): other tables, same frames */
int ukplat_pt_clone(struct uk_pagetable *pt, struct uk_pagetable *pt_src,
		    unsigned long flags);
/*
 * Frees all tables, and, without PAGE_FLAG_KEEP_FRAMES, the frames of all
 * pages; of both, what came from the allocator. *pt must not be in force.
 */
int ukplat_pt_free(struct uk_pagetable *pt, unsigned long flags);

/*
 * Finds the entry that translates `vaddr`: in the table of *level (PAGE_LEVEL
 * if null), or above where there is none. Gives the level where it ended, the
 * table's address there, and the entry, which need not be present; each
 * pointer may be null.
 */
int ukplat_pt_walk(struct uk_pagetable *pt, __vaddr_t vaddr,
		   unsigned int *level, __vaddr_t *pt_vaddr, __pte_t *pte);

/*
 * The next three count in pages of PAGE_FLAG_SIZE(), to which addresses have
 * to be aligned. Without PAGE_FLAG_FORCE_SIZE, they use the largest pages that
 * fit, and split larger ones where they have to.
 */

/*
 * Maps contiguous physical memory, or with __PADDR_ANY frames from the
 * allocator, which need not be contiguous and keep their contents. When it
 * fails, nothing has been mapped. -EEXIST: something is mapped there.
 */
int ukplat_page_map(struct uk_pagetable *pt, __vaddr_t vaddr, __paddr_t paddr,
		    unsigned long pages, unsigned long attr,
		    unsigned long flags);

/*
 * Unmaps, and frees the frames that came from the allocator. Holes are fine.
 * With __VADDR_ANY, everything (including the caller). -EFAULT: a page is of
 * another size than it is forced to.
 */
int ukplat_page_unmap(struct uk_pagetable *pt, __vaddr_t vaddr,
		      unsigned long pages, unsigned long flags);

/*
 * Changes what is allowed. With __VADDR_ANY, for all pages. -EFAULT: a page is
 * of another size, or nothing is mapped there; the pages before have changed.
 */
int ukplat_page_set_attr(struct uk_pagetable *pt, __vaddr_t vaddr,
			 unsigned long pages, unsigned long new_attr,
			 unsigned long flags);

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_PAGING_H__ */
