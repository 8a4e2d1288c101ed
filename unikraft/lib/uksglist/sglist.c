/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lists of segments in memory of the caller's; see uk/sglist.h.
 */

#include <errno.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/page.h>
#include <uk/plat/io.h>
#include <uk/sglist.h>

/* Adds a range of physical memory; -EFBIG when there is no segment left */
static int add(struct uk_sglist *sg, __paddr_t paddr, size_t len)
{
	struct uk_sglist_seg *last = sg->sg_segs + sg->sg_nseg - 1;

	if (sg->sg_nseg && last->ss_paddr + last->ss_len == paddr) {
		last->ss_len += len;
		return 0;
	}
	if (sg->sg_nseg == sg->sg_maxseg)
		return -EFBIG;
	sg->sg_segs[sg->sg_nseg++] = (struct uk_sglist_seg){ paddr, len };
	return 0;
}

/* What a list was before something that may fail half-way */
struct mark {
	uint16_t nseg;
	size_t last_len;
};

static struct mark mark_of(const struct uk_sglist *sg)
{
	size_t len = sg->sg_nseg ? sg->sg_segs[sg->sg_nseg - 1].ss_len : 0;

	return (struct mark){ sg->sg_nseg, len };
}

static void back_to(struct uk_sglist *sg, struct mark mark)
{
	sg->sg_nseg = mark.nseg;
	if (mark.nseg)
		sg->sg_segs[mark.nseg - 1].ss_len = mark.last_len;
}

/* The bytes of a range up to the end of its first page */
static size_t in_page(__uptr addr, size_t len)
{
	return MIN(len, (size_t)__PAGE_SIZE - (addr & (__PAGE_SIZE - 1)));
}

int uk_sglist_count(void *buf, size_t len)
{
	__uptr addr = (__uptr)buf;
	__paddr_t end = 0;
	int count = 0;

	while (len) {
		size_t part = in_page(addr, len);
		__paddr_t paddr = ukplat_virt_to_phys((void *)addr);

		count += !count || paddr != end;
		end = paddr + part;
		addr += part;
		len -= part;
	}
	return count;
}

size_t uk_sglist_length(struct uk_sglist *sg)
{
	size_t sum = 0;

	UK_ASSERT(sg);
	for (unsigned int i = 0; i < sg->sg_nseg; i++)
		sum += sg->sg_segs[i].ss_len;
	return sum;
}

int uk_sglist_append(struct uk_sglist *sg, void *buf, size_t len)
{
	__uptr addr = (__uptr)buf;
	struct mark mark;

	UK_ASSERT(sg);
	if (!sg->sg_maxseg)
		return -EINVAL;
	mark = mark_of(sg);
	while (len) {
		size_t part = in_page(addr, len);
		int rc = add(sg, ukplat_virt_to_phys((void *)addr), part);

		if (rc) {
			back_to(sg, mark);
			return rc;
		}
		addr += part;
		len -= part;
	}
	return 0;
}

int uk_sglist_append_sglist(struct uk_sglist *sg,
			    const struct uk_sglist *source, size_t offset,
			    size_t length)
{
	const struct uk_sglist_seg *seg, *end;
	struct mark mark;
	int rc = 0;

	UK_ASSERT(sg);
	UK_ASSERT(source && source != sg);
	if (!sg->sg_maxseg)
		return -EINVAL;
	mark = mark_of(sg);
	end = source->sg_segs + source->sg_nseg;
	for (seg = source->sg_segs; length && !rc && seg < end; seg++) {
		size_t skipped = MIN(offset, seg->ss_len);
		size_t part = MIN(length, seg->ss_len - skipped);

		offset -= skipped;
		length -= part;
		if (part)
			rc = add(sg, seg->ss_paddr + skipped, part);
	}
	if (!rc && length)
		rc = -EINVAL;
	if (rc)
		back_to(sg, mark);
	return rc;
}

int uk_sglist_join(struct uk_sglist *first, struct uk_sglist *second)
{
	int rc;

	UK_ASSERT(first);
	UK_ASSERT(second);
	if (!second->sg_nseg)
		return 0;
	rc = uk_sglist_append_sglist(first, second, 0,
				     uk_sglist_length(second));
	if (!rc)
		uk_sglist_reset(second);
	return rc == -EINVAL ? -EFBIG : rc;
}
