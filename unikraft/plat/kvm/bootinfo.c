/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What any boot protocol says, brought into one form. Knows none of them, and
 * trusts none.
 */
#include <kvm/boot.h>
#include <uk/essentials.h>

/* [start, start + len), cut off where addresses end */
static struct kvm_range range_of(__u64 start, __u64 len)
{
	struct kvm_range range = { start, start + len };

	if (range.end < start)
		range.end = ~0UL;
	return range;
}

void kvm_boot_ram(struct kvm_boot_info *info, __u64 start, __u64 len)
{
	struct kvm_range range = range_of(start, len);

	kvm_ranges_add(&info->ram, range.start, range.end);
}

void kvm_boot_reserved(struct kvm_boot_info *info, __u64 start, __u64 len)
{
	struct kvm_range range = range_of(start, len);

	kvm_ranges_cut(&info->ram, range.start, range.end);
}

void kvm_boot_module(struct kvm_boot_info *info, __u64 start, __u64 len)
{
	if (info->nr_modules < KVM_MAX_MODULES)
		info->modules[info->nr_modules++] = range_of(start, len);
}

void kvm_boot_cmdline(struct kvm_boot_info *info, __u64 address)
{
	const char *text;
	__u64 at;

	if (!address)
		return;
	for (at = address; at - address <= KVM_MAX_CMDLINE; at++) {
		text = kvm_reach(at, 1, 1);
		if (!text)
			kvm_boot_failed("the command line is out of reach");
		if (!*text) {
			info->cmdline.start = address;
			info->cmdline.end = at;
			return;
		}
	}
	kvm_boot_failed("the command line is longer than 128 KiB");
}

static int is_blank(__u64 address)
{
	const char *text = kvm_reach(address, 1, 1);

	return *text == ' ' || *text == '\t';
}

void kvm_boot_cmdline_skip_word(struct kvm_boot_info *info)
{
	struct kvm_range *line = &info->cmdline;

	while (line->start < line->end && is_blank(line->start))
		line->start++;
	while (line->start < line->end && !is_blank(line->start))
		line->start++;
}
