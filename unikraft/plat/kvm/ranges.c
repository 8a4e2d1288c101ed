/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets of addresses. Knows nothing of memory maps: any numbers will do.
 */
#include <kvm/ranges.h>
#include <uk/essentials.h>

/* The first range that ends at `address` or above it */
static unsigned int first_up_to(const struct kvm_ranges *set,
				__paddr_t address)
{
	unsigned int i = 0;

	while (i < set->nr && set->at[i].end < address)
		i++;
	return i;
}

/* Puts `by` ranges in the place of those from `first` up to `last` */
static void replace(struct kvm_ranges *set, unsigned int first,
		    unsigned int last, const struct kvm_range *by,
		    unsigned int nr)
{
	unsigned int i, tail = set->nr - last;

	if (first + nr < last)
		for (i = 0; i < tail; i++)
			set->at[first + nr + i] = set->at[last + i];
	else
		for (i = tail; i > 0; i--)
			set->at[first + nr + i - 1] = set->at[last + i - 1];
	for (i = 0; i < nr; i++)
		set->at[first + i] = by[i];
	set->nr = first + nr + tail;
}

void kvm_ranges_add(struct kvm_ranges *set, __paddr_t start, __paddr_t end)
{
	struct kvm_range whole = { start, MIN(end, KVM_RANGES_LIMIT) };
	unsigned int first, last;

	if (whole.start >= whole.end)
		return;
	first = first_up_to(set, whole.start);
	for (last = first; last < set->nr; last++) {
		if (set->at[last].start > whole.end)
			break;
		whole.start = MIN(whole.start, set->at[last].start);
		whole.end = MAX(whole.end, set->at[last].end);
	}
	if (first < last || set->nr < KVM_MAX_RANGES)
		replace(set, first, last, &whole, 1);
}

void kvm_ranges_cut(struct kvm_ranges *set, __paddr_t start, __paddr_t end)
{
	struct kvm_range rest[2];
	unsigned int first, last, nr = 0;

	if (start >= end)
		return;
	first = first_up_to(set, start);
	if (first < set->nr && set->at[first].end == start)
		first++;
	for (last = first; last < set->nr && set->at[last].start < end; last++)
		;
	if (first == last)
		return;
	if (set->at[first].start < start)
		rest[nr++] = (struct kvm_range){ set->at[first].start, start };
	if (set->at[last - 1].end > end)
		rest[nr++] = (struct kvm_range){ end, set->at[last - 1].end };
	/* Two ranges of one: the smaller is forgotten if there is no room */
	if (nr > last - first && set->nr == KVM_MAX_RANGES) {
		if (rest[1].end - rest[1].start > rest[0].end - rest[0].start)
			rest[0] = rest[1];
		nr = 1;
	}
	replace(set, first, last, rest, nr);
}

int kvm_ranges_have(const struct kvm_ranges *set, __paddr_t start,
		    __paddr_t end)
{
	unsigned int i = first_up_to(set, end);

	return i < set->nr && set->at[i].start <= start
		&& end <= set->at[i].end;
}
