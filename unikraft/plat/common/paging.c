/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page tables. Each operation on a range goes down from the table at the top,
 * in one function per operation that calls itself for the table below. What
 * entries look like is the architecture's business (pgarch_*()).
 */
#include <errno.h>
#include <string.h>
#include <uk/essentials.h>
#include <uk/falloc.h>
#include <uk/fallocbuddy.h>
#include <uk/plat/common/paging.h>
#include <uk/plat/paging.h>

#define TOP_LEVEL	(PT_LEVELS - 1)

/* What is left to do of an operation on a range */
struct todo {
	struct uk_pagetable *pt;
	__vaddr_t vaddr;
	__paddr_t paddr;		/* or __PADDR_ANY */
	__sz len;
	unsigned long attr;
	unsigned long flags;
	unsigned int level;		/* PAGE_FLAG_SIZE() */
	unsigned int max_level;		/* of pages to map */
};

static struct uk_pagetable *active;
static unsigned int largest_level;

#ifdef CONFIG_PAGING_STATS
#define count(counter, n)	((counter) += (unsigned long)(n))
#else
#define count(counter, n)	do { } while (0)
#endif

static __sz frames_of(unsigned int lvl)
{
	return PAGE_Lx_SIZE(lvl) >> PAGE_SHIFT;
}

/* What is not the allocator's stays as it is */
static void free_frames(struct uk_pagetable *pt, __paddr_t paddr,
			unsigned int lvl)
{
	pt->fa->ffree(pt->fa, paddr, frames_of(lvl));
}

static int new_table(struct uk_pagetable *pt, unsigned int lvl,
		     __vaddr_t *vaddr, __paddr_t *paddr)
{
	unsigned int idx;
	int rc;

	*paddr = __PADDR_ANY;
	rc = pt->fa->falloc(pt->fa, paddr, 1, FALLOC_FLAG_ALIGNED);
	if (rc)
		return rc;
	*vaddr = pgarch_pt_map(pt, *paddr, lvl);
	for (idx = 0; idx < PT_Lx_PTES(lvl); idx++)
		ukarch_pte_write(*vaddr, lvl, idx, PT_Lx_PTE_INVALID(lvl));
	count(pt->nr_pt_pages[lvl], 1);
	return 0;
}

static void free_table(struct uk_pagetable *pt, __vaddr_t table,
		       unsigned int lvl)
{
	free_frames(pt, pgarch_pt_unmap(pt, table, lvl), PAGE_LEVEL);
	count(pt->nr_pt_pages[lvl], -1);
}

static int table_is_empty(__vaddr_t table, unsigned int lvl)
{
	unsigned int idx;
	__pte_t pte;

	for (idx = 0; idx < PT_Lx_PTES(lvl); idx++) {
		ukarch_pte_read(table, lvl, idx, &pte);
		if (pte != PT_Lx_PTE_INVALID(lvl))
			return 0;
	}
	return 1;
}

/* Whether a page of that size can begin where the range does */
static int fits(const struct todo *todo, unsigned int lvl)
{
	return PAGE_Lx_HAS(lvl) && PAGE_Lx_ALIGNED(todo->vaddr, lvl)
		&& todo->len >= PAGE_Lx_SIZE(lvl);
}

static void advance(struct todo *todo, __sz len)
{
	todo->vaddr += len;
	todo->len -= len;
	if (todo->paddr != __PADDR_ANY)
		todo->paddr += len;
}

/* Whether the range goes on in the same table */
static int more_in_table(const struct todo *todo, unsigned int lvl)
{
	return todo->len && PT_Lx_IDX(todo->vaddr, lvl);
}

/* Replaces a large page by a table of smaller ones with the same rights */
static int split(struct uk_pagetable *pt, __vaddr_t table, unsigned int lvl,
		 unsigned int idx, __vaddr_t vaddr)
{
	unsigned int below = lvl - 1, i;
	unsigned long attr;
	__vaddr_t new_vaddr;
	__paddr_t new_paddr, paddr;
	__pte_t pte;
	int rc;

	ukarch_pte_read(table, lvl, idx, &pte);
	rc = new_table(pt, below, &new_vaddr, &new_paddr);
	if (rc)
		return rc;
	attr = pgarch_attr_from_pte(pte, lvl);
	paddr = PT_Lx_PTE_PADDR(pte, lvl);
	for (i = 0; i < PT_Lx_PTES(below); i++)
		ukarch_pte_write(new_vaddr, below, i,
				 pgarch_pte_create(paddr
						   + i * PAGE_Lx_SIZE(below),
						   attr, below, pte, lvl));
	pgarch_pte_replace(table, lvl, idx,
			   pgarch_pt_pte_create(pt, new_paddr, lvl, pte, lvl),
			   vaddr);
	count(pt->nr_lx_pages[lvl], -1);
	count(pt->nr_lx_pages[below], PT_Lx_PTES(below));
	count(pt->nr_lx_splits[lvl], 1);
	return 0;
}

