/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading the allocation counters, also by name (uk/store.h). Counting is in
 * alloc_impl.h.
 */

#include <uk/alloc_impl.h>
#include <uk/store.h>

void uk_alloc_stats_get(struct uk_alloc *a, struct uk_alloc_stats *dst)
{
	UK_ASSERT(a);
	UK_ASSERT(dst);
	uk_preempt_disable();
	*dst = a->_stats;
	uk_preempt_enable();
}

static int get_cur_mem_free(void *cookie __unused, __u64 *out)
{
	*out = uk_alloc_availmem_total();
	return 0;
}
UK_STORE_STATIC_ENTRY(cur_mem_free, u64, get_cur_mem_free, __NULL, __NULL);

#if CONFIG_LIBUKALLOC_IFSTATS_GLOBAL
struct uk_alloc_stats _uk_alloc_stats_global;

void uk_alloc_stats_get_global(struct uk_alloc_stats *dst)
{
	UK_ASSERT(dst);
	uk_preempt_disable();
	*dst = _uk_alloc_stats_global;
	uk_preempt_enable();
}

#define GLOBAL_ENTRY(field, type)					\
	static int get_ ## field(void *cookie __unused, __ ## type *out) \
	{								\
		*out = _uk_alloc_stats_global.field;			\
		return 0;						\
	}								\
	UK_STORE_STATIC_ENTRY(field, type, get_ ## field, __NULL, __NULL)

GLOBAL_ENTRY(last_alloc_size, u64);
GLOBAL_ENTRY(max_alloc_size, u64);
GLOBAL_ENTRY(min_alloc_size, u64);
GLOBAL_ENTRY(tot_nb_allocs, u64);
GLOBAL_ENTRY(tot_nb_frees, u64);
GLOBAL_ENTRY(cur_nb_allocs, s64);
GLOBAL_ENTRY(max_nb_allocs, s64);
GLOBAL_ENTRY(cur_mem_use, s64);
GLOBAL_ENTRY(max_mem_use, s64);
GLOBAL_ENTRY(nb_enomem, u64);
#endif

#if CONFIG_LIBUKALLOC_IFSTATS_PERTHREAD
struct uk_alloc_stats *_uk_alloc_stats_thread;
#endif
