/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Queues and the agreement upon features, with a device that is made up here:
 * one that does as it should, and one that does not.
 */
#include <errno.h>
#include <string.h>
#include <uk/plat/io.h>
#include <uk/test.h>
#include <virtio/virtqueue.h>

#define SIZE	8

static struct {
	struct virtio_device virtio;
	uint8_t status, refuses;	/* bits that it does not take */
	uint8_t stuck;			/* bits that stay */
	uint64_t offers, agreed;
	unsigned int max, notified;
	int start;			/* what queue_start() returns */
	uint16_t seen;			/* of what is available */
} fake;

static uint8_t status(const struct virtio_device *dev __unused)
{
	return fake.status;
}

static void set_status(const struct virtio_device *dev __unused, uint8_t value)
{
	fake.status = (value & ~fake.refuses) | fake.stuck;
}

static uint64_t features(const struct virtio_device *dev __unused)
{
	return fake.offers;
}

static void set_features(const struct virtio_device *dev __unused,
			 uint64_t value)
{
	fake.agreed = value;
}

static unsigned int queue_max(const struct virtio_device *dev __unused,
			      unsigned int nr)
{
	return nr ? 0 : fake.max;
}

static int queue_start(const struct virtio_device *dev __unused,
		       struct virtqueue *queue __unused)
{
	return fake.start;
}

static void notify(const struct virtio_device *dev __unused,
		   const struct virtqueue *queue __unused)
{
	fake.notified++;
}

static const struct virtio_transport transport = {
	.status = status,
	.set_status = set_status,
	.features = features,
	.set_features = set_features,
	.queue_max = queue_max,
	.queue_start = queue_start,
	.notify = notify,
};

static struct virtqueue *begin(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.virtio.transport = &transport;
	fake.offers = VIRTIO_F_VERSION_1 | 7;
	fake.max = SIZE;
	return virtqueue_create(&fake.virtio, 0, 100, uk_alloc_get_default());
}

static void device_uses(struct virtqueue *q, uint32_t id, uint32_t len)
{
	q->used->ring[q->used->idx % q->size].id = id;
	q->used->ring[q->used->idx % q->size].len = len;
	q->used->idx++;
}

/* The device's part: fills what it may write to with 0x5a */
static void device_works(struct virtqueue *q)
{
	uint16_t first, at;
	uint32_t len;

	while (fake.seen != q->avail->idx) {
		first = at = q->avail->ring[fake.seen++ % q->size];
		for (len = 0;; at = q->desc[at].next) {
			if (q->desc[at].flags & VIRTQ_DESC_F_WRITE) {
				memset((void *)(__uptr)q->desc[at].addr, 0x5a,
				       q->desc[at].len);
				len += q->desc[at].len;
			}
			if (!(q->desc[at].flags & VIRTQ_DESC_F_NEXT))
				break;
		}
		device_uses(q, first, len);
	}
}

UK_TESTCASE(virtqueue, buffers_go_and_come_back)
{
	struct virtqueue *q = begin();
	char in[4] = "abc", out[2][6] = { "", "" };
	struct virtq_buffer buffers[] = {
		{ ukplat_virt_to_phys(in), 4 },
		{ ukplat_virt_to_phys(out[0]), 6 },
		{ ukplat_virt_to_phys(out[1]), 6 },
	};
	uint32_t len = 0;
	unsigned int i;

	UK_TEST_EXPECT_SNUM_EQ(q->size, SIZE);
	UK_TEST_EXPECT_NULL(virtqueue_take(q, &len));
	for (i = 0; i < 70000; i++) {
		if (virtqueue_put(q, buffers, 3, 1, &fake))
			break;
		virtqueue_notify(q);
		if (virtqueue_is_done(q))
			break;
		device_works(q);
		if (!virtqueue_is_done(q) || virtqueue_take(q, &len) != &fake
		    || len != 12)
			break;
	}
	/* Indices have gone around */
	UK_TEST_EXPECT_SNUM_EQ(i, 70000);
	UK_TEST_EXPECT_SNUM_EQ(fake.notified, 70000);
	UK_TEST_EXPECT_STR_EQ(in, "abc");
	UK_TEST_EXPECT_BYTES_EQ(out, "ZZZZZZZZZZZZ", 12);
	UK_TEST_EXPECT_SNUM_EQ(q->free_count, SIZE);
	virtqueue_destroy(q);
}

