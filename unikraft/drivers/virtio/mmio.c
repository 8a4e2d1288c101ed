/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * virtio devices in the slots of the platform bus, most of which are empty.
 * Version 1 is from before the specification: QEMU's default.
 */
#include <errno.h>
#include <platform_bus.h>
#include <string.h>
#include <uk/arch/lcpu.h>
#include <uk/essentials.h>
#include <uk/plat/io.h>
#include <uk/print.h>
#include <virtio/virtio_mmio.h>
#include <virtio/virtqueue.h>

/* The unit of addresses in version 1, in bytes */
#define LEGACY_PAGE	4096

struct virtio_mmio {
	struct virtio_device virtio;
	volatile char *registers;
};

static struct uk_alloc *allocator;

static uint32_t get(volatile char *registers, unsigned int offset)
{
	return ioreg_read32((volatile __u32 *)(registers + offset));
}

static void put(volatile char *registers, unsigned int offset, uint32_t value)
{
	ioreg_write32((volatile __u32 *)(registers + offset), value);
}

static volatile char *registers_of(const struct virtio_device *dev)
{
	return __containerof(dev, struct virtio_mmio, virtio)->registers;
}

static uint8_t status(const struct virtio_device *dev)
{
	return (uint8_t)get(registers_of(dev), VIRTIO_MMIO_STATUS);
}

static void set_status(const struct virtio_device *dev, uint8_t value)
{
	put(registers_of(dev), VIRTIO_MMIO_STATUS, value);
}

static uint64_t features(const struct virtio_device *dev)
{
	volatile char *registers = registers_of(dev);
	uint64_t low;

	put(registers, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
	low = get(registers, VIRTIO_MMIO_DEVICE_FEATURES);
	put(registers, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
	return low | (uint64_t)get(registers, VIRTIO_MMIO_DEVICE_FEATURES) << 32;
}

static void set_features(const struct virtio_device *dev, uint64_t value)
{
	volatile char *registers = registers_of(dev);

	put(registers, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
	put(registers, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)value);
	put(registers, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
	put(registers, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)(value >> 32));
}

static unsigned int queue_max(const struct virtio_device *dev, unsigned int nr)
{
	put(registers_of(dev), VIRTIO_MMIO_QUEUE_SEL, nr);
	return get(registers_of(dev), VIRTIO_MMIO_QUEUE_NUM_MAX);
}

static void set_address(volatile char *registers, unsigned int low,
			const volatile void *at)
{
	uint64_t address = ukplat_virt_to_phys(at);

	put(registers, low, (uint32_t)address);
	put(registers, low + 4, (uint32_t)(address >> 32));
}

/* By the first page alone: the parts follow each other */
static int start_legacy(volatile char *registers,
			const struct virtqueue *queue)
{
	uint64_t page = ukplat_virt_to_phys(queue->desc) / LEGACY_PAGE;

	if (page >> 32)
		return -EINVAL;
	put(registers, VIRTIO_MMIO_GUEST_PAGE_SIZE, LEGACY_PAGE);
	put(registers, VIRTIO_MMIO_QUEUE_ALIGN, VIRTQ_ALIGN);
	put(registers, VIRTIO_MMIO_QUEUE_PFN, (uint32_t)page);
	return 0;
}

static int queue_start(const struct virtio_device *dev,
		       struct virtqueue *queue)
{
	volatile char *registers = registers_of(dev);

	put(registers, VIRTIO_MMIO_QUEUE_SEL, queue->nr);
	put(registers, VIRTIO_MMIO_QUEUE_NUM, queue->size);
	if (dev->legacy)
		return start_legacy(registers, queue);
	set_address(registers, VIRTIO_MMIO_QUEUE_DESC_LOW, queue->desc);
	set_address(registers, VIRTIO_MMIO_QUEUE_AVAIL_LOW, queue->avail);
	set_address(registers, VIRTIO_MMIO_QUEUE_USED_LOW, queue->used);
	put(registers, VIRTIO_MMIO_QUEUE_READY, 1);
	return 0;
}

static void notify(const struct virtio_device *dev,
		   const struct virtqueue *queue)
{
	put(registers_of(dev), VIRTIO_MMIO_QUEUE_NOTIFY, queue->nr);
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

static int keep_allocator(struct uk_alloc *a)
{
	allocator = a;
	return 0;
}

static int match(const char *model)
{
	return strcmp(model, "virtio,mmio") ? -1 : VIRTIO_MMIO_ID;
}

static int add(struct pf_device *slot)
{
	struct virtio_mmio *mmio;
	volatile char *registers;
	uint32_t version;

	if (slot->size < VIRTIO_MMIO_CONFIG)
		return -EINVAL;
	registers = pf_map(slot);
	if (!registers)
		return -ENOMEM;
	if (get(registers, VIRTIO_MMIO_MAGIC_VALUE) != VIRTIO_MMIO_MAGIC)
		return -EINVAL;
	if (!get(registers, VIRTIO_MMIO_DEVICE_ID))
		return -ENODEV;
	version = get(registers, VIRTIO_MMIO_VERSION);
	if (version < 1 || version > 2)
		return -ENOTSUP;

	mmio = uk_calloc(allocator, 1, sizeof(*mmio));
	if (!mmio)
		return -ENOMEM;
	mmio->registers = registers;
	mmio->virtio.transport = &transport;
	mmio->virtio.irq = slot->irq;
	mmio->virtio.legacy = version == 1;
	mmio->virtio.type = get(registers, VIRTIO_MMIO_DEVICE_ID);
	uk_pr_info("virtio device of type %u at %p, interrupt %lu\n",
		   (unsigned int)mmio->virtio.type, (void *)slot->base,
		   slot->irq);
	virtio_add(&mmio->virtio, allocator);
	return 0;
}

static const struct pf_device_id ids[] = { { VIRTIO_MMIO_ID } };

static struct pf_driver driver = {
	.device_ids = ids,
	.init = keep_allocator,
	.match = match,
	.add_dev = add,
};
PF_REGISTER_DRIVER(&driver);