/* Whether a present page at `lvl` has to be split first, or must not be */
static int must_split(const struct todo *todo, unsigned int lvl)
{
	if (todo->flags & PAGE_FLAG_FORCE_SIZE)
		return lvl == todo->level ? 0 : -EFAULT;
	return !fits(todo, lvl);
}

/* Maps one page. 0, 1 when it takes smaller ones, or an error */
static int map_page(struct todo *todo, __vaddr_t table, unsigned int lvl,
		    __pte_t old)
{
	__paddr_t paddr = todo->paddr;
	int rc;

	if (lvl > todo->max_level || !fits(todo, lvl))
		return 1;
	if (paddr == __PADDR_ANY) {
		rc = todo->pt->fa->falloc(todo->pt->fa, &paddr,
					  frames_of(lvl),
					  FALLOC_FLAG_ALIGNED);
		if (rc) {
			if (lvl == PAGE_LEVEL
			    || todo->flags & PAGE_FLAG_FORCE_SIZE)
				return rc;
			todo->max_level = lvl - 1;
			return 1;
		}
	} else if (!PAGE_Lx_ALIGNED(paddr, lvl)) {
		return 1;
	}
	if (!(todo->flags & PAGE_FLAG_KEEP_PTES))
		old = PT_Lx_PTE_INVALID(lvl);
	ukarch_pte_write(table, lvl, PT_Lx_IDX(todo->vaddr, lvl),
			 pgarch_pte_create(paddr, todo->attr, lvl, old, lvl));
	count(todo->pt->nr_lx_pages[lvl], 1);
	advance(todo, PAGE_Lx_SIZE(lvl));
	return 0;
}

static int map_in(struct todo *todo, __vaddr_t table, unsigned int lvl)
{
	__vaddr_t below;
	__paddr_t paddr;
	__pte_t pte;
	int rc;

	do {
		unsigned int idx = PT_Lx_IDX(todo->vaddr, lvl);

		ukarch_pte_read(table, lvl, idx, &pte);
		if (PT_Lx_PTE_PRESENT(pte, lvl)) {
			if (PAGE_Lx_IS(pte, lvl))
				return -EEXIST;
			if (todo->flags & PAGE_FLAG_FORCE_SIZE
			    && lvl == todo->level)
				return -EEXIST;
			below = pgarch_pt_pte_to_vaddr(todo->pt, pte, lvl);
		} else {
			rc = map_page(todo, table, lvl, pte);
			if (rc < 0)
				return rc;
			if (rc == 0)
				continue;
			if (lvl == PAGE_LEVEL)
				return -EINVAL;
			rc = new_table(todo->pt, lvl - 1, &below, &paddr);
			if (rc)
				return rc;
			if (!(todo->flags & PAGE_FLAG_KEEP_PTES))
				pte = PT_Lx_PTE_INVALID(lvl);
			pte = pgarch_pt_pte_create(todo->pt, paddr, lvl, pte,
						   lvl);
			ukarch_pte_write(table, lvl, idx, pte);
		}
		rc = map_in(todo, below, lvl - 1);
		if (rc)
			return rc;
	} while (more_in_table(todo, lvl));
	return 0;
}

