/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finds what is plugged into the virtio slots of the platform bus. Most slots
 * are empty.
 */
#include <errno.h>
#include <platform_bus.h>
#include <string.h>
#include <uk/arch/lcpu.h>
#include <uk/print.h>
#include <virtio/virtio_mmio.h>

UK_LIST_HEAD(virtio_mmio_device_list);

static struct uk_alloc *allocator;

static volatile uint32_t *at(volatile void *registers, unsigned int offset)
{
	return (volatile uint32_t *)((volatile char *)registers + offset);
}

static uint32_t read_register(volatile void *registers, unsigned int offset)
{
	return ioreg_read32((volatile __u32 *)at(registers, offset));
}

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
	struct virtio_mmio_device *dev;
	volatile void *registers;
	uint32_t version;

	if (slot->size < VIRTIO_MMIO_CONFIG)
		return -EINVAL;
	registers = pf_map(slot);
	if (!registers)
		return -ENOMEM;
	if (read_register(registers, VIRTIO_MMIO_MAGIC_VALUE)
	    != VIRTIO_MMIO_MAGIC)
		return -EINVAL;
	if (!read_register(registers, VIRTIO_MMIO_DEVICE_ID))
		return -ENODEV;
	version = read_register(registers, VIRTIO_MMIO_VERSION);
	if (version < 1 || version > 2)
		return -ENOTSUP;

	dev = uk_calloc(allocator, 1, sizeof(*dev));
	if (!dev)
		return -ENOMEM;
	/* Whoever had it before us may have left it running */
	ioreg_write32((volatile __u32 *)at(registers, VIRTIO_MMIO_STATUS), 0);
	dev->registers = registers;
	dev->irq = slot->irq;
	dev->version = version;
	dev->device_id = read_register(registers, VIRTIO_MMIO_DEVICE_ID);
	dev->vendor_id = read_register(registers, VIRTIO_MMIO_VENDOR_ID);
	uk_list_add_tail(&dev->list, &virtio_mmio_device_list);
	uk_pr_info("virtio device %u at %p, interrupt %lu\n",
		   (unsigned int)dev->device_id, (void *)slot->base, dev->irq);
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
