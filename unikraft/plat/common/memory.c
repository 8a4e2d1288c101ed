/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The allocator that platforms use themselves.
 */
#include <uk/plat/memory.h>

static struct uk_alloc *plat_allocator;

int ukplat_memallocator_set(struct uk_alloc *a)
{
	if (plat_allocator)
		return -1;
	plat_allocator = a;
	return 0;
}

struct uk_alloc *ukplat_memallocator_get(void)
{
	return plat_allocator;
}
