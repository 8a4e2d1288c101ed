/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The address space that the image boots into, for the paging API, and the
 * memory for its page frames.
 */
#include <kvm/boot.h>
#include <uk/config.h>
#include <uk/page.h>
#include <uk/plat/memory.h>
#include <uk/plat/paging.h>

static struct uk_pagetable kernel;

static __sz free_memory(void)
{
	struct ukplat_memregion_desc region;
	__sz sum = 0;

	ukplat_memregion_foreach(&region, UKPLAT_MEMRF_ALLOCATABLE)
		sum += region.len;
	return sum;
}

void kvm_frames_init(void)
{
	__sz len = round_pgdown(free_memory() / 100 * CONFIG_PAGING_FRAMES);
	__paddr_t start = 0;

	/* Where no free region has that much, half of it, and so on */
	while (len > PAGE_SIZE && !start) {
		start = kvm_memory_take(len, KVM_RANGES_LIMIT, "frames");
		if (!start)
			len = round_pgdown(len / 2);
	}
	if (!start || ukplat_pt_init(&kernel, start, len)
	    || ukplat_pt_set_active(&kernel))
		kvm_boot_failed("there is too little memory for page frames");
}
