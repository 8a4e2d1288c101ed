/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scatter/gather lists: ranges of physical memory, in order, that together
 * are one buffer for a device.
 *
 * Ranges that touch are one segment. A list owns its array of segments, not
 * the memory that these describe. A list that cannot take what it was given
 * stays as it was. Lists are not locked; nothing here sleeps. Errors are
 * negative: -EINVAL, -EFBIG when there are too few segments, -ENOMEM.
 */

#ifndef UK__SGLIST_H__
#define UK__SGLIST_H__

#include <stddef.h>
#include <stdint.h>
#include <uk/arch/types.h>
#include <uk/config.h>
#include <uk/refcount.h>
#ifdef CONFIG_LIBUKALLOC
#include <uk/alloc.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct uk_sglist_seg {
	__paddr_t ss_paddr;
	size_t ss_len;		/* bytes */
};

struct uk_sglist {
	struct uk_sglist_seg *sg_segs;
	__atomic sg_refs;	/* who else uses the list */
	uint16_t sg_nseg;	/* segments in use */
	uint16_t sg_maxseg;	/* segments there is room for */
};

/* An empty list over an array of the caller's */
static inline void uk_sglist_init(struct uk_sglist *sg, uint16_t maxsegs,
				  struct uk_sglist_seg *segs)
{
	sg->sg_segs = segs;
	sg->sg_nseg = 0;
	sg->sg_maxseg = maxsegs;
	uk_refcount_init(&sg->sg_refs, 1);
}

static inline void uk_sglist_reset(struct uk_sglist *sg)
{
	sg->sg_nseg = 0;
}

/* How many segments a range of virtual memory is */
int uk_sglist_count(void *buf, size_t len);

/* Bytes in all segments */
size_t uk_sglist_length(struct uk_sglist *sg);

/* Adds a range of virtual memory, which is mapped, at the end */
int uk_sglist_append(struct uk_sglist *sg, void *buf, size_t len);

/* Adds `length` bytes of `source`, from its byte `offset` on, at the end */
int uk_sglist_append_sglist(struct uk_sglist *sg,
			    const struct uk_sglist *source, size_t offset,
			    size_t length);

/* Moves all of `second` to the end of `first` */
int uk_sglist_join(struct uk_sglist *first, struct uk_sglist *second);

#ifdef CONFIG_LIBUKALLOC

/* An empty list with room for `nsegs` (1 to 65535) segments, or NULL */
struct uk_sglist *uk_sglist_alloc(struct uk_alloc *a, int nsegs);

/* Drops a reference; the last one frees the list, which came from `a` */
void uk_sglist_free(struct uk_sglist *sg, struct uk_alloc *a);

/* A list of just the size that describes a range, which is not empty; or NULL */
struct uk_sglist *uk_sglist_build(struct uk_alloc *a, void *buf, size_t len);

/* A copy with as much room; or NULL */
struct uk_sglist *uk_sglist_clone(struct uk_sglist *sg, struct uk_alloc *a);

/*
 * The first `length` bytes move to *head: a list that is allocated when *head
 * is NULL, else one that is empty. If there are less, all do. Nobody else has a
 * reference to the original.
 */
int uk_sglist_split(struct uk_sglist *original, struct uk_sglist **head,
		    struct uk_alloc *a, size_t length);

/*
 * Describes `length` bytes, from byte `offset` on, in *slice, which is as
 * *head above. The original stays.
 */
int uk_sglist_slice(struct uk_sglist *original, struct uk_sglist **slice,
		    struct uk_alloc *a, size_t offset, size_t length);

#endif /* CONFIG_LIBUKALLOC */

#ifdef __cplusplus
}
#endif

#endif /* UK__SGLIST_H__ */
