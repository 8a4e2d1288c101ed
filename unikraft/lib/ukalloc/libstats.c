/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compiled into each library, for statistics per library: the allocator that
 * the library takes for the default one. What it does is in perlib.c; here are
 * its counters, and its entry in the table of libraries.
 */

#include <uk/alloc_impl.h>
#include "perlib.h"

static struct uk_alloc counted = UK_ALLOC_PERLIB_INIT;

static const struct uk_alloc_libstats_entry
__used __section(".uk_alloc_libstats") __align(8) entry = {
	.libname = STRINGIFY(__LIBNAME__),
	.a = &counted,
};

/* The symbol is hidden in each library: libstats.localsyms.uk */
struct uk_alloc *uk_alloc_get_default(void)
{
	return _uk_alloc_head ? &counted : __NULL;
}
