/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list of allocators. Knows none of them.
 */

#include <uk/alloc_impl.h>

struct uk_alloc *_uk_alloc_head;

int uk_alloc_register(struct uk_alloc *a)
{
	struct uk_alloc **link = &_uk_alloc_head;

	UK_ASSERT(a);
	uk_preempt_disable();
	while (*link) {
		UK_ASSERT(*link != a);
		link = &(*link)->next;
	}
	a->next = __NULL;
	*link = a;
	uk_preempt_enable();
	return 0;
}

/* What points to `a` in the list, or to the end of the list */
static struct uk_alloc **link_to(const struct uk_alloc *a)
{
	struct uk_alloc **link = &_uk_alloc_head;

	while (*link && *link != a)
		link = &(*link)->next;
	return link;
}

int uk_alloc_unregister(struct uk_alloc *a)
{
	struct uk_alloc **link;
	int rc = -ENOENT;

	UK_ASSERT(a);
	uk_preempt_disable();
	link = link_to(a);
	if (*link) {
		*link = a->next;
		a->next = __NULL;
		rc = 0;
	}
	uk_preempt_enable();
	return rc;
}

int uk_alloc_stack(struct uk_alloc *a, struct uk_alloc *below)
{
	struct uk_alloc **link;

	UK_ASSERT(a && below && a != below);
	uk_alloc_unregister(a);
	link = link_to(below);
	if (!*link)
		return -ENOENT;
	a->next = below->next;
	*link = a;
	below->next = __NULL;
	uk_alloc_stats_nested(below);
	return 0;
}

__sz uk_alloc_availmem_total(void)
{
	struct uk_alloc *a;
	__sz total = 0;

	uk_preempt_disable();
	uk_alloc_foreach(a) {
		__ssz avail = uk_alloc_availmem(a);

		if (avail > 0)
			total += avail;
	}
	uk_preempt_enable();
	return total;
}

unsigned long uk_alloc_pavailmem_total(void)
{
	struct uk_alloc *a;
	unsigned long total = 0;

	uk_preempt_disable();
	uk_alloc_foreach(a) {
		long avail = uk_alloc_pavailmem(a);

		if (avail > 0)
			total += avail;
	}
	uk_preempt_enable();
	return total;
}
