/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Binary buddy page allocator.
 *
 * Free memory consists of blocks: 2^order pages at a multiple of their size.
 * The free blocks of an order form a list; its links, and the order, lie in
 * the first page of the block itself. A bitmap per region, one bit a page,
 * says which pages are allocated: with it and the order of a free block, a
 * block that becomes free finds out whether its buddy (the block with which
 * it makes one of the next order) is free as a whole, and joins it. It also
 * finds pages that are freed twice.
 *
 * A request that is not a power of two gets a block with the surplus at its
 * end given back, so pages may be freed in other portions than they were
 * allocated in.
 *
 * What is freed is not joined at once: it is kept as a run of just as many
 * pages, for the next who asks for so many. Runs count as free, but their
 * pages stay marked. Together they are an eighth of the memory at most, and
 * all are joined when a request finds no block.
 *
 * There is no lock: callers see to that there is one user.
 */

#include <stddef.h>
#include <string.h>
#include <uk/alloc_impl.h>
#include <uk/allocbbuddy.h>
#include <uk/arch/limits.h>
#include <uk/print.h>

#define MAX_ORDER	(64 - __PAGE_SHIFT)
#define BITS_PER_WORD	(8 * sizeof(unsigned long))

/* A page number: the address divided by the size of a page */
typedef unsigned long pfn_t;

/* At the begin of each free block */
struct block {
	struct block *next;
	struct block **link;	/* what points to this block */
	unsigned int order;
};

/* At the begin of each region */
struct region {
	struct region *next;
	pfn_t first;
	pfn_t end;
	unsigned long allocated[];	/* bitmap, from page `first` on */
};

/* At the begin of each run */
struct run {
	struct run *next;
	unsigned long num_pages;
	unsigned long check;
};

/* In lists by their number of pages; from here on, some share a list */
#define EXACT_RUNS	32
#define RUN_LISTS	(EXACT_RUNS + 32)
#define RUN_MAGIC	0x72756e73UL
/* What part of the memory runs may be: one of so many */
#define RUN_SHARE	8

struct bbuddy {
	struct region *regions;
	unsigned long free_pages;	/* in blocks */
	unsigned long run_pages;	/* in runs */
	unsigned long run_limit;	/* what run_pages may be */
	unsigned long orders;	/* bit n: there are free blocks of order n */
	struct block *blocks[MAX_ORDER];
	struct run *runs[RUN_LISTS];
};

static struct bbuddy *bbuddy_of(struct uk_alloc *a)
{
	return (struct bbuddy *)a->priv;
}

static void *address_of(pfn_t pfn)
{
	return (void *)(pfn << __PAGE_SHIFT);
}

static pfn_t pfn_of(const void *ptr)
{
	return (__uptr)ptr >> __PAGE_SHIFT;
}

/* The smallest order that holds `num_pages` */
static unsigned int order_for(unsigned long num_pages)
{
	return num_pages < 2 ? 0 : BITS_PER_WORD -
				   __builtin_clzl(num_pages - 1);
}

/*
 * The order of the largest block that may begin at `pfn` and ends at `end` at
 * the latest
 */
static unsigned int order_within(pfn_t pfn, pfn_t end)
{
	unsigned int fits = BITS_PER_WORD - 1 - __builtin_clzl(end - pfn);
	unsigned int aligned = __builtin_ctzl(pfn);

	return MIN(fits, aligned);
}

static inline struct region *region_of(struct bbuddy *b, pfn_t pfn)
{
	struct region *r = b->regions;

	while (r && (pfn < r->first || pfn >= r->end))
		r = r->next;
	return r;
}

static int is_allocated(const struct region *r, pfn_t pfn)
{
	unsigned long bit = pfn - r->first;

	return r->allocated[bit / BITS_PER_WORD] >> bit % BITS_PER_WORD & 1;
}

/* Marks pages of one word, all of them in the other state until now. */
static inline void flip(unsigned long *word, unsigned long mask,
			pfn_t pfn __maybe_unused, int allocated __maybe_unused)
{
	uk_alloc_rule((*word & mask) == (allocated ? 0 : mask),
		      address_of(pfn), UK_ALLOC_FREED_TWICE);
	*word ^= mask;
}

static inline void set_allocated(struct region *r, pfn_t pfn, pfn_t end,
				 int allocated)
{
	unsigned long bit = pfn - r->first;
	unsigned long left = end - pfn;
	unsigned long *word = &r->allocated[bit / BITS_PER_WORD];

	bit %= BITS_PER_WORD;
	if (likely(bit + left < BITS_PER_WORD)) {
		flip(word, ((1UL << left) - 1) << bit, pfn, allocated);
		return;
	}
	flip(word++, ~0UL << bit, pfn, allocated);
	for (left -= BITS_PER_WORD - bit; left >= BITS_PER_WORD;
	     left -= BITS_PER_WORD)
		flip(word++, ~0UL, pfn, allocated);
	if (left)
		flip(word, (1UL << left) - 1, pfn, allocated);
}

