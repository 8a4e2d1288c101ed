/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which addresses are mapped, and how: a list of areas, in order, each of pages
 * that are in one state and allow the same. Between mappings that nobody asked
 * to be side by side a page stays free, as a guard. Memory that allows nothing
 * takes no frames until it allows something.
 *
 * There is no lock: callers see to that there is one user.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <uk/alloc.h>
#include <uk/arch/limits.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include "pages.h"
#include "vm.h"

#define GUARD	__PAGE_SIZE

struct area {
	struct area *next;
	__uptr start, end;
	enum page_state state;
	int prot;
};

static struct area *areas;

static struct area *new_area(__uptr start, __uptr end, enum page_state state,
			     int prot)
{
	struct area *area = uk_malloc(uk_alloc_get_default(), sizeof(*area));

	if (area) {
		area->start = start;
		area->end = end;
		area->state = state;
		area->prot = prot;
	}
	return area;
}

/* What points to the first area that ends above `addr` */
static struct area **link_at(__uptr addr)
{
	struct area **link = &areas;

	while (*link && (*link)->end <= addr)
		link = &(*link)->next;
	return link;
}

static void insert(struct area *area)
{
	struct area **link = link_at(area->start);

	UK_ASSERT(!*link || (*link)->start >= area->end);
	area->next = *link;
	*link = area;
}

/* Takes an area off the list, without its pages. */
static void drop(struct area **link)
{
	struct area *area = *link;

	*link = area->next;
	uk_free(uk_alloc_get_default(), area);
}

/* Lets an area begin at `addr` if that is inside of one. */
static int split_at(__uptr addr)
{
	struct area *area = *link_at(addr), *rest;
	int rc;

	if (!area || area->start >= addr)
		return 0;
	rc = pages_split(addr, area->state, area->prot);
	if (rc)
		return rc;
	rest = new_area(addr, area->end, area->state, area->prot);
	if (!rest)
		return -ENOMEM;
	rest->next = area->next;
	area->next = rest;
	area->end = addr;
	return 0;
}

static int split_around(__uptr addr, __sz len)
{
	int rc = split_at(addr);

	return rc ? rc : split_at(addr + len);
}

static int is_ours(__uptr addr, __sz len)
{
	return addr >= VM_START && addr < VM_END && len <= VM_END - addr;
}

/* Whether [addr, addr + len) is free, and `margin` bytes before and behind */
static int is_free(__uptr addr, __sz len, __sz margin)
{
	struct area *area;

	if (!is_ours(addr, len))
		return 0;
	area = *link_at(addr - margin);
	return !area || area->start >= addr + len + margin;
}

/* A free place between guards; 0 when there is none */
static __uptr find_place(__sz len)
{
	__uptr addr = VM_START + GUARD;
	struct area *area;

	/* Before `len` and more are added to an address */
	if (len >= VM_END - VM_START)
		return 0;

	for (area = areas; area; area = area->next) {
		if (area->start >= addr + len + GUARD)
			break;
		addr = area->end + GUARD;
	}
	return is_ours(addr, len + GUARD) ? addr : 0;
}

static int is_mapped(__uptr addr, __sz len)
{
	struct area *area = *link_at(addr);
	__uptr end = addr + len;

	while (addr < end) {
		if (!area || area->start > addr)
			return 0;
		addr = area->end;
		area = area->next;
	}
	return 1;
}

int vm_unmap(__uptr addr, __sz len)
{
	__uptr end = addr + len;
	struct area **link;
	int rc;

	/* What is no mapping of ours is not there. */
	if (addr >= VM_END || end <= VM_START)
		return 0;
	rc = split_around(addr, len);
	if (rc)
		return rc;
	link = link_at(addr);
	while (*link && (*link)->start < end) {
		pages_release((*link)->start, (*link)->end - (*link)->start,
			      (*link)->state);
		drop(link);
	}
	return 0;
}

/* Where a new mapping goes; an error code when there is no such place */
static long place_for(__uptr addr, __sz len, int flags)
{
	if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
		if (!is_ours(addr, len))
			return -ENOMEM;
		if (flags & MAP_FIXED_NOREPLACE && !is_free(addr, len, 0))
			return -EEXIST;
		return addr;
	}
	if (addr && is_free(addr, len, GUARD))
		return addr;
	addr = find_place(len);
	return addr ? (long)addr : -ENOMEM;
}

long vm_map(__uptr hint, __sz len, int prot, int flags)
{
	long addr = place_for(hint, len, flags);
	struct area *area;
	int rc;

	if (addr < 0)
		return addr;
	area = new_area(addr, addr + len, PAGES_RESERVED, prot);
	if (!area)
		return -ENOMEM;
	rc = flags & MAP_FIXED ? vm_unmap(addr, len) : 0;
	if (!rc && prot != PROT_NONE) {
		rc = pages_populate(addr, len, prot);
		area->state = PAGES_VISIBLE;
	}
	if (rc) {
		uk_free(uk_alloc_get_default(), area);
		return rc;
	}
	insert(area);
	return addr;
}

