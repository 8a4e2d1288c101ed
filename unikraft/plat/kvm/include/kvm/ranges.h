/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets of addresses, as sorted lists of ranges that neither overlap nor touch.
 */
#ifndef __KVM_RANGES_H__
#define __KVM_RANGES_H__

#include <uk/arch/types.h>

#define KVM_MAX_RANGES		128

/* Physical addresses [start, end) */
struct kvm_range {
	__paddr_t start;
	__paddr_t end;
};

/* All zero is the empty set */
struct kvm_ranges {
	struct kvm_range at[KVM_MAX_RANGES];
	unsigned int nr;
};

/* What is above 1 TiB is never in a set */
#define KVM_RANGES_LIMIT	(1UL << 40)

/*
 * Adds, or removes, the bytes of [start, end). Where the list is full, the set
 * ends up smaller than it should be, never larger.
 */
void kvm_ranges_add(struct kvm_ranges *set, __paddr_t start, __paddr_t end);
void kvm_ranges_cut(struct kvm_ranges *set, __paddr_t start, __paddr_t end);

/* Whether all of [start, end), which is not empty, is in the set */
int kvm_ranges_have(const struct kvm_ranges *set, __paddr_t start,
		    __paddr_t end);

#endif /* __KVM_RANGES_H__ */
