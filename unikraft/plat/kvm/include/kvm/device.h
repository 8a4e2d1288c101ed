/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of devices in memory.
 */
#ifndef __KVM_DEVICE_H__
#define __KVM_DEVICE_H__

#include <uk/arch/types.h>

/*
 * Maps `len` bytes of device registers at a physical address: uncached, not
 * executable, in whole pages, for good. Returns the address that they are
 * mapped at; null when there is no memory for page tables, or when something
 * that is not a device is mapped there. Not from interrupt handlers.
 */
volatile void *kvm_device_map(__paddr_t at, __sz len);

#endif /* __KVM_DEVICE_H__ */
