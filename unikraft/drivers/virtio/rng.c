/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The host's random numbers (VIRTIO 1.1, section 5.4), as a source of the
 * generator: a buffer is always under way, so that nobody waits for the host
 * but the boot, and that not for long.
 */
#include <errno.h>
#include <uk/essentials.h>
#include <uk/plat/io.h>
#include <uk/plat/time.h>
#include <uk/print.h>
#include <uk/swrand.h>
#include <virtio/virtqueue.h>

/* What the generator takes at a time, twice */
#define LEN		64

/* How long the boot waits for the first bytes */
#define PATIENCE	ukarch_time_sec_to_nsec((__nsec)1)

struct rng {
	struct virtqueue *queue;
	struct uk_swrand_source source;
	struct virtq_buffer buffer;	/* the bytes */
	volatile uint8_t bytes[LEN];
};

static void request(struct rng *rng)
{
	if (!virtqueue_put(rng->queue, &rng->buffer, 1, 0, rng))
		virtqueue_notify(rng->queue);
}

/* Nobody sees the same bytes again, not even in memory */
static size_t fill(void *cookie, void *buf, size_t len)
{
	struct rng *rng = cookie;
	uint8_t *to = buf;
	uint32_t written = 0;
	size_t i;

	if (!virtqueue_take(rng->queue, &written))
		return 0;
	len = MIN(len, (size_t)MIN(written, (uint32_t)LEN));
	for (i = 0; i < len; i++)
		to[i] = rng->bytes[i];
	for (i = 0; i < LEN; i++)
		rng->bytes[i] = 0;
	request(rng);
	return len;
}

static int add(struct virtio_device *dev, struct uk_alloc *a)
{
	struct rng *rng = uk_calloc(a, 1, sizeof(*rng));
	__nsec end;
	int rc;

	if (!rng)
		return -ENOMEM;
	rc = virtio_begin(dev, 0);
	if (!rc) {
		rng->queue = virtqueue_create(dev, 0, 1, a);
		if (!rng->queue) {
			virtio_fail(dev);
			rc = -ENOMEM;
		}
	}
	if (rc) {
		uk_free(a, rng);
		return rc;
	}
	virtio_ready(dev);
	rng->buffer.addr = ukplat_virt_to_phys(rng->bytes);
	rng->buffer.len = LEN;
	request(rng);
	end = ukplat_monotonic_clock() + PATIENCE;
	while (!virtqueue_is_done(rng->queue)
	       && ukplat_monotonic_clock() < end)
		;
	rng->source.name = "virtio-rng";
	rng->source.fill = fill;
	rng->source.cookie = rng;
	uk_swrand_add_source(&rng->source);
	return 0;
}

static struct virtio_driver driver = {
	.type = VIRTIO_ID_RNG,
	.add_dev = add,
};
VIRTIO_REGISTER_DRIVER(&driver);
