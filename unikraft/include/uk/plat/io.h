/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses as devices see them.
 */
#ifndef __UKPLAT_IO_H__
#define __UKPLAT_IO_H__

#include <uk/arch/types.h>

/* The physical address of a mapped byte */
__paddr_t ukplat_virt_to_phys(const volatile void *address);

#endif /* __UKPLAT_IO_H__ */
