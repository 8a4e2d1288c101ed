/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The heap, and the thread-local storage of the boot CPU.
 */

#include <uk/config.h>
#include <uk/assert.h>
#include <uk/alloc_debug.h>
#include <uk/plat/memory.h>
#include <uk/print.h>
#include "heap.h"
#include <uk/arch/tls.h>
#include <uk/plat/irq.h>
#include <uk/plat/tls.h>
#include "boot.h"

__sz boot_early_tls_room(void)
{
	return ukarch_tls_area_size() + ukarch_tls_area_align();
}

void boot_early_tls(void *room)
{
	void *tls = (void *)ALIGN_UP((__uptr)room,
				     (__uptr)ukarch_tls_area_align());

	ukarch_tls_area_init(tls);
	ukplat_tls_set(tls);
}

#if CONFIG_LIBUKBOOT_NOALLOC
void boot_memory(void)
{
}
#else
/* The first region that is good for it becomes the heap, the others extend. */
static struct uk_alloc *make_heap(void)
{
	struct ukplat_memregion_desc region;
	struct uk_alloc *a = __NULL;

	ukplat_memregion_foreach(&region, UKPLAT_MEMRF_ALLOCATABLE) {
		int rc = 0;

		uk_pr_debug("Heap: %lu bytes at %p\n",
			    (unsigned long)region.len, region.base);
		if (!a)
			a = heap_init(region.base, region.len);
		else
			rc = uk_alloc_addmem(a, region.base, region.len);
		/* What is too small for the heap is of no use to anyone. */
		if (rc < 0)
			uk_pr_info("%lu bytes at %p stay unused: %d\n",
				   (unsigned long)region.len, region.base, rc);
	}
	return a;
}

static void make_tls(struct uk_alloc *a)
{
	void *tls = uk_memalign(a, ukarch_tls_area_align(),
				ukarch_tls_area_size());

	if (!tls)
		UK_CRASH("No memory for thread-local storage\n");
	ukarch_tls_area_init(tls);
	ukplat_tls_set(tls);
}

void boot_memory(void)
{
	struct uk_alloc *a = uk_alloc_debug_stack(make_heap());
	int rc;

	if (!a)
		UK_CRASH("No memory region is large enough for a heap\n");
	rc = ukplat_memallocator_set(a);
	if (rc)
		UK_CRASH("The platform refuses the heap: %d\n", rc);
	make_tls(a);
	rc = ukplat_irq_init(a);
	if (rc)
		UK_CRASH("Cannot set up interrupts: %d\n", rc);
}
#endif
