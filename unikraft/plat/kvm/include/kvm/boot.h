/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the machine says at boot, in this platform's own words, and the steps
 * from there to the boot library.
 *
 * Virtual addresses equal physical ones throughout.
 */
#ifndef __KVM_BOOT_H__
#define __KVM_BOOT_H__

#include <kvm/ranges.h>
#include <uk/arch/types.h>

#define KVM_MAX_MODULES		4
/* Longest command line, in bytes, the names of the image included */
#define KVM_MAX_CMDLINE		(128UL << 10)
/* More entries than any machine's list has; those beyond are not looked at */
#define KVM_MAX_ENTRIES		1024

struct kvm_boot_info {
	/* What is memory, and reserved for nobody */
	struct kvm_ranges ram;
	struct kvm_range modules[KVM_MAX_MODULES];
	unsigned int nr_modules;
	/* Without the zero that ends it; empty if there is none */
	struct kvm_range cmdline;
	/*
	 * What the machine describes itself with, to be read on (a device
	 * tree); empty if there is none. Not to be written to
	 */
	struct kvm_range tables;
	/* ACPI's root pointer, or 0 */
	__paddr_t rsdp;
};

/*
 * For those who read a boot protocol's structures, in this order: memory,
 * reserved parts of it (also those that no memory was called for), the rest.
 * Any numbers will do: ranges end where addresses end, reserved wins over
 * memory, and what does not fit makes the memory smaller.
 */
void kvm_boot_ram(struct kvm_boot_info *info, __u64 start, __u64 len);
void kvm_boot_reserved(struct kvm_boot_info *info, __u64 start, __u64 len);
void kvm_boot_module(struct kvm_boot_info *info, __u64 start, __u64 len);
/* 0 is no command line. Ends the run when it has no end */
void kvm_boot_cmdline(struct kvm_boot_info *info, __u64 address);
/* Forgets the first word of the command line: a name of the image */
void kvm_boot_cmdline_skip_word(struct kvm_boot_info *info);

/*
 * A readable array of `n` elements of `size` bytes at a physical address, or
 * null when that is out of reach. Less than 2^32 bytes.
 */
const void *kvm_reach(__u64 address, __u64 n, __sz size);

/* Prints why the machine cannot be used and ends the run */
void kvm_boot_failed(const char *why) __attribute__((noreturn));

/*
 * Makes the list of memory regions. Afterwards kvm_memory_take() removes
 * `len` bytes (whole pages) below `limit` from it and returns their address,
 * or 0 when there are not as many; `name` tells people what for.
 */
void kvm_memory_init(const struct kvm_boot_info *info);
__paddr_t kvm_memory_take(__sz len, __paddr_t limit, const char *name);

/*
 * Maps every memory region as its flags say, and nothing else. Returns the
 * table at the top, which is not in force yet. Page tables are taken from memory
 * below `limit`.
 *
 * Whole pages of the image's own that nobody needs can be given before.
 */
__paddr_t kvm_paging_init(__paddr_t limit);
void kvm_paging_give(__paddr_t start, __sz len);

/*
 * Maps registers of devices, not cached and not executable, where their
 * physical address is, in the page tables that are in force. What is mapped
 * there already stays as it is. Returns that address, or null when something
 * else is there, or when there is no room for page tables.
 */
void *kvm_map_device(__paddr_t start, __sz len);

/* Waits until the console has said all: the machine may end then */
void kvm_console_flush(void);

/* Starts the paging API (uk/plat/paging.h) on some of the memory */
void kvm_frames_init(void);

/* The pages that must stay unmapped, by number; 0 for no more */
__uptr kvm_stack_guard(unsigned int nr);

#endif /* __KVM_BOOT_H__ */
