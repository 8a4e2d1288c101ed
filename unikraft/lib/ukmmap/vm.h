/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What mmap.c asks of those who can map memory: areas.c by page tables, host.c
 * by the system below. Addresses and lengths are of whole pages, lengths not 0,
 * and ends do not wrap around. Functions return a negative error code when they
 * fail, and have changed nothing then unless they say so.
 */

#ifndef UKMMAP_VM_H
#define UKMMAP_VM_H

#include <uk/arch/types.h>

/*
 * Maps zeroed memory and returns where: at `addr` if MAP_FIXED is in `flags`
 * (in place of what is mapped there, which is gone even when that fails), near
 * it if that is free, or elsewhere.
 */
long vm_map(__uptr addr, __sz len, int prot, int flags);
int vm_unmap(__uptr addr, __sz len);
/* -ENOMEM: something is not mapped there, or there are no frames for it */
int vm_protect(__uptr addr, __sz len, int prot);
/* Flags are those of mremap(); -EFAULT: that is no mapping, or more than one */
long vm_remap(__uptr old, __sz old_len, __sz len, int flags, __uptr addr);
/* The contents are needed no more: zero when they are read next */
int vm_discard(__uptr addr, __sz len);

#endif /* UKMMAP_VM_H */
