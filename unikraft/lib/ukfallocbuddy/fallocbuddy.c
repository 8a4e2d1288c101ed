/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Buddies in bitmaps. A zone is what one addmem() brought. For each order n it
 * has a row of bits, one for each block of 2^n frames that touches the zone:
 * set when the block is free as a whole and part of no larger free block. The
 * frames themselves are never touched.
 */
#include <errno.h>
#include <string.h>
#include <uk/bitops.h>
#include <uk/config.h>
#include <uk/fallocbuddy.h>

#define ORDERS	(CONFIG_LIBUKFALLOCBUDDY_MAX_ALLOC_ORDER + 1)

/* Frames are numbered by their address: block b of order n is at b << n */
struct zone {
	struct zone *next;
	unsigned long first, end;	/* frames */
	unsigned long nr_free[ORDERS];	/* set bits of each row */
	unsigned long *rows[ORDERS];
};

struct buddy {
	struct uk_falloc fa;
	struct zone *zones;
};

static unsigned long nr_bits(unsigned long first, unsigned long end,
			     unsigned int order)
{
	return ((end - 1) >> order) - (first >> order) + 1;
}

/* The number of a block in its row */
static unsigned long bit_of(const struct zone *zone, unsigned long frame,
			    unsigned int order)
{
	return (frame >> order) - (zone->first >> order);
}

static int is_set(const struct zone *zone, unsigned long frame,
		  unsigned int order)
{
	return uk_test_bit((int)bit_of(zone, frame, order),
			   zone->rows[order]);
}

static void set(struct zone *zone, unsigned long frame, unsigned int order)
{
	__uk_set_bit((long)bit_of(zone, frame, order), zone->rows[order]);
	zone->nr_free[order]++;
}

static void clear(struct zone *zone, unsigned long frame, unsigned int order)
{
	__uk_clear_bit((long)bit_of(zone, frame, order), zone->rows[order]);
	zone->nr_free[order]--;
}

/* The order of the free block around a frame, or -1 */
static int free_order(const struct zone *zone, unsigned long frame)
{
	unsigned int order;

	for (order = 0; order < ORDERS; order++)
		if (is_set(zone, frame, order))
			return (int)order;
	return -1;
}

/* Whether some of the frames are free */
static int any_free(const struct zone *zone, unsigned long frame,
		    unsigned long end)
{
	unsigned long from, to;
	unsigned int order;

	for (order = 0; order < ORDERS; order++) {
		from = bit_of(zone, frame, order);
		to = bit_of(zone, end - 1, order) + 1;
		if (uk_find_next_bit(zone->rows[order], to, from) < to)
			return 1;
	}
	return 0;
}

static int all_free(const struct zone *zone, unsigned long frame,
		    unsigned long end)
{
	int order;

	while (frame < end) {
		order = free_order(zone, frame);
		if (order < 0)
			return 0;
		frame = ALIGN_DOWN(frame, 1UL << order) + (1UL << order);
	}
	return 1;
}

/* The largest block that begins at `frame` and ends before `end` */
static unsigned int order_at(unsigned long frame, unsigned long end)
{
	unsigned int order = 0;

	while (order + 1 < ORDERS && !(frame & ((2UL << order) - 1))
	       && end - frame >= 2UL << order)
		order++;
	return order;
}

/* Frees a block, and what it makes whole */
static void release(struct zone *zone, unsigned long frame, unsigned int order)
{
	unsigned long buddy;

	while (order + 1 < ORDERS) {
		buddy = frame ^ (1UL << order);
		if (buddy < zone->first || buddy + (1UL << order) > zone->end
		    || !is_set(zone, buddy, order))
			break;
		clear(zone, buddy, order);
		frame = MIN(frame, buddy);
		order++;
	}
	set(zone, frame, order);
}

static void release_range(struct zone *zone, unsigned long frame,
			  unsigned long end)
{
	unsigned int order;

	for (; frame < end; frame += 1UL << order) {
		order = order_at(frame, end);
		release(zone, frame, order);
	}
}

/* Takes frames that are free: those around them in the same blocks stay so */
static void take_range(struct zone *zone, unsigned long frame,
		       unsigned long end)
{
	unsigned long start, stop;
	unsigned int order;

	for (; frame < end; frame = stop) {
		order = (unsigned int)free_order(zone, frame);
		start = ALIGN_DOWN(frame, 1UL << order);
		stop = start + (1UL << order);
		clear(zone, frame, order);
		release_range(zone, start, frame);
		if (stop > end)
			release_range(zone, end, stop);
	}
}

/*
 * A place for a block of 2^order frames in [min, max): the lowest in the
 * smallest block that has one. 0 if there is none, which is no frame's number
 * here.
 */
