/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pages of mappings, by the paging API. Knows no areas.
 *
 * What is mapped can always be read, so that a page that nobody may read must
 * not be mapped. Its frame is mapped at another address meanwhile.
 */

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <uk/assert.h>
#include <uk/plat/paging.h>
#include "pages.h"

static unsigned long attr_of(int prot)
{
	unsigned long attr = PAGE_ATTR_PROT_READ;

	if (prot & PROT_WRITE)
		attr |= PAGE_ATTR_PROT_WRITE;
	if (prot & PROT_EXEC)
		attr |= PAGE_ATTR_PROT_EXEC;
	return attr;
}

int pages_populate(__uptr addr, __sz len, int prot)
{
	struct uk_pagetable *pt = ukplat_pt_get_active();
	unsigned long num = len >> PAGE_SHIFT;
	int rc;

	if (!pt)
		return -ENOMEM;
	rc = ukplat_page_map(pt, addr, __PADDR_ANY, num, PAGE_ATTR_PROT_RW, 0);
	if (rc)
		return rc;
	memset((void *)addr, 0, len);
	if (attr_of(prot) == PAGE_ATTR_PROT_RW)
		return 0;
	rc = pages_protect(addr, len, prot);
	if (rc)
		pages_release(addr, len, PAGES_VISIBLE);
	return rc;
}

int pages_protect(__uptr addr, __sz len, int prot)
{
	return ukplat_page_set_attr(ukplat_pt_get_active(), addr,
				    len >> PAGE_SHIFT, attr_of(prot), 0);
}

int pages_split(__uptr addr, enum page_state state, int prot)
{
	struct uk_pagetable *pt = ukplat_pt_get_active();
	unsigned int lvl = PAGE_LEVEL;
	__pte_t pte;

	/* Others are hidden one by one, or not there */
	if (state != PAGES_VISIBLE)
		return 0;
	if (ukplat_pt_walk(pt, addr, &lvl, NULL, &pte) || lvl == PAGE_LEVEL ||
	    !(addr & ~PAGE_Lx_MASK(lvl)))
		return 0;
	return ukplat_page_set_attr(pt, addr, 1, attr_of(prot), 0);
}

void pages_release(__uptr addr, __sz len, enum page_state state)
{
	int rc = 0;

	if (state == PAGES_HIDDEN)
		addr += VM_HIDDEN;
	if (state != PAGES_RESERVED)
		rc = ukplat_page_unmap(ukplat_pt_get_active(), addr,
				       len >> PAGE_SHIFT, 0);
	/* Short of frames for the tables of a page that is to be split */
	if (rc)
		UK_CRASH("Cannot unmap %lu bytes at %p: %d\n",
			 (unsigned long)len, (void *)addr, rc);
}

/* The frame that is mapped at an address */
static __paddr_t frame_of(struct uk_pagetable *pt, __uptr addr)
{
	unsigned int lvl = PAGE_LEVEL;
	__pte_t pte;

	if (ukplat_pt_walk(pt, addr, &lvl, NULL, &pte) ||
	    !PT_Lx_PTE_PRESENT(pte, lvl))
		UK_CRASH("There is no page of a mapping at %p\n", (void *)addr);
	return PT_Lx_PTE_PADDR(pte, lvl) + (addr & ~PAGE_Lx_MASK(lvl) &
					    PAGE_MASK);
}

/* Maps the frames of mapped pages at `to` with what `attr` allows there. */
static int map_again(struct uk_pagetable *pt, __uptr from, __uptr to, __sz len,
		     unsigned long attr)
{
	__sz done;
	int rc;

	for (done = 0; done < len; done += PAGE_SIZE) {
		rc = ukplat_page_map(pt, to + done, frame_of(pt, from + done),
				     1, attr, PAGE_FLAG_FORCE_SIZE |
				     PAGE_FLAG_SIZE(PAGE_LEVEL));
		if (!rc)
			continue;
		if (done)
			ukplat_page_unmap(pt, to, done >> PAGE_SHIFT,
					  PAGE_FLAG_KEEP_FRAMES);
		return rc;
	}
	return 0;
}

static int remap(__uptr from, __uptr to, __sz len, unsigned long attr)
{
	struct uk_pagetable *pt = ukplat_pt_get_active();
	int rc = map_again(pt, from, to, len, attr);

	if (rc)
		return rc;
	rc = ukplat_page_unmap(pt, from, len >> PAGE_SHIFT,
			       PAGE_FLAG_KEEP_FRAMES);
	if (rc)
		UK_CRASH("Cannot unmap %lu bytes at %p: %d\n",
			 (unsigned long)len, (void *)from, rc);
	return 0;
}

int pages_hide(__uptr addr, __sz len)
{
	return remap(addr, addr + VM_HIDDEN, len, PAGE_ATTR_PROT_RW);
}

int pages_show(__uptr addr, __sz len, int prot)
{
	return remap(addr + VM_HIDDEN, addr, len, attr_of(prot));
}

int pages_move(__uptr from, __uptr to, __sz len, enum page_state state,
	       int prot)
{
	switch (state) {
	case PAGES_VISIBLE:
		return remap(from, to, len, attr_of(prot));
	case PAGES_HIDDEN:
		return remap(from + VM_HIDDEN, to + VM_HIDDEN, len,
			     PAGE_ATTR_PROT_RW);
	default:
		return 0;
	}
}
