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
#define KVM_MAX_CMDLINE		4096

/*
 * A copy: nothing in it points into memory that the machine filled. What did
 * not fit or made no sense has been left out.
 */
struct kvm_boot_info {
	struct kvm_range ram[KVM_MAX_RANGES];
	unsigned int nr_ram;
	struct kvm_range reserved[KVM_MAX_RANGES];
	unsigned int nr_reserved;
	struct kvm_range modules[KVM_MAX_MODULES];
	unsigned int nr_modules;
	__paddr_t rsdp;			/* ACPI's root pointer, 0: not told */
	char cmdline[KVM_MAX_CMDLINE];	/* zero-terminated */
};

/* Prints why the machine cannot be used and ends the run */
void kvm_boot_failed(const char *why) __attribute__((noreturn));

/*
 * Makes the list of memory regions. Afterwards kvm_memory_take() removes
 * `len` bytes (whole pages) below `limit` from it and returns their address,
 * or 0 when there are not as many.
 */
void kvm_memory_init(const struct kvm_boot_info *info);
__paddr_t kvm_memory_take(__sz len, __paddr_t limit);

/* The pages that must stay unmapped, by number; 0 for no more */
__uptr kvm_stack_guard(unsigned int nr);

#endif /* __KVM_BOOT_H__ */
