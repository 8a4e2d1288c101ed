/* SPDX-License-Identifier: BSD-3-Clause */
/* Split virtqueues. */
#include <errno.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <virtio/virtqueue.h>

/* The device reads the first two parts and writes the third */
static size_t used_at(unsigned int size)
{
	return ALIGN_UP(size * sizeof(struct virtq_desc)
			+ sizeof(struct virtq_avail)
			+ (size + 1) * sizeof(uint16_t), (size_t)VIRTQ_ALIGN);
}

static size_t area_len(unsigned int size)
{
	return used_at(size) + sizeof(struct virtq_used)
		+ size * sizeof(struct virtq_used_elem) + sizeof(uint16_t);
}

static void lay_out(struct virtqueue *q, char *area)
{
	volatile char *byte = area;
	size_t left = area_len(q->size);
	unsigned int i;

	while (left--)
		*byte++ = 0;
	q->desc = (volatile void *)area;
	q->avail = (volatile void *)(area + q->size * sizeof(*q->desc));
	q->used = (volatile void *)(area + used_at(q->size));
	q->avail->flags = VIRTQ_AVAIL_F_NO_INTERRUPT;
	for (i = 0; i < q->size; i++) {
		q->desc[i].next = (uint16_t)(i + 1);
		q->cookies[i] = NULL;
	}
	q->free_count = q->size;
}

struct virtqueue *virtqueue_create(struct virtio_device *dev, unsigned int nr,
				   unsigned int want, struct uk_alloc *a)
{
	unsigned int max = dev->transport->queue_max(dev, nr), size = 1;
	struct virtqueue *q;
	char *area;

	if (!max || !want)
		return NULL;
	while (size * 2 <= MIN(max, MIN(want, 32768U)))
		size *= 2;
	q = uk_calloc(a, 1, sizeof(*q) + size * sizeof(*q->cookies));
	area = uk_memalign(a, VIRTQ_ALIGN, area_len(size));
	if (q && area) {
		q->dev = dev;
		q->nr = (uint16_t)nr;
		q->size = (uint16_t)size;
		q->a = a;
		lay_out(q, area);
		/* Registers are not ordered after memory by themselves */
		wmb();
		if (!dev->transport->queue_start(dev, q))
			return q;
	}
	uk_free(a, area);
	uk_free(a, q);
	return NULL;
}

void virtqueue_destroy(struct virtqueue *q)
{
	uk_free(q->a, (void *)(__uptr)q->desc);
	uk_free(q->a, q);
}

int virtqueue_put(struct virtqueue *q, const struct virtq_buffer *buffers,
		  unsigned int count, unsigned int reads, void *cookie)
{
	uint16_t first = q->free, at = first;
	unsigned int i;

	UK_ASSERT(count && reads <= count && cookie);
	if (q->broken)
		return -EIO;
	if (count > q->free_count)
		return -ENOSPC;
	for (i = 0; i < count; i++) {
		volatile struct virtq_desc *desc = &q->desc[at];

		desc->addr = buffers[i].addr;
		desc->len = buffers[i].len;
		desc->flags = (uint16_t)((i + 1 < count ? VIRTQ_DESC_F_NEXT : 0)
				| (i >= reads ? VIRTQ_DESC_F_WRITE : 0));
		at = desc->next;
	}
	q->free = at;
	q->free_count = (uint16_t)(q->free_count - count);
	q->cookies[first] = cookie;
	q->avail->ring[q->avail->idx % q->size] = first;
	/* The index says that all of that is there */
	wmb();
	q->avail->idx++;
	return 0;
}

void virtqueue_notify(struct virtqueue *q)
{
	mb();
	q->dev->transport->notify(q->dev, q);
}

int virtqueue_is_done(const struct virtqueue *q)
{
	return !q->broken && q->used->idx != q->taken;
}

/* Puts a chain back; its links are ours, the device only reads them */
static void release(struct virtqueue *q, uint16_t first)
{
	uint16_t at = first, count = 1;

	while (q->desc[at].flags & VIRTQ_DESC_F_NEXT) {
		at = q->desc[at].next;
		count++;
	}
	q->desc[at].next = q->free;
	q->free = first;
	q->free_count = (uint16_t)(q->free_count + count);
	q->cookies[first] = NULL;
}

void *virtqueue_take(struct virtqueue *q, uint32_t *written)
{
	volatile struct virtq_used_elem *used;
	uint16_t done;
	uint32_t id;
	void *cookie;

	if (!virtqueue_is_done(q))
		return NULL;
	/* No more than it was given */
	done = (uint16_t)(q->used->idx - q->taken);
	rmb();
	used = &q->used->ring[q->taken % q->size];
	id = used->id;
	cookie = id < q->size && done <= (uint16_t)(q->avail->idx - q->taken)
		? q->cookies[id] : NULL;
	if (!cookie) {
		/* It was not given that */
		q->broken = 1;
		return NULL;
	}
	*written = used->len;
	q->taken++;
	release(q, (uint16_t)id);
	return cookie;
}
