/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Making rings; what they do is in uk/ring.h.
 */

#include <uk/ring.h>

struct uk_ring *uk_ring_alloc(int count, struct uk_alloc *a)
{
	struct uk_ring *br;

	UK_ASSERT(a);
	UK_ASSERT(count > 0 && POWER_OF_2(count));

	br = uk_memalign(a, CACHE_LINE_SIZE,
			 sizeof(*br) + (size_t)count * sizeof(*br->br_ring));
	if (!br)
		return NULL;
	*br = (struct uk_ring){
		.br_prod_size = count,
		.br_prod_mask = count - 1,
		.br_cons_size = count,
		.br_cons_mask = count - 1,
	};
	return br;
}

void uk_ring_free(struct uk_ring *br, struct uk_alloc *a)
{
	uk_free(a, br);
}