/* Unmaps the page of a present entry, which is not larger than the range */
static void unmap_page(struct todo *todo, __vaddr_t table, unsigned int lvl,
		       __pte_t pte)
{
	__pte_t gone = PT_Lx_PTE_INVALID(lvl);

	if (todo->flags & PAGE_FLAG_KEEP_PTES)
		gone = PT_Lx_PTE_CLEAR_PRESENT(pte, lvl);
	ukarch_pte_write(table, lvl, PT_Lx_IDX(todo->vaddr, lvl), gone);
	ukarch_tlb_flush_entry(todo->vaddr);
	count(todo->pt->nr_lx_pages[lvl], -1);
	if (!(todo->flags & PAGE_FLAG_KEEP_FRAMES))
		free_frames(todo->pt, PT_Lx_PTE_PADDR(pte, lvl), lvl);
	advance(todo, PAGE_Lx_SIZE(lvl));
}

static int unmap_in(struct todo *todo, __vaddr_t table, unsigned int lvl)
{
	__vaddr_t below, at;
	__pte_t pte;
	__sz rest;
	int rc;

	do {
		unsigned int idx = PT_Lx_IDX(todo->vaddr, lvl);

		ukarch_pte_read(table, lvl, idx, &pte);
		if (!PT_Lx_PTE_PRESENT(pte, lvl)) {
			rest = PAGE_Lx_SIZE(lvl)
				- (todo->vaddr & ~PAGE_Lx_MASK(lvl));
			advance(todo, MIN(rest, todo->len));
			continue;
		}
		at = todo->vaddr;
		if (PAGE_Lx_IS(pte, lvl)) {
			rc = must_split(todo, lvl);
			if (rc == 0) {
				unmap_page(todo, table, lvl, pte);
				continue;
			}
			if (rc > 0)
				rc = split(todo->pt, table, lvl, idx, at);
			if (rc)
				return rc;
			ukarch_pte_read(table, lvl, idx, &pte);
		} else if (todo->flags & PAGE_FLAG_FORCE_SIZE
			   && lvl == todo->level) {
			return -EFAULT;
		}
		below = pgarch_pt_pte_to_vaddr(todo->pt, pte, lvl);
		rc = unmap_in(todo, below, lvl - 1);
		if (rc)
			return rc;
		if (todo->flags & PAGE_FLAG_KEEP_PTES
		    || !table_is_empty(below, lvl - 1))
			continue;
		ukarch_pte_write(table, lvl, idx, PT_Lx_PTE_INVALID(lvl));
		/* What processors remember of tables goes with any entry */
		ukarch_tlb_flush_entry(at);
		free_table(todo->pt, below, lvl - 1);
	} while (more_in_table(todo, lvl));
	return 0;
}

/* The entry of a page that allows something else, and is as it was otherwise */
static __pte_t with_prot(__pte_t pte, unsigned int lvl, unsigned long attr)
{
	const unsigned long prot = PAGE_ATTR_PROT_READ | PAGE_ATTR_PROT_WRITE
		| PAGE_ATTR_PROT_EXEC;

	attr = (attr & prot) | (pgarch_attr_from_pte(pte, lvl) & ~prot);
	return pgarch_pte_create(PT_Lx_PTE_PADDR(pte, lvl), attr, lvl, pte,
				 lvl);
}

static int set_attr_in(struct todo *todo, __vaddr_t table, unsigned int lvl)
{
	__pte_t pte;
	int rc;

	do {
		unsigned int idx = PT_Lx_IDX(todo->vaddr, lvl);

		ukarch_pte_read(table, lvl, idx, &pte);
		if (!PT_Lx_PTE_PRESENT(pte, lvl))
			return -EFAULT;
		if (PAGE_Lx_IS(pte, lvl)) {
			rc = must_split(todo, lvl);
			if (rc == 0) {
				ukarch_pte_write(table, lvl, idx,
						 with_prot(pte, lvl,
							   todo->attr));
				ukarch_tlb_flush_entry(todo->vaddr);
				advance(todo, PAGE_Lx_SIZE(lvl));
				continue;
			}
			if (rc > 0)
				rc = split(todo->pt, table, lvl, idx,
					   todo->vaddr);
			if (rc)
				return rc;
			ukarch_pte_read(table, lvl, idx, &pte);
		} else if (todo->flags & PAGE_FLAG_FORCE_SIZE
			   && lvl == todo->level) {
			return -EFAULT;
		}
		rc = set_attr_in(todo,
				 pgarch_pt_pte_to_vaddr(todo->pt, pte, lvl),
				 lvl - 1);
		if (rc)
			return rc;
	} while (more_in_table(todo, lvl));
	return 0;
}

