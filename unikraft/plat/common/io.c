/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Device addresses, on platforms where memory is mapped one to one or where
 * no device reads memory.
 */
#include <uk/plat/io.h>

__paddr_t ukplat_virt_to_phys(const volatile void *address)
{
	return (__paddr_t)address;
}