static inline void list_add(struct bbuddy *b, pfn_t pfn, unsigned int order)
{
	struct block *block = address_of(pfn);
	struct block **head = &b->blocks[order];

	block->order = order;
	block->next = *head;
	block->link = head;
	if (*head)
		(*head)->link = &block->next;
	*head = block;
	b->orders |= 1UL << order;
}

static inline void list_remove(struct bbuddy *b, struct block *block)
{
	uk_alloc_rule(*block->link == block, block, UK_ALLOC_OVERWRITTEN);
	*block->link = block->next;
	if (block->next)
		block->next->link = block->link;
	if (!b->blocks[block->order])
		b->orders &= ~(1UL << block->order);
}

/*
 * The buddy of a block if it is free as a whole. The first page of the buddy
 * is allocated, or begins a free block; it cannot lie inside of one, because
 * that would contain the given block as well.
 */
static struct block *free_buddy(const struct region *r, pfn_t pfn,
				unsigned int order)
{
	pfn_t buddy = pfn ^ (1UL << order);
	struct block *block = address_of(buddy);

	if (buddy < r->first || buddy >= r->end || is_allocated(r, buddy))
		return __NULL;
	return block->order == order ? block : __NULL;
}

/* Makes a block free, joined with its buddies. Its pages are marked already. */
static void insert(struct bbuddy *b, const struct region *r, pfn_t pfn,
		   unsigned int order)
{
	struct block *buddy;

	while ((buddy = free_buddy(r, pfn, order))) {
		list_remove(b, buddy);
		pfn &= ~(1UL << order);
		order++;
	}
	list_add(b, pfn, order);
}

/*
 * Makes blocks of pages that are not marked as allocated and have no free
 * neighbour to join.
 */
static void add_blocks(struct bbuddy *b, pfn_t pfn, pfn_t end)
{
	while (pfn < end) {
		unsigned int order = order_within(pfn, end);

		list_add(b, pfn, order);
		pfn += 1UL << order;
	}
}

/*
 * Makes pages free that are allocated now. The marks are cleared block by
 * block, as free_buddy() must find nothing but blocks in unmarked pages.
 */
static void free_range(struct bbuddy *b, struct region *r, pfn_t pfn, pfn_t end)
{
	while (pfn < end) {
		unsigned int order = order_within(pfn, end);

		set_allocated(r, pfn, pfn + (1UL << order), 0);
		insert(b, r, pfn, order);
		b->free_pages += 1UL << order;
		pfn += 1UL << order;
	}
}

static struct run **runs_of(struct bbuddy *b, unsigned long num_pages)
{
	unsigned int list = num_pages;

	if (num_pages >= EXACT_RUNS)
		list = RUN_LISTS - 1 - __builtin_clzl(num_pages) / 2;
	return &b->runs[list];
}

static unsigned long check_of(const struct run *run)
{
	return RUN_MAGIC ^ (unsigned long)run ^ run->num_pages;
}

/* Joins all runs with the blocks. */
static void join_runs(struct bbuddy *b)
{
	unsigned int i;

	for (i = 0; i < RUN_LISTS && b->run_pages; i++) {
		while (b->runs[i]) {
			struct run *run = b->runs[i];
			unsigned long num_pages = run->num_pages;
			pfn_t pfn = pfn_of(run);

			uk_alloc_rule(run->check == check_of(run), run,
				      UK_ALLOC_OVERWRITTEN);
			b->runs[i] = run->next;
			b->run_pages -= num_pages;
			free_range(b, region_of(b, pfn), pfn, pfn + num_pages);
		}
	}
}

/*
 * Whether the memory is in a run already. What looks like one is searched for,
 * so that nobody is accused for what he wrote to his memory.
 */
static int __maybe_unused is_run(struct bbuddy *b, const struct run *suspect)
{
	struct run *run;

	if (likely(suspect->check != check_of(suspect)))
		return 0;
	run = *runs_of(b, suspect->num_pages);
	while (run && run != suspect)
		run = run->next;
	return run != __NULL;
}

static void *take_from_block(struct bbuddy *b, unsigned long num_pages)
{
	unsigned int order = order_for(num_pages);
	unsigned long orders = order < MAX_ORDER ? b->orders >> order : 0;
	struct block *block;
	struct region *r;
	pfn_t pfn, end;

	if (!num_pages || !orders)
		return __NULL;
	block = b->blocks[order + __builtin_ctzl(orders)];
	list_remove(b, block);
	pfn = pfn_of(block);
	r = region_of(b, pfn);
	UK_ASSERT(r);

	set_allocated(r, pfn, pfn + num_pages, 1);
	b->free_pages -= num_pages;
	/* The rest, whose end is aligned to more than its parts are */
	end = pfn + (1UL << block->order);
	for (pfn += num_pages; pfn < end; pfn += 1UL << order) {
		order = __builtin_ctzl(pfn);
		list_add(b, pfn, order);
	}
	return block;
}

