/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An allocator that watches over what another one hands out.
 *
 * Each allocation has a header in front and a margin behind, both with known
 * contents, and is found by its address in a table, so that a wrong pointer is
 * not followed. Freed memory stays in the table, filled, until enough of it was
 * freed after it. A ring has the latest calls, for memory that is in the table
 * no more.
 *
 * There is no lock: callers see to that there is one user.
 */

#include <string.h>
#include <uk/alloc_debug.h>
#include <uk/alloc_impl.h>
#include <uk/plat/backtrace.h>
#include <uk/print.h>
#if CONFIG_LIBUKLOCK_CHECKS
#include <uk/mutex.h>
#else
#define uk_lock_check_free(mem, len)	do { } while (0)
#endif

#define DEPTH		8	/* callers that are remembered */
#define MARGIN		32	/* bytes behind the memory, at least */
#define BUCKETS		1024
#define LATE_COUNT	CONFIG_LIBUKALLOC_DEBUG_LATE
#define LATE_BYTES	(1UL << 20)
#define EVENTS		CONFIG_LIBUKALLOC_DEBUG_HISTORY

#define FILL_NEW	0xa5
#define FILL_FREE	0xdd
#define FILL_MARGIN	0xfb
/* Of long memory, how much is filled and looked at */
#define FILLED		4096UL

struct callers {
	unsigned int number;	/* of the call, counted from boot */
	unsigned int count;
	__uptr pcs[DEPTH];
};

struct block {
	struct block *next;	/* with the same hash */
	struct block *later;	/* freed after this one */
	void *base;		/* what the allocator below returned */
	__sz size;
	struct callers allocated;
	struct callers freed;	/* number 0: it is not */
	unsigned long check;
	unsigned char margin[MARGIN - sizeof(long)];
};

UK_CTASSERT(sizeof(struct block) % 16 == 0);

static struct uk_alloc *below;
static struct block *table[BUCKETS];
/* Freed, the first one longest ago */
static struct block *late, **late_end = &late;
static unsigned long late_count, late_bytes;
static unsigned int calls;

static struct event {
	const char *what;
	const void *ptr;
	__sz size;
	struct callers callers;
} events[EVENTS];

static unsigned char *memory_of(struct block *b)
{
	return (unsigned char *)(b + 1);
}

static struct block **bucket_of(const void *ptr)
{
	__uptr address = (__uptr)ptr >> 4;

	return &table[(address ^ address >> 10 ^ address >> 20) % BUCKETS];
}

static unsigned long check_of(const struct block *b)
{
	return 0x6465627567UL ^ (unsigned long)b ^ (unsigned long)b->base ^
	       b->size << 16 ^ (unsigned long)b->next;
}

/* Of the call of this allocator's function that is in progress */
static void remember(struct callers *c, const char *what, const void *ptr,
		     __sz size)
{
	struct event *e = &events[++calls % EVENTS];

	c->number = calls;
	c->count = ukplat_backtrace(c->pcs, DEPTH);
	e->what = what;
	e->ptr = ptr;
	e->size = size;
	e->callers = *c;
}

static void print_callers(const char *what, const struct callers *c)
{
	uk_pr_crit("%s, call %u of the heap:\n", what, c->number);
	ukplat_backtrace_print(c->pcs, c->count);
}

static int covers(const void *begin, __sz size, const void *ptr)
{
	return (__uptr)ptr >= (__uptr)begin &&
	       (__uptr)ptr - (__uptr)begin < MAX(size, 1UL);
}

/* What the ring has of memory that `ptr` lies in, latest first */
static int print_events(const void *ptr)
{
	unsigned int i, found = 0;

	for (i = 0; i < EVENTS && found < 4; i++) {
		struct event *e = &events[(calls - i) % EVENTS];

		if (!e->what || !covers(e->ptr, e->size, ptr))
			continue;
		uk_pr_crit("%lu bytes at %p\n", (unsigned long)e->size, e->ptr);
		print_callers(e->what, &e->callers);
		found++;
	}
	return found;
}

static struct block *block_around(const void *ptr)
{
	unsigned int i;
	struct block *b;

	for (i = 0; i < BUCKETS; i++) {
		for (b = table[i]; b; b = b->next) {
			if (b->check != check_of(b))
				break;
			if (covers(b, sizeof(*b) + b->size + MARGIN, ptr))
				return b;
		}
	}
	return __NULL;
}

