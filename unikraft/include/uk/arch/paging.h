/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page tables as the processor reads them.
 *
 * Levels count from the leaves: level 0 entries map 4 KiB pages.
 */
#ifndef __UKARCH_PAGING_H__
#define __UKARCH_PAGING_H__

#include <uk/arch/types.h>

/* __pte_t, PAGE_* sizes, PT_Lx_* entries, ukarch_pt_*() and ukarch_tlb_*() */
#include <uk/asm/paging.h>

/* Any address will do */
#define __VADDR_ANY		__VADDR_INV
#define __PADDR_ANY		__PADDR_INV

/* Page sizes per level */
#define PAGE_Lx_SIZE(lvl)	(1UL << PAGE_Lx_SHIFT(lvl))
#define PAGE_Lx_MASK(lvl)	(~(PAGE_Lx_SIZE(lvl) - 1))
#define PAGE_Lx_ALIGNED(addr, lvl)					\
	(((addr) & (PAGE_Lx_SIZE(lvl) - 1)) == 0)
#define PAGE_Lx_ALIGN_UP(addr, lvl)					\
	(((addr) + PAGE_Lx_SIZE(lvl) - 1) & PAGE_Lx_MASK(lvl))
#define PAGE_Lx_ALIGN_DOWN(addr, lvl)	((addr) & PAGE_Lx_MASK(lvl))

#define PAGE_ALIGNED(addr)	PAGE_Lx_ALIGNED(addr, PAGE_LEVEL)
#define PAGE_ALIGN_UP(addr)	PAGE_Lx_ALIGN_UP(addr, PAGE_LEVEL)
#define PAGE_ALIGN_DOWN(addr)	PAGE_Lx_ALIGN_DOWN(addr, PAGE_LEVEL)

#endif /* __UKARCH_PAGING_H__ */
