/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets of whole pages. Knows nothing of memory maps: any numbers will do.
 */
#include <kvm/ranges.h>
#include <uk/essentials.h>
#include <uk/page.h>

/* Appends whole pages that are known not to be in the set */
static void append(struct kvm_ranges *set, __paddr_t start, __paddr_t end)
{
	start = round_pgup(MIN(start, KVM_RANGES_LIMIT));
	end = round_pgdown(MIN(end, KVM_RANGES_LIMIT));
	if (start < end && set->nr < KVM_MAX_RANGES) {
		set->at[set->nr].start = start;
		set->at[set->nr].end = end;
		set->nr++;
	}
}

void kvm_ranges_cut(struct kvm_ranges *set, __paddr_t start, __paddr_t end)
{
	unsigned int i = 0;

	if (start >= end)
		return;
	while (i < set->nr) {
		const struct kvm_range old = set->at[i];

		if (old.end <= start || old.start >= end) {
			i++;
			continue;
		}
		/* What is appended is looked at again, and found clear */
		set->at[i] = set->at[--set->nr];
		append(set, old.start, MIN(old.end, round_pgdown(start)));
		if (end < old.end)
			append(set, round_pgup(end), old.end);
	}
}

void kvm_ranges_add(struct kvm_ranges *set, __paddr_t start, __paddr_t end)
{
	start = round_pgup(MIN(start, KVM_RANGES_LIMIT));
	end = round_pgdown(MIN(end, KVM_RANGES_LIMIT));
	kvm_ranges_cut(set, start, end);
	append(set, start, end);
}
