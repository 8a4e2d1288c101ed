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
	while (*link) {
		UK_ASSERT(*link != a);
		link = &(*link)->next;
	}
	a->next = __NULL;
	*link = a;
	return 0;
}

__sz uk_alloc_availmem_total(void)
{
	struct uk_alloc *a;
	__sz total = 0;

	uk_alloc_foreach(a) {
		__ssz avail = uk_alloc_availmem(a);

		if (avail > 0)
			total += avail;
	}
	return total;
}

unsigned long uk_alloc_pavailmem_total(void)
{
	struct uk_alloc *a;
	unsigned long total = 0;

	uk_alloc_foreach(a) {
		long avail = uk_alloc_pavailmem(a);

		if (avail > 0)
			total += avail;
	}
	return total;
}
