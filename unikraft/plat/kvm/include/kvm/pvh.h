/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The PVH boot protocol: what a hypervisor leaves in memory for the guest.
 *
 * Addresses are physical, an address of 0 stands for nothing. Nobody promises
 * that the structures are aligned.
 */
#ifndef __KVM_PVH_H__
#define __KVM_PVH_H__

/* First field of struct pvh_start_info */
#define PVH_START_MAGIC		0x336ec578
/* Type of the ELF note that names the 32-bit entry point */
#define PVH_NOTE_ENTRY		18

#ifndef __ASSEMBLY__

#include <kvm/boot.h>
#include <uk/essentials.h>

struct pvh_start_info {
	__u32 magic;
	__u32 version;
	__u32 flags;
	__u32 nr_modules;
	__u64 modules;		/* struct pvh_module[] */
	__u64 cmdline;		/* zero-terminated */
	__u64 rsdp;
	/* From version 1 on */
	__u64 memory_map;	/* struct pvh_memory[] */
	__u32 nr_memory;
	__u32 zero;
} __packed;

struct pvh_module {
	__u64 start;
	__u64 len;
	__u64 cmdline;
	__u64 zero;
} __packed;

#define PVH_MEMORY_RAM		1	/* every other type is reserved */

struct pvh_memory {
	__u64 start;
	__u64 len;
	__u32 type;
	__u32 zero;
} __packed;

/*
 * Adds what is at `start_info` to *info. Whatever is there: reads memory that
 * is in reach only, and takes a bounded number of entries.
 */
void kvm_pvh_read(__paddr_t start_info, struct kvm_boot_info *info);

#endif /* !__ASSEMBLY__ */

#endif /* __KVM_PVH_H__ */