/* Calls, for every present entry below `table`, tables after their entries */
static void for_all(struct uk_pagetable *pt, __vaddr_t table, unsigned int lvl,
		    void (*visit)(struct uk_pagetable *pt, __vaddr_t table,
				  unsigned int lvl, unsigned int idx,
				  __pte_t pte, unsigned long arg),
		    unsigned long arg)
{
	unsigned int idx;
	__pte_t pte;

	for (idx = 0; idx < PT_Lx_PTES(lvl); idx++) {
		ukarch_pte_read(table, lvl, idx, &pte);
		if (!PT_Lx_PTE_PRESENT(pte, lvl))
			continue;
		if (!PAGE_Lx_IS(pte, lvl))
			for_all(pt, pgarch_pt_pte_to_vaddr(pt, pte, lvl),
				lvl - 1, visit, arg);
		visit(pt, table, lvl, idx, pte, arg);
	}
}

/* Unmaps; `flags` as for ukplat_page_unmap() */
static void drop(struct uk_pagetable *pt, __vaddr_t table, unsigned int lvl,
		 unsigned int idx, __pte_t pte, unsigned long flags)
{
	__pte_t gone = PT_Lx_PTE_INVALID(lvl);

	if (!PAGE_Lx_IS(pte, lvl)) {
		if (flags & PAGE_FLAG_KEEP_PTES)
			return;
		ukarch_pte_write(table, lvl, idx, gone);
		free_table(pt, pgarch_pt_pte_to_vaddr(pt, pte, lvl), lvl - 1);
		return;
	}
	if (flags & PAGE_FLAG_KEEP_PTES)
		gone = PT_Lx_PTE_CLEAR_PRESENT(pte, lvl);
	ukarch_pte_write(table, lvl, idx, gone);
	count(pt->nr_lx_pages[lvl], -1);
	if (!(flags & PAGE_FLAG_KEEP_FRAMES))
		free_frames(pt, PT_Lx_PTE_PADDR(pte, lvl), lvl);
}

static void change(struct uk_pagetable *pt __unused, __vaddr_t table,
		   unsigned int lvl, unsigned int idx, __pte_t pte,
		   unsigned long attr)
{
	if (PAGE_Lx_IS(pte, lvl))
		ukarch_pte_write(table, lvl, idx, with_prot(pte, lvl, attr));
}

#ifdef CONFIG_PAGING_STATS
static void count_entry(struct uk_pagetable *pt, __vaddr_t table __unused,
			unsigned int lvl, unsigned int idx __unused,
			__pte_t pte, unsigned long arg __unused)
{
	if (PAGE_Lx_IS(pte, lvl))
		pt->nr_lx_pages[lvl]++;
	else
		pt->nr_pt_pages[lvl - 1]++;
}
#endif

/* Fills an empty table with copies of all entries of another one */
static int copy_table(struct uk_pagetable *pt, __vaddr_t to,
		      struct uk_pagetable *pt_src, __vaddr_t from,
		      unsigned int lvl)
{
	unsigned int idx;
	__vaddr_t below;
	__paddr_t paddr;
	__pte_t pte;
	int rc;

	for (idx = 0; idx < PT_Lx_PTES(lvl); idx++) {
		ukarch_pte_read(from, lvl, idx, &pte);
		if (!PT_Lx_PTE_PRESENT(pte, lvl) || PAGE_Lx_IS(pte, lvl)) {
			ukarch_pte_write(to, lvl, idx, pte);
			if (PT_Lx_PTE_PRESENT(pte, lvl))
				count(pt->nr_lx_pages[lvl], 1);
			continue;
		}
		rc = new_table(pt, lvl - 1, &below, &paddr);
		if (rc)
			return rc;
		ukarch_pte_write(to, lvl, idx,
				 pgarch_pt_pte_create(pt, paddr, lvl, pte,
						      lvl));
		rc = copy_table(pt, below, pt_src,
				pgarch_pt_pte_to_vaddr(pt_src, pte, lvl),
				lvl - 1);
		if (rc)
			return rc;
	}
	return 0;
}

struct uk_pagetable *ukplat_pt_get_active(void)
{
	return active;
}

int ukplat_pt_set_active(struct uk_pagetable *pt)
{
	int rc = ukarch_pt_write_base(pt->pt_pbase);

	if (rc)
		return rc;
	/* Entries that are global here may be others there */
	ukarch_tlb_flush();
	active = pt;
	return 0;
}