UK_TESTCASE(virtqueue, no_more_than_there_is_room_for)
{
	struct virtqueue *q = begin();
	struct virtq_buffer buffers[3] = { { 0, 0 } };
	uint32_t len;

	UK_TEST_EXPECT_ZERO(virtqueue_put(q, buffers, 3, 3, &fake));
	UK_TEST_EXPECT_ZERO(virtqueue_put(q, buffers, 3, 3, q));
	UK_TEST_EXPECT_SNUM_EQ(virtqueue_put(q, buffers, 3, 3, q), -ENOSPC);
	UK_TEST_EXPECT_ZERO(virtqueue_put(q, buffers, 2, 2, buffers));
	UK_TEST_EXPECT_SNUM_EQ(virtqueue_put(q, buffers, 1, 0, q), -ENOSPC);
	/* In any order */
	device_uses(q, q->avail->ring[1], 0);
	device_uses(q, q->avail->ring[0], 0);
	UK_TEST_EXPECT_PTR_EQ(virtqueue_take(q, &len), q);
	UK_TEST_EXPECT_PTR_EQ(virtqueue_take(q, &len), &fake);
	UK_TEST_EXPECT_NULL(virtqueue_take(q, &len));
	UK_TEST_EXPECT_SNUM_EQ(q->free_count, 6);
	virtqueue_destroy(q);
}

UK_TESTCASE(virtqueue, nonsense_breaks_it)
{
	static const uint32_t ids[] = { SIZE, ~0U, 1 };
	struct virtq_buffer buffer = { 0, 0 };
	uint32_t len, i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		struct virtqueue *q = begin();

		UK_TEST_EXPECT_ZERO(virtqueue_put(q, &buffer, 1, 1, q));
		device_uses(q, ids[i], 0);
		UK_TEST_EXPECT_NULL(virtqueue_take(q, &len));
		UK_TEST_EXPECT(!virtqueue_is_done(q));
		UK_TEST_EXPECT_SNUM_EQ(virtqueue_put(q, &buffer, 1, 1, q),
				       -EIO);
		virtqueue_destroy(q);
	}
}

UK_TESTCASE(virtqueue, there_may_be_none)
{
	virtqueue_destroy(begin());
	UK_TEST_EXPECT_NULL(virtqueue_create(&fake.virtio, 1, 4,
					     uk_alloc_get_default()));
	fake.start = -EINVAL;
	UK_TEST_EXPECT_NULL(virtqueue_create(&fake.virtio, 0, 4,
					     uk_alloc_get_default()));
}

UK_TESTCASE(virtio, features_are_agreed_upon)
{
	virtqueue_destroy(begin());
	UK_TEST_EXPECT_ZERO(virtio_begin(&fake.virtio, 2 | 8));
	UK_TEST_EXPECT_SNUM_EQ(fake.agreed, VIRTIO_F_VERSION_1 | 2);
	virtio_ready(&fake.virtio);
	UK_TEST_EXPECT_SNUM_EQ(fake.status, VIRTIO_STATUS_ACKNOWLEDGE
			       | VIRTIO_STATUS_DRIVER
			       | VIRTIO_STATUS_FEATURES_OK
			       | VIRTIO_STATUS_DRIVER_OK);
}

UK_TESTCASE(virtio, devices_may_refuse)
{
	virtqueue_destroy(begin());
	fake.refuses = VIRTIO_STATUS_FEATURES_OK;
	UK_TEST_EXPECT_SNUM_EQ(virtio_begin(&fake.virtio, 2), -EIO);
	UK_TEST_EXPECT_SNUM_EQ(fake.status, VIRTIO_STATUS_FAILED);
	fake.refuses = 0;
	fake.offers = 2;
	UK_TEST_EXPECT_SNUM_EQ(virtio_begin(&fake.virtio, 2), -ENOTSUP);
	/* But for those that cannot know better */
	fake.virtio.legacy = 1;
	UK_TEST_EXPECT_ZERO(virtio_begin(&fake.virtio, 2 | 4));
	UK_TEST_EXPECT_SNUM_EQ(fake.agreed, 2);
}


UK_TESTCASE(virtio, have_to_be_reset)
{
	virtqueue_destroy(begin());
	fake.stuck = VIRTIO_STATUS_DRIVER_OK;
	UK_TEST_EXPECT_SNUM_EQ(virtio_begin(&fake.virtio, 2), -EIO);
}

UK_TESTCASE(virtqueue, no_more_is_done_than_was_given)
{
	struct virtqueue *q = begin();
	static char mem[4];
	struct virtq_buffer buffer = { ukplat_virt_to_phys(mem), 4 };
	uint32_t len = 0;

	UK_TEST_EXPECT_ZERO(virtqueue_put(q, &buffer, 1, 0, q));
	/* Index runs ahead: 8 done, when 1 was given */
	q->used->ring[0].id = 0;
	q->used->ring[0].len = 4;
	q->used->ring[1].id = 0;
	q->used->ring[1].len = 4;
	q->used->idx = 2;
	virtqueue_take(q, &len);
	/* Given again: nothing of that has been done */
	virtqueue_put(q, &buffer, 1, 0, q);
	UK_TEST_EXPECT_NULL(virtqueue_take(q, &len));
	virtqueue_destroy(q);
}

uk_testsuite_register(virtqueue, NULL);
uk_testsuite_register(virtio, NULL);