/* Ends the run. `b` is the memory that it is about, if that is known. */
static void __noreturn broken(const char *rule, const void *ptr,
			      struct block *b)
{
	uk_pr_crit("Heap misused: %s: %p\n", rule, ptr);
	if (b) {
		uk_pr_crit("%p: %lu bytes\n", memory_of(b),
			   (unsigned long)b->size);
		print_callers("Allocated", &b->allocated);
		if (b->freed.number)
			print_callers("Freed", &b->freed);
	} else if (!print_events(ptr)) {
		uk_pr_crit("There are no calls about this address among the latest %u\n",
			   (unsigned int)EVENTS);
	}
	UK_CRASH("Heap misused: %s\n", rule);
	__builtin_unreachable();
}

/* The first byte that is not `fill`, or NULL */
static const unsigned char *spoilt(const unsigned char *at, __sz size,
				   unsigned char fill)
{
	for (; size; at++, size--) {
		if (*at != fill)
			return at;
	}
	return __NULL;
}

/* Whether what lies before a block is as it was: if not, nothing in it holds */
static void check_header(struct block *b)
{
	const unsigned char *bad = __NULL;

	if (b->check == check_of(b))
		bad = spoilt(b->margin, sizeof(b->margin), FILL_MARGIN);
	else
		broken("what lies before memory was written to", memory_of(b),
		       __NULL);
	if (bad)
		broken("what lies before memory was written to", bad, b);
}

static void check_block(struct block *b)
{
	const unsigned char *bad;

	check_header(b);
	bad = spoilt(memory_of(b) + b->size, MARGIN, FILL_MARGIN);
	if (bad)
		broken("what lies behind memory was written to", bad, b);
	if (!b->freed.number)
		return;
	bad = spoilt(memory_of(b), MIN(b->size, FILLED), FILL_FREE);
	if (bad)
		broken("memory was written to after it was freed", bad, b);
}

static struct block **link_to(const void *ptr)
{
	struct block **link = bucket_of(ptr);

	while (*link && memory_of(*link) != ptr) {
		check_header(*link);
		link = &(*link)->next;
	}
	return link;
}

/* Allocated memory, sound all around; or the run ends. */
static struct block *block_of(const void *ptr)
{
	struct block *b = *link_to(ptr);

	if (!b) {
		b = block_around(ptr);
		if (b)
			broken("this is not where memory begins", ptr, b);
		broken("this memory is not the allocator's", ptr, __NULL);
	}
	check_header(b);
	if (b->freed.number) {
		static struct callers now;

		remember(&now, "Freed again", ptr, b->size);
		broken("memory is freed that is free already", ptr, b);
	}
	check_block(b);
	return b;
}

/* Gives the memory back that was freed longest ago. */
static void let_go(void)
{
	struct block *b = late;
	struct block **link;

	check_block(b);
	late = b->later;
	if (!late)
		late_end = &late;
	late_count--;
	late_bytes -= b->size;

	link = link_to(memory_of(b));
	UK_ASSERT(*link == b);
	*link = b->next;
	/* The check of the one before includes where its next one is. */
	if (link != bucket_of(memory_of(b))) {
		struct block *before = __containerof(link, struct block, next);

		before->check = check_of(before);
	}
	uk_do_free(below, b->base);
}

static void let_all_go(void)
{
	while (late)
		let_go();
}

static void *try_below(__sz align, __sz size)
{
	void *base;

	if (align <= 16)
		return uk_do_malloc(below, size);
	return uk_do_posix_memalign(below, &base, align, size) ? __NULL : base;
}

static void *alloc_aligned(struct uk_alloc *a __maybe_unused, __sz align,
			   __sz size, const char *what)
{
	__sz offset = ALIGN_UP(sizeof(struct block), MAX(align, (__sz)16));
	struct block *b, **bucket;
	__sz total;
	void *base = __NULL;

	if (!__builtin_add_overflow(size, offset + MARGIN, &total)) {
		base = try_below(align, total);
		if (!base && late) {
			let_all_go();
			base = try_below(align, total);
		}
	}
	if (!base) {
		uk_alloc_stats_count_enomem(a, size);
		return __NULL;
	}
	b = (struct block *)((__uptr)base + offset) - 1;
	b->base = base;
	b->size = size;
	b->freed.number = 0;
	remember(&b->allocated, what, memory_of(b), size);
	memset(b->margin, FILL_MARGIN, sizeof(b->margin));
	memset(memory_of(b), FILL_NEW, MIN(size, FILLED));
	memset(memory_of(b) + size, FILL_MARGIN, MARGIN);

	bucket = bucket_of(memory_of(b));
	b->next = *bucket;
	*bucket = b;
	b->check = check_of(b);
	uk_alloc_stats_count_alloc(a, b, size);
	return memory_of(b);
}

