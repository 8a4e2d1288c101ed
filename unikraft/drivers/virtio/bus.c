/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Brings virtio devices and their drivers together, and agrees with devices
 * upon features.
 */
#include <errno.h>
#include <uk/assert.h>
#include <uk/print.h>
#include <virtio/virtio.h>

UK_LIST_HEAD(virtio_device_list);

static UK_LIST_HEAD(drivers);

/* A device that is not reset after so many looks never will be */
#define RESET_LOOKS	100000

/* It takes its time. Returns 0, or -EIO: it still uses its queues */
static int reset(const struct virtio_device *dev)
{
	unsigned int looks = 0;

	dev->transport->set_status(dev, 0);
	while (dev->transport->status(dev))
		if (++looks == RESET_LOOKS)
			return -EIO;
	return 0;
}

void virtio_register(struct virtio_driver *drv)
{
	UK_ASSERT(drv && drv->add_dev);
	uk_list_add_tail(&drv->list, &drivers);
}

static struct virtio_driver *driver_of(uint32_t type)
{
	struct virtio_driver *drv;

	uk_list_for_each_entry(drv, &drivers, list)
		if (drv->type == type)
			return drv;
	return NULL;
}

void virtio_add(struct virtio_device *dev, struct uk_alloc *a)
{
	int rc;

	/* Whoever had it before us may have left it running */
	reset(dev);
	uk_list_add_tail(&dev->list, &virtio_device_list);
	dev->drv = driver_of(dev->type);
	if (!dev->drv)
		return;
	rc = dev->drv->add_dev(dev, a);
	if (rc) {
		uk_pr_err("virtio device of type %u: the driver cannot use it: %d\n",
			  (unsigned int)dev->type, rc);
		dev->drv = NULL;
	}
}

static void add_status(const struct virtio_device *dev, uint8_t bits)
{
	dev->transport->set_status(dev, dev->transport->status(dev) | bits);
}

int virtio_begin(const struct virtio_device *dev, uint64_t known)
{
	const struct virtio_transport *transport = dev->transport;
	uint64_t offered;

	if (reset(dev))
		return -EIO;
	add_status(dev, VIRTIO_STATUS_ACKNOWLEDGE);
	add_status(dev, VIRTIO_STATUS_DRIVER);
	offered = transport->features(dev);
	if (dev->legacy) {
		transport->set_features(dev, offered & known);
		return 0;
	}
	if (!(offered & VIRTIO_F_VERSION_1)) {
		virtio_fail(dev);
		return -ENOTSUP;
	}
	transport->set_features(dev, offered & (known | VIRTIO_F_VERSION_1));
	add_status(dev, VIRTIO_STATUS_FEATURES_OK);
	if (!(transport->status(dev) & VIRTIO_STATUS_FEATURES_OK)) {
		virtio_fail(dev);
		return -EIO;
	}
	return 0;
}

void virtio_ready(const struct virtio_device *dev)
{
	add_status(dev, VIRTIO_STATUS_DRIVER_OK);
}

void virtio_fail(const struct virtio_device *dev)
{
	/* A reset device lets go of its queues, a failed one need not */
	reset(dev);
	dev->transport->set_status(dev, VIRTIO_STATUS_FAILED);
}
