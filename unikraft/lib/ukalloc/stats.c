/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading the allocation counters. Counting is in alloc_impl.h.
 */

#include <uk/alloc_impl.h>

void uk_alloc_stats_get(struct uk_alloc *a, struct uk_alloc_stats *dst)
{
	UK_ASSERT(a);
	UK_ASSERT(dst);
	uk_preempt_disable();
	*dst = a->_stats;
	uk_preempt_enable();
}

#if CONFIG_LIBUKALLOC_IFSTATS_GLOBAL
struct uk_alloc_stats _uk_alloc_stats_global;

void uk_alloc_stats_get_global(struct uk_alloc_stats *dst)
{
	UK_ASSERT(dst);
	uk_preempt_disable();
	*dst = _uk_alloc_stats_global;
	uk_preempt_enable();
}
#endif

#if CONFIG_LIBUKALLOC_IFSTATS_PERTHREAD
struct uk_alloc_stats *_uk_alloc_stats_thread;
#endif
