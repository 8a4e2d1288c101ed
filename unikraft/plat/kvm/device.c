/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of devices, where somebody says that they are: it may be wrong.
 */
#include <kvm/boot.h>
#include <uk/arch/paging.h>
#include <uk/essentials.h>
#include <uk/plat/common/device.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/memory.h>

/* Whether any of [start, end) is memory */
static int meets_memory(__paddr_t start, __paddr_t end)
{
	struct ukplat_memregion_desc region;

	ukplat_memregion_foreach(&region, 0)
		if (start < (__paddr_t)region.base + region.len
		    && end > (__paddr_t)region.base)
			return 1;
	return 0;
}

volatile void *plat_device_map(__paddr_t at, __sz len)
{
	unsigned long flags;
	void *mapped;

	/* The null page stays free of everything */
	if (!len || at < PAGE_SIZE || !ukarch_paddr_range_isvalid(at, at + len - 1)
	    || !ukarch_vaddr_range_isvalid(at, at + len - 1)
	    || meets_memory(at, at + len))
		return __NULL;
	flags = ukplat_lcpu_save_irqf();
	mapped = kvm_map_device(at, len);
	ukplat_lcpu_restore_irqf(flags);
	return mapped;
}