static void *bbuddy_palloc(struct uk_alloc *a, unsigned long num_pages)
{
	struct bbuddy *b = bbuddy_of(a);
	struct run **link = runs_of(b, num_pages);
	struct run *run = *link;
	void *ptr;

	if (likely(run && run->num_pages == num_pages)) {
		uk_alloc_rule(run->check == check_of(run), run,
			      UK_ALLOC_OVERWRITTEN);
		*link = run->next;
		run->check = 0;
		b->run_pages -= num_pages;
		uk_alloc_stats_count_palloc(a, run, num_pages);
		return run;
	}
	ptr = take_from_block(b, num_pages);
	if (!ptr && b->run_pages) {
		join_runs(b);
		ptr = take_from_block(b, num_pages);
	}
	uk_alloc_stats_count_palloc(a, ptr, num_pages);
	return ptr;
}

static void bbuddy_pfree(struct uk_alloc *a, void *ptr,
			 unsigned long num_pages)
{
	struct bbuddy *b = bbuddy_of(a);
	pfn_t pfn = pfn_of(ptr);
	struct run *run = ptr;
	struct run **link;
	struct region *r;

	if (!ptr || !num_pages)
		return;
	r = region_of(b, pfn);
	uk_alloc_rule(((__uptr)ptr & (__PAGE_SIZE - 1)) == 0 && r &&
		      num_pages <= r->end - pfn, ptr, UK_ALLOC_FOREIGN);
	uk_alloc_rule(is_allocated(r, pfn) && !is_run(b, ptr), ptr,
		      UK_ALLOC_FREED_TWICE);
	uk_alloc_stats_count_pfree(a, ptr, num_pages);

	/* Runs are aligned as what palloc() returns. */
	if (b->run_pages + num_pages > b->run_limit ||
	    pfn & ((1UL << order_for(num_pages)) - 1)) {
		free_range(b, r, pfn, pfn + num_pages);
		return;
	}
	link = runs_of(b, num_pages);
	run->num_pages = num_pages;
	run->check = check_of(run);
	run->next = *link;
	*link = run;
	b->run_pages += num_pages;
}

static long bbuddy_pmaxalloc(struct uk_alloc *a)
{
	struct bbuddy *b = bbuddy_of(a);

	join_runs(b);
	return b->orders ?
		1L << (BITS_PER_WORD - 1 - __builtin_clzl(b->orders)) : 0;
}

static long bbuddy_pavailmem(struct uk_alloc *a)
{
	return bbuddy_of(a)->free_pages + bbuddy_of(a)->run_pages;
}

/* Adds the memory from `base` to `limit`, with the region's state in front. */
static int add_region(struct bbuddy *b, __uptr base, __uptr limit)
{
	struct region *r = (struct region *)ALIGN_UP(base, sizeof(long));
	pfn_t end = limit >> __PAGE_SHIFT;
	__uptr state_end;
	__sz words;

	/* A bitmap for all of the memory, though it does not cover itself */
	if (limit <= base || limit - base < sizeof(*r) + sizeof(long))
		return -ENOMEM;
	words = DIV_ROUND_UP((limit - base) >> __PAGE_SHIFT, BITS_PER_WORD) + 1;
	state_end = (__uptr)&r->allocated[words];
	if (state_end < base || DIV_ROUND_UP(state_end, __PAGE_SIZE) >= end)
		return -ENOMEM;

	r->first = DIV_ROUND_UP(state_end, __PAGE_SIZE);
	r->end = end;
	r->next = b->regions;
	b->regions = r;
	memset(r->allocated, 0, words * sizeof(long));
	add_blocks(b, r->first, r->end);
	b->free_pages += r->end - r->first;
	b->run_limit += (r->end - r->first) / RUN_SHARE;
	return 0;
}

static int bbuddy_addmem(struct uk_alloc *a, void *base, __sz len)
{
	__uptr limit = (__uptr)base + len;

	if (limit < (__uptr)base)
		return -EINVAL;
	return add_region(bbuddy_of(a), (__uptr)base, limit);
}

struct uk_alloc *uk_allocbbuddy_init(void *base, __sz len)
{
	__uptr start = ALIGN_UP((__uptr)base, 16);
	__uptr limit = (__uptr)base + len;
	__sz size = sizeof(struct uk_alloc) + sizeof(struct bbuddy);
	struct uk_alloc *a = (struct uk_alloc *)start;

	/* Page 0 is no memory: its address is that of failure. */
	if (start < __PAGE_SIZE)
		start = __PAGE_SIZE;
	if (limit <= start || limit - start < size)
		return __NULL;
	a = (struct uk_alloc *)start;
	memset(a, 0, size);
	if (add_region(bbuddy_of(a), start + size, limit) < 0) {
		uk_pr_info("%lu bytes at %p are too few for a heap\n",
			   (unsigned long)len, base);
		return __NULL;
	}
	uk_alloc_init_palloc(a, bbuddy_palloc, bbuddy_pfree, bbuddy_pmaxalloc,
			     bbuddy_pavailmem, bbuddy_addmem);
	return a;
}