int ukplat_pt_add_mem(struct uk_pagetable *pt, __paddr_t start, __sz len)
{
	__paddr_t first = PAGE_ALIGN_UP(start);
	__sz meta;

	if (len == 0)
		return 0;
	if (start + len < start
	    || !ukarch_paddr_range_isvalid(start, start + len - 1))
		return -EINVAL;
	if (first - start >= len)
		return -ENOMEM;
	len -= first - start;
	meta = PAGE_ALIGN_UP(uk_fallocbuddy_metadata_size(len >> PAGE_SHIFT));
	if (meta + PAGE_SIZE > len)
		return -ENOMEM;
	return pt->fa->addmem(pt->fa,
			      (void *)pgarch_pt_map(pt, first, PAGE_LEVEL),
			      first + meta, (len - meta) >> PAGE_SHIFT,
			      pgarch_pt_map(pt, first + meta, PAGE_LEVEL));
}

int ukplat_pt_init(struct uk_pagetable *pt, __paddr_t start, __sz len)
{
	__sz size = ALIGN_UP(uk_fallocbuddy_size(), 16);
	__paddr_t first = ALIGN_UP(start, 16);
	int rc;

	if (first - start + size >= len)
		return -ENOMEM;
	largest_level = pgarch_largest_level();
	memset(pt, 0, sizeof(*pt));
	pt->fa = (struct uk_falloc *)pgarch_pt_map(pt, first, PAGE_LEVEL);
	rc = uk_fallocbuddy_init(pt->fa);
	if (rc)
		return rc;
	rc = ukplat_pt_add_mem(pt, first + size, len - (first - start) - size);
	if (rc)
		return rc;
	pt->pt_pbase = ukarch_pt_read_base();
	pt->pt_vbase = pgarch_pt_map(pt, pt->pt_pbase, TOP_LEVEL);
#ifdef CONFIG_PAGING_STATS
	pt->nr_pt_pages[TOP_LEVEL] = 1;
	for_all(pt, pt->pt_vbase, TOP_LEVEL, count_entry, 0);
#endif
	return 0;
}

int ukplat_pt_clone(struct uk_pagetable *pt, struct uk_pagetable *pt_src,
		    unsigned long flags)
{
	int rc;

	memset(pt, 0, sizeof(*pt));
	pt->fa = pt_src->fa;
	pt->arch = pt_src->arch;
	rc = new_table(pt, TOP_LEVEL, &pt->pt_vbase, &pt->pt_pbase);
	if (rc || flags & PAGE_FLAG_CLONE_NEW)
		return rc;
	rc = copy_table(pt, pt->pt_vbase, pt_src, pt_src->pt_vbase, TOP_LEVEL);
	if (rc)
		ukplat_pt_free(pt, PAGE_FLAG_KEEP_FRAMES);
	return rc;
}

int ukplat_pt_free(struct uk_pagetable *pt, unsigned long flags)
{
	if (pt == active)
		return -EBUSY;
	for_all(pt, pt->pt_vbase, TOP_LEVEL, drop,
		flags & PAGE_FLAG_KEEP_FRAMES);
	free_table(pt, pt->pt_vbase, TOP_LEVEL);
	pt->pt_vbase = __VADDR_INV;
	pt->pt_pbase = __PADDR_INV;
	return 0;
}

int ukplat_pt_walk(struct uk_pagetable *pt, __vaddr_t vaddr,
		   unsigned int *level, __vaddr_t *pt_vaddr, __pte_t *pte)
{
	unsigned int last = level ? *level : PAGE_LEVEL, lvl = TOP_LEVEL;
	__vaddr_t table = pt->pt_vbase;
	__pte_t entry;

	if (!ukarch_vaddr_isvalid(vaddr) || last > TOP_LEVEL)
		return -EINVAL;
	for (;;) {
		ukarch_pte_read(table, lvl, PT_Lx_IDX(vaddr, lvl), &entry);
		if (lvl == last || !PT_Lx_PTE_PRESENT(entry, lvl)
		    || PAGE_Lx_IS(entry, lvl))
			break;
		table = pgarch_pt_pte_to_vaddr(pt, entry, lvl);
		lvl--;
	}
	if (level)
		*level = lvl;
	if (pt_vaddr)
		*pt_vaddr = table;
	if (pte)
		*pte = entry;
	return 0;
}

