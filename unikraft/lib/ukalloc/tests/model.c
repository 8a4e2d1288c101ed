/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random operations on an allocator and a model of its memory: see
 * uk/alloc_test.h. Knows of no allocator how it works.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/alloc_test.h>
#include <uk/arch/limits.h>
#if CONFIG_LIBUKLIBPARAM
#include <uk/libparam.h>
#endif

static __u32 test_operations;
#if CONFIG_LIBUKLIBPARAM
UK_LIB_PARAM(test_operations, __u32);
#endif

/* Of long memory, what is filled and looked at: at both ends, and each page */
#define FILLED_ENDS	128

static struct allocation {
	unsigned char *ptr;
	__sz size;
	__sz align;
	unsigned long pages;	/* from palloc(), or 0 */
	unsigned char mark;
} live[UK_ALLOC_TEST_LIVE];

static const struct uk_alloc_test_plan *plan;
static unsigned int random_state, wrong, refused;

static __sz below(__sz limit)
{
	__sz value;

	random_state = random_state * 1664525 + 1013904223;
	value = random_state >> 8;
	random_state = random_state * 1664525 + 1013904223;
	value = value << 20 ^ random_state >> 8;
	return limit ? value % limit : 0;
}

static void must(int holds, const char *what, const struct allocation *m)
{
	if (holds || wrong++ >= 3)
		return;
	printf("ukalloc model: %s: %p, %lu bytes\n", what, (void *)m->ptr,
	       (unsigned long)m->size);
}

static __sz next_offset(__sz at, __sz size)
{
	if (size <= 2 * FILLED_ENDS || at < FILLED_ENDS ||
	    at >= size - FILLED_ENDS)
		return at + 1;
	return MIN(at + __PAGE_SIZE - FILLED_ENDS, size - FILLED_ENDS);
}

static void fill(struct allocation *m)
{
	__sz at;

	m->mark = below(256);
	for (at = 0; at < m->size; at = next_offset(at, m->size))
		m->ptr[at] = m->mark;
}

/* Whether the first `size` bytes are as fill() left them */
static int intact(const struct allocation *m, __sz size)
{
	__sz at;

	for (at = 0; at < size; at = next_offset(at, m->size)) {
		if (m->ptr[at] != m->mark)
			return 0;
	}
	return 1;
}

static int overlaps(const struct allocation *m)
{
	const struct allocation *other;

	for (other = live; other < live + plan->live; other++) {
		if (other != m && other->ptr &&
		    m->ptr < other->ptr + other->size &&
		    other->ptr < m->ptr + m->size)
			return 1;
	}
	return 0;
}

static __sz random_size(void)
{
	return below(below(8) ? plan->small : plan->large);
}

/* What was just allocated or resized, or NULL */
static void adopt(struct allocation *m, void *ptr)
{
	m->ptr = ptr;
	if (!ptr) {
		refused++;
		return;
	}
	must((__uptr)ptr % m->align == 0, "not aligned", m);
	must(!overlaps(m), "lies over other memory", m);
	fill(m);
}

static void allocate_zeroed(struct uk_alloc *a, struct allocation *m)
{
	unsigned char *ptr = uk_calloc(a, 1, m->size);
	__sz at;

	for (at = 0; ptr && at < m->size; at++) {
		if (ptr[at]) {
			m->ptr = ptr;
			must(0, "calloc() did not clear", m);
			break;
		}
	}
	adopt(m, ptr);
}

static void allocate(struct uk_alloc *a, struct allocation *m)
{
	void *ptr = __NULL;

	m->size = random_size();
	m->align = 16;
	m->pages = 0;
	switch (below(plan->align ? 6 : 3) + 1) {
	case 1:
		allocate_zeroed(a, m);
		return;
	case 4:
		m->align = 1UL << below(__builtin_ctzl(plan->align) + 1);
		adopt(m, uk_memalign(a, m->align, m->size));
		return;
	case 5:
		m->align = MAX(1UL << below(__builtin_ctzl(plan->align) + 1),
			       sizeof(void *));
		if (uk_posix_memalign(a, &ptr, m->align, m->size))
			ptr = __NULL;
		adopt(m, ptr);
		return;
	case 6:
		if (plan->pages) {
			m->pages = 1 + below(plan->pages);
			m->size = m->pages * __PAGE_SIZE;
			m->align = __PAGE_SIZE;
			adopt(m, uk_palloc(a, m->pages));
			return;
		}
		/* fallthrough */
	default:
		errno = 0;
		ptr = uk_malloc(a, m->size);
		must(ptr || errno == ENOMEM, "no error number", m);
		adopt(m, ptr);
	}
}

static void resize(struct uk_alloc *a, struct allocation *m)
{
	__sz size = 1 + random_size();
	__sz common = MIN(size, m->size);
	void *ptr = uk_realloc(a, m->ptr, size);

	if (!ptr) {
		refused++;
		return;
	}
	m->ptr = ptr;
	must(intact(m, common), "realloc() lost contents", m);
	m->size = size;
	m->align = 16;
	adopt(m, ptr);
}

static void release(struct uk_alloc *a, struct allocation *m)
{
	must(intact(m, m->size), "contents changed", m);
	if (plan->no_free)
		; /* stays where it is, for ever */
	else if (m->pages)
		uk_pfree(a, m->ptr, m->pages);
	else
		uk_free(a, m->ptr);
	m->ptr = __NULL;
}

unsigned int uk_alloc_test_operations(unsigned int bounded)
{
	return test_operations ? test_operations : bounded;
}

unsigned int uk_alloc_test_random(struct uk_alloc *a,
				  const struct uk_alloc_test_plan *given)
{
	unsigned int left = uk_alloc_test_operations(given->operations);
	struct allocation *m;

	plan = given;
	memset(live, 0, sizeof(live));
	random_state = plan->seed;
	wrong = refused = 0;
	UK_ASSERT(plan->live <= UK_ALLOC_TEST_LIVE);
	while (left--) {
		m = &live[below(plan->live)];
		if (!m->ptr)
			allocate(a, m);
		else if (below(3) == 0 && !m->pages)
			resize(a, m);
		else
			release(a, m);
	}
	for (m = live; m < live + plan->live; m++) {
		if (m->ptr)
			release(a, m);
	}
	return wrong;
}

unsigned int uk_alloc_test_refused(void)
{
	return refused;
}
