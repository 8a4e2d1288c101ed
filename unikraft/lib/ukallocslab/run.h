/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs of pages, at a multiple of the next power of two, from an allocator of
 * pages. They have classes: each number of pages up to 8, then four from one
 * power of two to the next. Those that are given back are kept by class for the
 * next who takes one, up to a limit. Knows nothing of objects.
 */
#ifndef UKALLOCSLAB_RUN_H
#define UKALLOCSLAB_RUN_H

#include <uk/alloc_impl.h>

#define FINE_RUNS	8
/* Longer ones, of 4 GiB, are not kept */
#define RUN_CLASSES	(FINE_RUNS + 17 * 4)

/* At the begin of a run, whatever it is used for */
struct run {
	unsigned long check;	/* run_check() with what says for what */
	void *pages;		/* where it begins: here, or before */
	unsigned long num_pages;
	struct run *next;	/* of those that are kept */
	__u64 pad[4];
};

struct runs {
	struct uk_alloc *pages;
	struct run *kept[RUN_CLASSES];
	unsigned long kept_pages;
	unsigned long kept_limit;
};

/* That a run is kept; short enough for an operand */
#define MAGIC_FREE	0xf4eeUL

static inline unsigned long run_check(const struct runs *runs, const void *run,
				      unsigned long magic)
{
	return magic ^ (unsigned long)runs ^ (unsigned long)run;
}

/* The class that holds so many pages, and how many it has */
static inline unsigned int run_class_for(unsigned long *num_pages)
{
	unsigned long top = *num_pages - 1;
	unsigned int order, quarter;

	if (top < FINE_RUNS)
		return top;
	order = 63 - __builtin_clzl(top);
	quarter = top >> (order - 2);
	*num_pages = (quarter + 1UL) << (order - 2);
	return FINE_RUNS + 4 * (order - 3) + quarter - 4;
}

static struct run *__attribute__((noinline))
run_new(struct runs *runs, unsigned long num_pages)
{
	struct run *run = uk_do_palloc(runs->pages, num_pages);

	if (!run)
		return __NULL;
	if ((__uptr)run & (4 * __PAGE_SIZE - 1))
		UK_CRASH("The allocator below gives pages that are not aligned to their number\n");
	run->pages = run;
	run->num_pages = num_pages;
	return run;
}

/*
 * A run of at least so many pages, 3 or more, or null; its `check` is up to the
 * caller
 */
static inline struct run *run_take(struct runs *runs, unsigned long num_pages)
{
	unsigned int class = run_class_for(&num_pages);
	struct run *run = class < RUN_CLASSES ? runs->kept[class] : __NULL;

	if (unlikely(!run))
		return run_new(runs, num_pages);
	uk_alloc_rule(run->check == run_check(runs, run, MAGIC_FREE), run,
		      UK_ALLOC_OVERWRITTEN);
	runs->kept[class] = run->next;
	runs->kept_pages -= num_pages;
	return run;
}

/* Keeps a run that is as long as its class says. Whether there was room */
static inline int run_keep(struct runs *runs, struct run *run,
			   unsigned long num_pages)
{
	unsigned int class = run_class_for(&num_pages);

	run->check = run_check(runs, run, MAGIC_FREE);
	if (unlikely(class >= RUN_CLASSES ||
		     runs->kept_pages + num_pages > runs->kept_limit))
		return 0;
	run->next = runs->kept[class];
	runs->kept[class] = run;
	runs->kept_pages += num_pages;
	return 1;
}

static inline void run_give(struct runs *runs, struct run *run)
{
	int kept;

	/* Those for larger alignments are of any length. */
	if (likely(run == run->pages)) {
		kept = run_keep(runs, run, run->num_pages);
	} else {
		run->check = run_check(runs, run, MAGIC_FREE);
		kept = 0;
	}
	if (unlikely(!kept))
		uk_do_pfree(runs->pages, run->pages, run->num_pages);
}

/* Gives back what is kept. Whether anything was */
static inline int runs_release(struct runs *runs)
{
	struct run *run;
	unsigned int i;
	int any = 0;

	for (i = 0; i < RUN_CLASSES && runs->kept_pages; i++) {
		while ((run = runs->kept[i])) {
			uk_alloc_rule(run->check ==
				      run_check(runs, run, MAGIC_FREE), run,
				      UK_ALLOC_OVERWRITTEN);
			runs->kept[i] = run->next;
			runs->kept_pages -= run->num_pages;
			uk_do_pfree(runs->pages, run, run->num_pages);
			any = 1;
		}
	}
	return any;
}

#endif /* UKALLOCSLAB_RUN_H */