/* Checks the arguments of an operation on a range that is not empty */
static int prepare(struct todo *todo, struct uk_pagetable *pt,
		   __vaddr_t vaddr, unsigned long pages, unsigned long flags)
{
	unsigned int lvl = PAGE_FLAG_SIZE_TO_LEVEL(flags);

	if (lvl >= PT_LEVELS || !PAGE_Lx_HAS(lvl)
	    || pages > __SZ_MAX / PAGE_Lx_SIZE(lvl))
		return -EINVAL;
	if (flags & PAGE_FLAG_FORCE_SIZE && lvl > largest_level)
		return -EINVAL;
	todo->pt = pt;
	todo->vaddr = vaddr;
	todo->paddr = __PADDR_ANY;
	todo->len = pages * PAGE_Lx_SIZE(lvl);
	todo->flags = flags;
	todo->level = lvl;
	todo->max_level = flags & PAGE_FLAG_FORCE_SIZE ? lvl : largest_level;
	if (!PAGE_Lx_ALIGNED(vaddr, lvl) || vaddr + todo->len - 1 < vaddr
	    || !ukarch_vaddr_range_isvalid(vaddr, vaddr + todo->len - 1))
		return -EINVAL;
	return 0;
}

/*
 * Takes back what was mapped from `vaddr` on, before it failed with `why`, and
 * tables that nothing is in.
 */
static void undo_map(const struct todo *done, __vaddr_t vaddr, int why)
{
	struct todo undo = *done;

	undo.vaddr = vaddr;
	undo.len = done->vaddr - vaddr;
	/* Without memory, the last table may be empty: nothing is there */
	if (why != -EEXIST)
		undo.len += PAGE_SIZE;
	if (!undo.len)
		return;
	undo.flags &= PAGE_FLAG_KEEP_PTES;
	if (done->paddr != __PADDR_ANY)
		undo.flags |= PAGE_FLAG_KEEP_FRAMES;
	unmap_in(&undo, undo.pt->pt_vbase, TOP_LEVEL);
}

int ukplat_page_map(struct uk_pagetable *pt, __vaddr_t vaddr, __paddr_t paddr,
		    unsigned long pages, unsigned long attr,
		    unsigned long flags)
{
	struct todo todo;
	__sz len;
	int rc;

	if (!pages)
		return 0;
	rc = prepare(&todo, pt, vaddr, pages, flags);
	if (rc)
		return rc;
	len = todo.len;
	todo.paddr = paddr;
	todo.attr = attr;
	if (paddr != __PADDR_ANY
	    && (!PAGE_Lx_ALIGNED(paddr, todo.level) || paddr + len < paddr
		|| !ukarch_paddr_range_isvalid(paddr, paddr + len - 1)))
		return -EINVAL;
	rc = map_in(&todo, pt->pt_vbase, TOP_LEVEL);
	if (rc)
		undo_map(&todo, vaddr, rc);
	return rc;
}

int ukplat_page_unmap(struct uk_pagetable *pt, __vaddr_t vaddr,
		      unsigned long pages, unsigned long flags)
{
	struct todo todo;
	int rc;

	if (!pages)
		return 0;
	if (vaddr == __VADDR_ANY) {
		for_all(pt, pt->pt_vbase, TOP_LEVEL, drop, flags);
		ukarch_tlb_flush();
		return 0;
	}
	rc = prepare(&todo, pt, vaddr, pages, flags);
	return rc ? rc : unmap_in(&todo, pt->pt_vbase, TOP_LEVEL);
}

int ukplat_page_set_attr(struct uk_pagetable *pt, __vaddr_t vaddr,
			 unsigned long pages, unsigned long new_attr,
			 unsigned long flags)
{
	struct todo todo;
	int rc;

	if (!pages)
		return 0;
	if (vaddr == __VADDR_ANY) {
		for_all(pt, pt->pt_vbase, TOP_LEVEL, change, new_attr);
		ukarch_tlb_flush();
		return 0;
	}
	rc = prepare(&todo, pt, vaddr, pages, flags);
	if (rc)
		return rc;
	todo.attr = new_attr;
	return set_attr_in(&todo, pt->pt_vbase, TOP_LEVEL);
}
