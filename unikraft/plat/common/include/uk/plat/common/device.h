/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of devices in memory.
 */
#ifndef __PLAT_CMN_DEVICE_H__
#define __PLAT_CMN_DEVICE_H__

#include <uk/arch/types.h>

/*
 * From the platform: maps `len` bytes of device registers at a physical
 * address: uncached, not executable, in whole pages, for good. Returns where;
 * null when there is no memory for page tables, or when something that is not
 * a device is mapped there. Not from interrupt handlers.
 */
volatile void *plat_device_map(__paddr_t at, __sz len);

#endif /* __PLAT_CMN_DEVICE_H__ */