static int protect_area(struct area *area, int prot)
{
	__sz len = area->end - area->start;
	int rc = 0;

	if (area->prot == prot)
		return 0;
	switch (area->state) {
	case PAGES_RESERVED:
		rc = pages_populate(area->start, len, prot);
		break;
	case PAGES_HIDDEN:
		rc = pages_show(area->start, len, prot);
		break;
	case PAGES_VISIBLE:
		rc = prot == PROT_NONE ? pages_hide(area->start, len)
				       : pages_protect(area->start, len, prot);
		break;
	}
	if (rc)
		return rc;
	area->state = prot == PROT_NONE ? PAGES_HIDDEN : PAGES_VISIBLE;
	area->prot = prot;
	return 0;
}

int vm_protect(__uptr addr, __sz len, int prot)
{
	struct area *area;
	int rc;

	if (!is_mapped(addr, len))
		return -ENOMEM;
	rc = split_around(addr, len);
	area = *link_at(addr);
	for (; !rc && area && area->start < addr + len; area = area->next)
		rc = protect_area(area, prot);
	return rc;
}

int vm_discard(__uptr addr, __sz len)
{
	struct area *area;
	int rc;

	if (!is_mapped(addr, len))
		return -ENOMEM;
	rc = split_around(addr, len);
	area = *link_at(addr);
	for (; !rc && area && area->start < addr + len; area = area->next) {
		pages_release(area->start, area->end - area->start,
			      area->state);
		area->state = PAGES_RESERVED;
		if (area->prot == PROT_NONE)
			continue;
		/* Just as many frames have become free. */
		rc = pages_populate(area->start, area->end - area->start,
				    area->prot);
		if (!rc)
			area->state = PAGES_VISIBLE;
		else
			area->prot = PROT_NONE;
	}
	return rc;
}

/* More of the same behind an area of its own */
static int grow(struct area *area, __sz len)
{
	int rc = 0;

	if (area->state == PAGES_VISIBLE)
		rc = pages_populate(area->end, len, area->prot);
	if (rc)
		return rc;
	if (area->state == PAGES_HIDDEN) {
		/* The new part has no contents to keep. */
		struct area *more = new_area(area->end, area->end + len,
					     PAGES_RESERVED, PROT_NONE);

		if (!more)
			return -ENOMEM;
		more->next = area->next;
		area->next = more;
		return 0;
	}
	area->end += len;
	return 0;
}

/*
 * Moves an area to a place that is free, and makes it `len` bytes long. What
 * is new comes first: it can be given up, while to move back takes tables.
 */
static long move(struct area *area, __uptr to, __sz len)
{
	struct area **link = link_at(area->start);
	__uptr from = area->start;
	__sz old_len = area->end - from;
	struct area *more = NULL;
	int rc = 0;

	UK_ASSERT(*link == area && len >= old_len);
	if (len > old_len) {
		more = new_area(to + old_len, to + len, PAGES_RESERVED,
				area->prot);
		if (!more)
			return -ENOMEM;
		if (area->state == PAGES_VISIBLE)
			rc = pages_populate(to + old_len, len - old_len,
					    area->prot);
	}
	if (!rc) {
		rc = pages_move(from, to, old_len, area->state, area->prot);
		if (rc && more && area->state == PAGES_VISIBLE)
			pages_release(to + old_len, len - old_len,
				      PAGES_VISIBLE);
	}
	if (rc) {
		uk_free(uk_alloc_get_default(), more);
		return rc;
	}
	*link = area->next;
	area->start = to;
	area->end = to + old_len;
	insert(area);
	if (more && area->state == PAGES_HIDDEN) {
		insert(more);
	} else if (more) {
		area->end = to + len;
		uk_free(uk_alloc_get_default(), more);
	}
	return to;
}

long vm_remap(__uptr old, __sz old_len, __sz len, int flags, __uptr addr)
{
	struct area *area = *link_at(old);
	__uptr end = old + old_len;
	__sz more = len > old_len ? len - old_len : 0;
	int rc;

	if (!area || area->start > old || area->end < end)
		return -EFAULT;
	if (len >= VM_END - VM_START ||
	    (flags & MREMAP_FIXED && !is_ours(addr, len)))
		return -ENOMEM;
	if (len < old_len) {
		rc = vm_unmap(old + len, old_len - len);
		if (rc)
			return rc;
		end = old + len;
		old_len = len;
	}
	if (!(flags & MREMAP_FIXED)) {
		if (!more)
			return old;
		rc = split_around(old, old_len);
		if (rc)
			return rc;
		area = *link_at(old);
		if (!area->next || area->next->start >= end + more + GUARD) {
			if (!is_ours(old, len + GUARD))
				return -ENOMEM;
			rc = grow(area, more);
			return rc ? rc : (long)old;
		}
		if (!(flags & MREMAP_MAYMOVE))
			return -ENOMEM;
		addr = find_place(len);
		if (!addr)
			return -ENOMEM;
	} else {
		rc = split_around(old, old_len);
		if (!rc)
			rc = vm_unmap(addr, len);
		if (rc)
			return rc;
	}
	return move(*link_at(old), addr, len);
}
