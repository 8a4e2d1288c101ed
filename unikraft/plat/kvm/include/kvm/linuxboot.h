/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The boot protocol of Linux on x86, as far as a loader that jumps to 64-bit
 * code follows it (Firecracker): the address of the "zero page" is in rsi.
 *
 * Addresses are physical, an address of 0 stands for nothing.
 */
#ifndef __KVM_LINUXBOOT_H__
#define __KVM_LINUXBOOT_H__

#include <kvm/boot.h>
#include <uk/essentials.h>

#define LINUXBOOT_FLAG		0xaa55
#define LINUXBOOT_MAGIC		0x53726448	/* "HdrS" */
#define LINUXBOOT_MAX_MEMORY	128

#define LINUXBOOT_MEMORY_RAM	1	/* every other type is reserved */

struct linuxboot_memory {
	__u64 start;
	__u64 len;
	__u32 type;
} __packed;

/* The zero page, as far as it is of use here */
struct linuxboot_params {
	__u8 screen[0x070];
	__u64 rsdp;
	__u8 devices[0x0c0 - 0x078];
	__u32 initrd_start_high;
	__u32 initrd_len_high;
	__u32 cmdline_high;
	__u8 firmware[0x1e8 - 0x0cc];
	__u8 nr_memory;
	__u8 setup[0x1fe - 0x1e9];
	__u16 flag;		/* LINUXBOOT_FLAG */
	__u16 jump;
	__u32 magic;		/* LINUXBOOT_MAGIC */
	__u8 header[0x218 - 0x206];
	__u32 initrd_start;
	__u32 initrd_len;
	__u8 header2[0x228 - 0x220];
	__u32 cmdline;		/* zero-terminated */
	__u8 header3[0x2d0 - 0x22c];
	struct linuxboot_memory memory[LINUXBOOT_MAX_MEMORY];
} __packed;

/* Adds what is at `zero_page` to *info. As kvm_pvh_read() */
void kvm_linuxboot_read(__paddr_t zero_page, struct kvm_boot_info *info);

#endif /* __KVM_LINUXBOOT_H__ */