static unsigned long find(const struct zone *zone, unsigned int order,
			  unsigned long min, unsigned long max)
{
	unsigned long bit, bits, frame;
	unsigned int at;

	min = MAX(min, zone->first);
	max = MIN(max, zone->end);
	if (min >= max)
		return 0;
	for (at = order; at < ORDERS; at++) {
		if (!zone->nr_free[at])
			continue;
		bits = bit_of(zone, max - 1, at) + 1;
		bit = uk_find_next_bit(zone->rows[at], bits,
				       bit_of(zone, min, at));
		while (bit < bits) {
			unsigned long start;

			start = ((zone->first >> at) + bit) << at;
			frame = ALIGN_UP(MAX(start, min), 1UL << order);
			if (frame + (1UL << order)
			    <= MIN(start + (1UL << at), max))
				return frame;
			bit = uk_find_next_bit(zone->rows[at], bits, bit + 1);
		}
	}
	return 0;
}

static struct zone *zone_of(const struct uk_falloc *fa, unsigned long frame,
			    unsigned long frames)
{
	struct zone *zone = ((const struct buddy *)fa)->zones;

	while (zone && !(frame >= zone->first && frame < zone->end
			 && frames <= zone->end - frame))
		zone = zone->next;
	return zone;
}

static int buddy_from_range(struct uk_falloc *fa, __paddr_t *paddr,
			    unsigned long frames,
			    unsigned long flags __unused,
			    __paddr_t min, __paddr_t max)
{
	struct zone *zone;
	unsigned long frame;
	unsigned int order = 0;

	while (order < ORDERS && 1UL << order < frames)
		order++;
	if (!frames || order == ORDERS)
		return frames ? -ENOMEM : -EINVAL;
	for (zone = ((struct buddy *)fa)->zones; zone; zone = zone->next) {
		frame = find(zone, order, (min >> PAGE_SHIFT)
			     + !PAGE_ALIGNED(min), max >> PAGE_SHIFT);
		if (!frame)
			continue;
		take_range(zone, frame, frame + frames);
		fa->free_memory -= frames << PAGE_SHIFT;
		*paddr = frame << PAGE_SHIFT;
		return 0;
	}
	return -ENOMEM;
}

static int buddy_falloc(struct uk_falloc *fa, __paddr_t *paddr,
			unsigned long frames, unsigned long flags)
{
	unsigned long frame = *paddr >> PAGE_SHIFT;
	struct zone *zone;
	int rc;

	if (*paddr == __PADDR_ANY) {
		rc = buddy_from_range(fa, paddr, frames, flags, __PADDR_MIN,
				      __PADDR_MAX);
		if (rc)
			*paddr = __PADDR_INV;
		return rc;
	}
	zone = zone_of(fa, frame, frames);
	if (!zone || !frames || !PAGE_ALIGNED(*paddr))
		return -EFAULT;
	if (!all_free(zone, frame, frame + frames))
		return -ENOMEM;
	take_range(zone, frame, frame + frames);
	fa->free_memory -= frames << PAGE_SHIFT;
	return 0;
}

static int buddy_ffree(struct uk_falloc *fa, __paddr_t paddr,
		       unsigned long frames)
{
	unsigned long frame = paddr >> PAGE_SHIFT;
	struct zone *zone = zone_of(fa, frame, frames);

	if (!zone || !frames || !PAGE_ALIGNED(paddr))
		return -EFAULT;
	if (any_free(zone, frame, frame + frames))
		return -ENOMEM;
	release_range(zone, frame, frame + frames);
	fa->free_memory += frames << PAGE_SHIFT;
	return 0;
}

static int buddy_addmem(struct uk_falloc *fa, void *metadata, __paddr_t paddr,
			unsigned long frames, __vaddr_t dm_off __unused)
{
	unsigned long first = paddr >> PAGE_SHIFT, words;
	struct buddy *buddy = (struct buddy *)fa;
	struct zone *zone = metadata;
	unsigned long *row = (unsigned long *)(zone + 1);
	unsigned int order;

	if (!frames || !first || !PAGE_ALIGNED(paddr)
	    || frames > (__PADDR_MAX >> PAGE_SHIFT) - first)
		return -EINVAL;
	memset(zone, 0, sizeof(*zone));
	zone->first = first;
	zone->end = first + frames;
	for (order = 0; order < ORDERS; order++) {
		words = UK_BITS_TO_LONGS(nr_bits(first, zone->end, order));
		memset(row, 0, words * sizeof(*row));
		zone->rows[order] = row;
		row += words;
	}
	release_range(zone, first, zone->end);
	zone->next = buddy->zones;
	buddy->zones = zone;
	fa->free_memory += frames << PAGE_SHIFT;
	fa->total_memory += frames << PAGE_SHIFT;
	return 0;
}

int uk_fallocbuddy_init(struct uk_falloc *fa)
{
	struct buddy *buddy = (struct buddy *)fa;

	memset(buddy, 0, sizeof(*buddy));
	fa->falloc = buddy_falloc;
	fa->falloc_from_range = buddy_from_range;
	fa->ffree = buddy_ffree;
	fa->addmem = buddy_addmem;
	return 0;
}

__sz uk_fallocbuddy_size(void)
{
	return sizeof(struct buddy);
}

__sz uk_fallocbuddy_metadata_size(unsigned long frames)
{
	__sz size = sizeof(struct zone);
	unsigned int order;

	/* One more than needed where the first block begins before the zone */
	for (order = 0; order < ORDERS; order++)
		size += UK_BITS_TO_LONGS((frames >> order) + 2)
			* sizeof(unsigned long);
	return size;
}
