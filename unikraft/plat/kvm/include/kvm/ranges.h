/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets of whole pages, as lists of ranges that do not overlap.
 */
#ifndef __KVM_RANGES_H__
#define __KVM_RANGES_H__

#include <uk/arch/types.h>

#define KVM_MAX_RANGES		64

/* Physical addresses [start, end) */
struct kvm_range {
	__paddr_t start;
	__paddr_t end;
};

/* All zero is the empty set. The order of the ranges means nothing */
struct kvm_ranges {
	struct kvm_range at[KVM_MAX_RANGES];
	unsigned int nr;
};

/* What is above 1 TiB is never in a set */
#define KVM_RANGES_LIMIT	(1UL << 40)

/*
 * Adds the pages that lie in [start, end) as a whole. Where the list is full,
 * the set stays smaller than it should be.
 */
void kvm_ranges_add(struct kvm_ranges *set, __paddr_t start, __paddr_t end);

/* Removes every page of which a byte lies in [start, end) */
void kvm_ranges_cut(struct kvm_ranges *set, __paddr_t start, __paddr_t end);

#endif /* __KVM_RANGES_H__ */