static void *debug_malloc(struct uk_alloc *a, __sz size)
{
	void *ptr = alloc_aligned(a, 16, size, "Allocated");

	if (!ptr)
		errno = ENOMEM;
	return ptr;
}

/* Leaves errno alone: while the image boots, there is none yet */
static int debug_posix_memalign(struct uk_alloc *a, void **memptr, __sz align,
				__sz size)
{
	UK_ASSERT(memptr);
	*memptr = __NULL;
	if (align < sizeof(void *) || !POWER_OF_2(align))
		return EINVAL;
	*memptr = alloc_aligned(a, align, size, "Allocated");
	return *memptr ? 0 : ENOMEM;
}

static void debug_free(struct uk_alloc *a __maybe_unused, void *ptr)
{
	struct block *b;

	if (!ptr)
		return;
	b = block_of(ptr);
	uk_lock_check_free(ptr, b->size);
	uk_alloc_stats_count_free(a, b, b->size);
	remember(&b->freed, "Freed", ptr, b->size);
	memset(ptr, FILL_FREE, MIN(b->size, FILLED));
	b->later = __NULL;
	*late_end = b;
	late_end = &b->later;
	late_count++;
	late_bytes += b->size;
	while (late_count > LATE_COUNT || late_bytes > LATE_BYTES)
		let_go();
}

static void *debug_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	void *moved;

	if (!ptr)
		return debug_malloc(a, size);
	if (!size) {
		debug_free(a, ptr);
		return __NULL;
	}
	moved = debug_malloc(a, size);
	if (!moved)
		return __NULL;
	memcpy(moved, ptr, MIN(size, block_of(ptr)->size));
	debug_free(a, ptr);
	return moved;
}

static void *debug_palloc(struct uk_alloc *a __maybe_unused,
			  unsigned long num_pages)
{
	struct callers c;
	void *ptr = uk_palloc(below, num_pages);

	if (!ptr && late) {
		let_all_go();
		ptr = uk_palloc(below, num_pages);
	}
	remember(&c, "Pages allocated", ptr, num_pages << __PAGE_SHIFT);
	uk_alloc_stats_count_palloc(a, ptr, num_pages);
	return ptr;
}

static void debug_pfree(struct uk_alloc *a __maybe_unused, void *ptr,
			unsigned long num_pages)
{
	struct callers c;

	uk_lock_check_free(ptr, num_pages << __PAGE_SHIFT);
	remember(&c, "Pages freed", ptr, num_pages << __PAGE_SHIFT);
	uk_do_pfree(below, ptr, num_pages);
	uk_alloc_stats_count_pfree(a, ptr, num_pages);
}

/* What is kept back is free. */
static __ssz debug_maxalloc(struct uk_alloc *a __unused)
{
	__ssz size;

	let_all_go();
	size = uk_alloc_maxalloc(below) - sizeof(struct block) - MARGIN;
	return MAX(size, 0);
}

static __ssz debug_availmem(struct uk_alloc *a __unused)
{
	let_all_go();
	return uk_alloc_availmem(below);
}

static long debug_pmaxalloc(struct uk_alloc *a __unused)
{
	let_all_go();
	return uk_alloc_pmaxalloc(below);
}

static long debug_pavailmem(struct uk_alloc *a __unused)
{
	let_all_go();
	return uk_alloc_pavailmem(below);
}

static int debug_addmem(struct uk_alloc *a __unused, void *base, __sz size)
{
	return uk_alloc_addmem(below, base, size);
}

void uk_alloc_debug_check(void)
{
	unsigned int i;
	struct block *b;

	for (i = 0; i < BUCKETS; i++) {
		for (b = table[i]; b; b = b->next)
			check_block(b);
	}
}

struct uk_alloc *uk_alloc_debug_init(struct uk_alloc *given)
{
	static struct uk_alloc self;
	struct uk_alloc *a = &self;

	UK_ASSERT(given && !below);
	below = given;
	uk_alloc_init_malloc(a, debug_malloc, uk_calloc_compat, debug_realloc,
			     debug_free, debug_posix_memalign,
			     uk_memalign_compat, debug_maxalloc, debug_availmem,
			     debug_addmem);
	a->palloc = debug_palloc;
	a->pfree = debug_pfree;
	a->pmaxalloc = debug_pmaxalloc;
	a->pavailmem = debug_pavailmem;
	if (uk_alloc_stack(a, given)) {
		uk_alloc_unregister(a);
		return __NULL;
	}
	return a;
}
