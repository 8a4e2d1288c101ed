/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * virtio devices, whatever they are plugged into, and who drives them (VIRTIO
 * 1.1, sections 2 and 3).
 *
 * A transport finds devices and hands each to virtio_add(); a driver is given
 * those of its type. It calls virtio_begin(), makes its queues (virtqueue.h),
 * and then virtio_ready().
 */
#ifndef __DRIVERS_VIRTIO_H__
#define __DRIVERS_VIRTIO_H__

#include <stdint.h>
#include <uk/alloc.h>
#include <uk/bus.h>
#include <uk/ctors.h>
#include <uk/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Types of devices */
#define VIRTIO_ID_NET			1
#define VIRTIO_ID_BLOCK			2
#define VIRTIO_ID_RNG			4

/* Bits of the status */
#define VIRTIO_STATUS_ACKNOWLEDGE	0x01
#define VIRTIO_STATUS_DRIVER		0x02
#define VIRTIO_STATUS_DRIVER_OK		0x04
#define VIRTIO_STATUS_FEATURES_OK	0x08
#define VIRTIO_STATUS_NEEDS_RESET	0x40
#define VIRTIO_STATUS_FAILED		0x80

/* Features that are not of one type */
#define VIRTIO_F_VERSION_1		(1ULL << 32)

struct virtio_device;
struct virtqueue;

/* How a device is spoken to. From any context */
struct virtio_transport {
	uint8_t (*status)(const struct virtio_device *dev);
	/* 0 resets the device */
	void (*set_status)(const struct virtio_device *dev, uint8_t status);
	uint64_t (*features)(const struct virtio_device *dev);
	void (*set_features)(const struct virtio_device *dev,
			     uint64_t features);
	/* How many buffers a queue may have; 0: there is no such queue */
	unsigned int (*queue_max)(const struct virtio_device *dev,
				  unsigned int nr);
	/* Tells the device where a queue is. Returns 0, or -errno */
	int (*queue_start)(const struct virtio_device *dev,
			   struct virtqueue *queue);
	/* Tells the device that there are buffers in a queue */
	void (*notify)(const struct virtio_device *dev,
		       const struct virtqueue *queue);
};

struct virtio_driver {
	struct uk_list_head list;	/* set by registering */
	uint32_t type;			/* VIRTIO_ID_* */
	/* Returns 0, or -errno: nobody drives it */
	int (*add_dev)(struct virtio_device *dev, struct uk_alloc *a);
};

struct virtio_device {
	struct uk_list_head list;	/* in virtio_device_list */
	const struct virtio_transport *transport;
	struct virtio_driver *drv;	/* null when nobody drives it */
	uint32_t type;			/* VIRTIO_ID_*, among others */
	int legacy;			/* speaks as before version 1.0 */
	unsigned long irq;		/* its number, or ~0UL */
};

/* All devices, with and without drivers, in the order of their discovery */
extern struct uk_list_head virtio_device_list;

/* From transports: resets a device that was found, and gives it to its driver */
void virtio_add(struct virtio_device *dev, struct uk_alloc *a);

/*
 * Resets the device and agrees upon features, of which the driver knows
 * `known`. Returns 0, or -errno when the device does not agree.
 */
int virtio_begin(const struct virtio_device *dev, uint64_t known);
/* The device may use its queues from here on */
void virtio_ready(const struct virtio_device *dev);
/* Gives up on the device: it no longer uses its queues */
void virtio_fail(const struct virtio_device *dev);

/* Registers a struct virtio_driver *, once per source file */
#define VIRTIO_REGISTER_DRIVER(drv)					\
	static void virtio_register_this(void)				\
	{								\
		virtio_register(drv);					\
	}								\
	UK_CTOR_PRIO(virtio_register_this,				\
		     UK_PRIO_AFTER(UK_BUS_REGISTER_PRIO))

void virtio_register(struct virtio_driver *drv);

#ifdef __cplusplus
}
#endif

#endif /* __DRIVERS_VIRTIO_H__ */
