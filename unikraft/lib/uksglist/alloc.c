/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lists that are allocated, and parts of lists; see uk/sglist.h.
 */

#include <errno.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/sglist.h>

struct uk_sglist *uk_sglist_alloc(struct uk_alloc *a, int nsegs)
{
	struct uk_sglist *sg;

	UK_ASSERT(a);
	if (nsegs <= 0 || nsegs > UINT16_MAX)
		return NULL;
	sg = uk_malloc(a, sizeof(*sg) + (size_t)nsegs * sizeof(*sg->sg_segs));
	if (sg)
		uk_sglist_init(sg, (uint16_t)nsegs,
			       (struct uk_sglist_seg *)(sg + 1));
	return sg;
}

void uk_sglist_free(struct uk_sglist *sg, struct uk_alloc *a)
{
	if (sg && uk_refcount_release(&sg->sg_refs))
		uk_free(a, sg);
}

struct uk_sglist *uk_sglist_build(struct uk_alloc *a, void *buf, size_t len)
{
	struct uk_sglist *sg = uk_sglist_alloc(a, uk_sglist_count(buf, len));

	if (sg && uk_sglist_append(sg, buf, len)) {
		uk_sglist_free(sg, a);
		return NULL;
	}
	return sg;
}

struct uk_sglist *uk_sglist_clone(struct uk_sglist *sg, struct uk_alloc *a)
{
	struct uk_sglist *copy;

	UK_ASSERT(sg);
	copy = uk_sglist_alloc(a, sg->sg_maxseg);
	if (copy) {
		copy->sg_nseg = sg->sg_nseg;
		memcpy(copy->sg_segs, sg->sg_segs,
		       sg->sg_nseg * sizeof(*sg->sg_segs));
	}
	return copy;
}

/*
 * Puts a part into *to, allocated by need, with as many segments as those of
 * the original are that the part lies in.
 */
static int extract(const struct uk_sglist *original, struct uk_sglist **to,
		   struct uk_alloc *a, size_t offset, size_t length)
{
	struct uk_sglist *fresh = NULL;
	size_t start = 0;
	int rc, count = 0;

	if (*to && (*to)->sg_nseg)
		return -EINVAL;
	for (unsigned int i = 0; i < original->sg_nseg; i++) {
		size_t end = start + original->sg_segs[i].ss_len;

		count += start < offset + length && end > offset;
		start = end;
	}
	if (length > start || offset > start - length)
		return -EINVAL;
	if (!*to) {
		fresh = uk_sglist_alloc(a, count);
		if (!fresh)
			return -ENOMEM;
	}
	rc = uk_sglist_append_sglist(fresh ? fresh : *to, original, offset,
				     length);
	if (fresh && rc)
		uk_sglist_free(fresh, a);
	else if (fresh)
		*to = fresh;
	return rc == -EINVAL ? -EFBIG : rc;
}

/* Takes away the first bytes. */
static void cut(struct uk_sglist *sg, size_t length)
{
	unsigned int gone = 0;

	while (gone < sg->sg_nseg && length >= sg->sg_segs[gone].ss_len)
		length -= sg->sg_segs[gone++].ss_len;
	sg->sg_nseg -= gone;
	memmove(sg->sg_segs, sg->sg_segs + gone,
		sg->sg_nseg * sizeof(*sg->sg_segs));
	if (sg->sg_nseg) {
		sg->sg_segs[0].ss_paddr += length;
		sg->sg_segs[0].ss_len -= length;
	}
}

int uk_sglist_split(struct uk_sglist *original, struct uk_sglist **head,
		    struct uk_alloc *a, size_t length)
{
	size_t all;
	int rc;

	UK_ASSERT(original);
	UK_ASSERT(head);
	if (uk_refcount_read(&original->sg_refs) > 1)
		return -EINVAL;
	all = uk_sglist_length(original);
	length = MIN(length, all);
	if (!length)
		return 0;
	rc = extract(original, head, a, 0, length);
	if (!rc)
		cut(original, length);
	return rc;
}

int uk_sglist_slice(struct uk_sglist *original, struct uk_sglist **slice,
		    struct uk_alloc *a, size_t offset, size_t length)
{
	UK_ASSERT(original);
	UK_ASSERT(slice);
	if (!length)
		return 0;
	return extract(original, slice, a, offset, length);
}
