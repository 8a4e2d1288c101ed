/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Queues of buffers between a virtio driver and its device: split virtqueues
 * (VIRTIO 1.1, section 2.6). The device is asked, and asks for no interrupts.
 *
 * Nothing here locks: one caller at a time, from any context. What the device
 * says is checked; one that talks nonsense gets and gives nothing any more.
 */
#ifndef __DRIVERS_VIRTQUEUE_H__
#define __DRIVERS_VIRTQUEUE_H__

#include <virtio/virtio.h>

/* Where version 1 by registers wants the third part to begin, in bytes */
#define VIRTQ_ALIGN		4096

#define VIRTQ_DESC_F_NEXT	1
#define VIRTQ_DESC_F_WRITE	2	/* by the device */
#define VIRTQ_AVAIL_F_NO_INTERRUPT 1

/* The layout is the device's; all numbers are little-endian, as processors are */
struct virtq_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};

struct virtq_avail {
	uint16_t flags;
	uint16_t idx;
	uint16_t ring[];
};

struct virtq_used_elem {
	uint32_t id;
	uint32_t len;
};

struct virtq_used {
	uint16_t flags;
	uint16_t idx;
	struct virtq_used_elem ring[];
};

struct virtqueue {
	struct virtio_device *dev;
	uint16_t nr;
	uint16_t size;			/* a power of two */
	volatile struct virtq_desc *desc;
	volatile struct virtq_avail *avail;
	volatile struct virtq_used *used;
	uint32_t notify_at;		/* the transport's */

	struct uk_alloc *a;
	int broken;
	uint16_t free, free_count;	/* descriptors, linked by `next` */
	uint16_t taken;			/* of what the device has used */
	void *cookies[];		/* by first descriptor */
};

/* A piece of physical memory: ukplat_virt_to_phys(), not from handlers */
struct virtq_buffer {
	__paddr_t addr;
	uint32_t len;
};

/*
 * Queue `nr` with `want` descriptors at most. Null when there is no such queue,
 * or no memory.
 */
struct virtqueue *virtqueue_create(struct virtio_device *dev, unsigned int nr,
				   unsigned int want, struct uk_alloc *a);
/* The device was reset */
void virtqueue_destroy(struct virtqueue *q);

/*
 * Hands buffers to the device, the first `reads` of them for it to read, the
 * others for it to write to. `cookie`, not null, comes back with them. Returns
 * 0, -ENOSPC when there are not enough descriptors, or -EIO: it is broken.
 */
int virtqueue_put(struct virtqueue *q, const struct virtq_buffer *buffers,
		  unsigned int count, unsigned int reads, void *cookie);
/* Tells the device that there are some */
void virtqueue_notify(struct virtqueue *q);

/*
 * The cookie of buffers that the device is done with, and how many bytes it
 * says that it has written; null when there are none.
 */
void *virtqueue_take(struct virtqueue *q, uint32_t *written);
/* Whether virtqueue_take() has something */
int virtqueue_is_done(const struct virtqueue *q);

#endif /* __DRIVERS_VIRTQUEUE_H__ */
