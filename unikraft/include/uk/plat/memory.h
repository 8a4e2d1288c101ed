/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory of the machine, as a list of regions that do not overlap.
 */
#ifndef __UKPLAT_MEMORY_H__
#define __UKPLAT_MEMORY_H__

#include <uk/config.h>
#include <uk/arch/types.h>
#include <uk/alloc.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a region is */
#define UKPLAT_MEMRF_FREE	0x1	/* nobody uses it; content undefined */
#define UKPLAT_MEMRF_RESERVED	0x2	/* the platform uses it */
#define UKPLAT_MEMRF_EXTRADATA	0x4	/* loaded beside the image */
/* How it is mapped */
#define UKPLAT_MEMRF_READABLE	0x10
#define UKPLAT_MEMRF_WRITABLE	0x20
#define UKPLAT_MEMRF_EXECUTABLE	0x40

/* What a heap may be made of */
#define UKPLAT_MEMRF_ALLOCATABLE					\
	(UKPLAT_MEMRF_FREE | UKPLAT_MEMRF_READABLE | UKPLAT_MEMRF_WRITABLE)
/* An initial RAM disk */
#define UKPLAT_MEMRF_INITRD						\
	(UKPLAT_MEMRF_EXTRADATA | UKPLAT_MEMRF_READABLE)

struct ukplat_memregion_desc {
	void *base;
	__sz len;		/* in bytes */
	int flags;		/* UKPLAT_MEMRF_* */
#if CONFIG_UKPLAT_MEMRNAME
	const char *name;	/* for people; static */
#endif
};

/*
 * The number of regions. Library parameters that size regions (as linuxu's
 * heap) count until the first call, and not after.
 */
int ukplat_memregion_count(void);

/* Fills *mrd with region `i`. Returns 0, or a negative value if none */
int ukplat_memregion_get(int i, struct ukplat_memregion_desc *mrd);

/*
 * Fills *mrd with the first region after number `i` (-1 to begin) that has
 * all of `sflags`, and returns its number. A negative value if none; *mrd is
 * undefined then.
 */
static inline int ukplat_memregion_find_next(int i, int sflags,
					     struct ukplat_memregion_desc *mrd)
{
	int count = ukplat_memregion_count();

	while (++i < count) {
		if (ukplat_memregion_get(i, mrd) < 0)
			continue;
		if ((mrd->flags & sflags) == sflags)
			return i;
	}
	return -1;
}

/* Walks the regions that have all of `sflags` */
#define ukplat_memregion_foreach(mrd, sflags)				\
	for (int __mr_nr = ukplat_memregion_find_next(-1, (sflags), (mrd)); \
	     __mr_nr >= 0;						\
	     __mr_nr = ukplat_memregion_find_next(__mr_nr, (sflags), (mrd)))

/* The first initial RAM disk, as ukplat_memregion_find_next() */
#define ukplat_memregion_find_initrd0(mrd)				\
	ukplat_memregion_find_next(-1, UKPLAT_MEMRF_INITRD, (mrd))

/*
 * The allocator that the platform itself takes memory from; set once, by the
 * boot library. Setting returns 0, or a negative error code.
 */
int ukplat_memallocator_set(struct uk_alloc *a);
struct uk_alloc *ukplat_memallocator_get(void);

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_MEMORY_H__ */
