/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The multiboot protocol, version 1: the header that boot loaders look for in
 * the first 8 KiB of the image, and what they leave in memory.
 *
 * Addresses are physical. Fields count only if their flag is set.
 */
#ifndef __KVM_MULTIBOOT_H__
#define __KVM_MULTIBOOT_H__

#define MULTIBOOT_HEADER_MAGIC	0x1badb002
/* In eax at the entry point */
#define MULTIBOOT_LOADER_MAGIC	0x2badb002

/* Of the header: modules on page boundaries, a memory map, addresses */
#define MULTIBOOT_ALIGN		0x00000001
#define MULTIBOOT_MEMORY	0x00000002
#define MULTIBOOT_ADDRESSES	0x00010000

#ifndef __ASSEMBLY__

#include <kvm/boot.h>
#include <uk/essentials.h>

/* Of struct multiboot_info */
#define MULTIBOOT_INFO_MEMORY	0x001
#define MULTIBOOT_INFO_CMDLINE	0x004
#define MULTIBOOT_INFO_MODULES	0x008
#define MULTIBOOT_INFO_MAP	0x040
#define MULTIBOOT_INFO_LOADER	0x200

struct multiboot_info {
	__u32 flags;
	__u32 mem_lower;	/* KiB from 0 up */
	__u32 mem_upper;	/* KiB from 1 MiB up */
	__u32 boot_device;
	__u32 cmdline;		/* zero-terminated */
	__u32 nr_modules;
	__u32 modules;		/* struct multiboot_module[] */
	__u32 symbols[4];
	__u32 map_len;		/* in bytes */
	__u32 map;		/* struct multiboot_memory, one after another */
	__u32 drives_len;
	__u32 drives;
	__u32 config_table;
	__u32 loader;		/* its name, zero-terminated */
} __packed;

struct multiboot_module {
	__u32 start;
	__u32 end;
	__u32 cmdline;
	__u32 zero;
} __packed;

#define MULTIBOOT_MEMORY_RAM	1	/* every other type is reserved */

/* The next one begins `size` bytes after the end of `size` */
struct multiboot_memory {
	__u32 size;
	__u64 start;
	__u64 len;
	__u32 type;
} __packed;

/* Adds what is at `start_info` to *info. As kvm_pvh_read() */
void kvm_multiboot_read(__paddr_t start_info, struct kvm_boot_info *info);

#endif /* !__ASSEMBLY__ */

#endif /* __KVM_MULTIBOOT_H__ */
