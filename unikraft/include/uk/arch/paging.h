/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page tables as the processor reads them.
 *
 * Levels count from the leaves: level 0 entries map 4 KiB pages. Functions
 * that can fail return 0, or something else when they did.
 *
 * From uk/asm/paging.h:
 *
 *	__pte_t, struct ukarch_pagetable	an entry; what it adds to a table
 *	PT_LEVELS, PT_Lx_PTES(lvl)		levels; entries of a table
 *	PT_Lx_IDX(vaddr, lvl)			the entry that translates vaddr
 *	PT_Lx_PTE_PRESENT(pte, lvl)		whether the processor uses it
 *	PT_Lx_PTE_CLEAR_PRESENT(pte, lvl)	the same entry, unused
 *	PT_Lx_PTE_INVALID(lvl)			an entry that says nothing
 *	PT_Lx_PTE_PADDR(pte, lvl)		the page or table it points to
 *	PAGE_Lx_SHIFT(lvl), PAGE_Lx_HAS(lvl)	pages: size; whether there are any
 *	PAGE_Lx_IS(pte, lvl)			a present entry is a page's
 *	PAGE_ATTR_PROT_{NONE,READ,WRITE,EXEC}	what a mapping allows
 *	__VADDR_INV, __PADDR_INV		no address at all
 *
 *	ukarch_{v,p}addr_range_isvalid(start, end)	both included
 *	ukarch_pte_read(pt_vaddr, lvl, idx, &pte)	one entry of a table
 *	ukarch_pte_write(pt_vaddr, lvl, idx, pte)	without any TLB flush
 *	ukarch_pt_read_base()				the table in force
 *	ukarch_pt_write_base(pt_paddr)			may leave global entries
 *	ukarch_tlb_flush_entry(vaddr), ukarch_tlb_flush()
 */
#ifndef __UKARCH_PAGING_H__
#define __UKARCH_PAGING_H__

#include <uk/arch/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#include <uk/asm/paging.h>

/* Any address will do */
#define __VADDR_ANY		__VADDR_INV
#define __PADDR_ANY		__PADDR_INV

/* Page sizes per level */
#ifndef PAGE_Lx_SIZE
#define PAGE_Lx_SIZE(lvl)	(1UL << PAGE_Lx_SHIFT(lvl))
#endif
#define PAGE_Lx_MASK(lvl)	(~(PAGE_Lx_SIZE(lvl) - 1))
#define PAGE_Lx_ALIGNED(addr, lvl)					\
	(((addr) & (PAGE_Lx_SIZE(lvl) - 1)) == 0)
#define PAGE_Lx_ALIGN_UP(addr, lvl)					\
	(((addr) + PAGE_Lx_SIZE(lvl) - 1) & PAGE_Lx_MASK(lvl))
#define PAGE_Lx_ALIGN_DOWN(addr, lvl)	((addr) & PAGE_Lx_MASK(lvl))

#define PAGE_ALIGNED(addr)	PAGE_Lx_ALIGNED(addr, PAGE_LEVEL)
#define PAGE_ALIGN_UP(addr)	PAGE_Lx_ALIGN_UP(addr, PAGE_LEVEL)
#define PAGE_ALIGN_DOWN(addr)	PAGE_Lx_ALIGN_DOWN(addr, PAGE_LEVEL)

#ifndef __ASSEMBLY__

#define ukarch_vaddr_isvalid(vaddr)	ukarch_vaddr_range_isvalid(vaddr, vaddr)
#define ukarch_paddr_isvalid(paddr)	ukarch_paddr_range_isvalid(paddr, paddr)

/* How many tables of level `lvl` it takes to map so many pages (or tables) */
#define PT_Lx_PT_PAGES(lvl, pages)					\
	(((pages) + PT_Lx_PTES(lvl) - 1) / PT_Lx_PTES(lvl))

/* How many tables of all levels it takes to map so many 4 KiB pages */
static inline unsigned long ukarch_pt_pages(unsigned long pages)
{
	unsigned long sum = 0;
	unsigned int lvl;

	for (lvl = 0; lvl < PT_LEVELS; lvl++) {
		pages = PT_Lx_PT_PAGES(lvl, pages);
		sum += pages;
	}
	return sum;
}

#define PT_PAGES(pages)			ukarch_pt_pages(pages)

#endif /* !__ASSEMBLY__ */

#ifdef __cplusplus
}
#endif

#endif /* __UKARCH_PAGING_H__ */
