/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * virtio devices on PCI (VIRTIO 1.1, section 4.1): where their registers are is
 * said by capabilities. Devices that have none, from before version 1.0, are
 * left alone.
 */
#include <errno.h>
#include <pci/pci_bus.h>
#include <uk/arch/lcpu.h>
#include <uk/essentials.h>
#include <uk/plat/io.h>
#include <uk/print.h>
#include <virtio/virtqueue.h>

#define VENDOR			0x1af4
#define FIRST_TRANSITIONAL	0x1000	/* type: the subsystem */
#define FIRST_MODERN		0x1040	/* type: what is above */
#define LAST			0x107f

/* Capabilities: fields, and what they are of */
#define CAP_TYPE		3
#define CAP_BAR			4
#define CAP_OFFSET		8
#define CAP_LENGTH		12
#define CAP_NOTIFY_MULTIPLIER	16
#define CAP_COMMON		1
#define CAP_NOTIFY		2

/* Registers that all types have; the specification gives them as a structure */
struct common {
	uint32_t device_feature_select;
	uint32_t device_feature;
	uint32_t driver_feature_select;
	uint32_t driver_feature;
	uint16_t msix_config;
	uint16_t num_queues;
	uint8_t device_status;
	uint8_t config_generation;
	uint16_t queue_select;
	uint16_t queue_size;
	uint16_t queue_msix_vector;
	uint16_t queue_enable;
	uint16_t queue_notify_off;
	uint32_t queue_desc[2];
	uint32_t queue_driver[2];
	uint32_t queue_device[2];
};

#define NO_VECTOR		0xffff

struct virtio_pci {
	struct virtio_device virtio;
	volatile struct common *common;
	volatile char *notify;
	uint32_t notify_len, notify_multiplier;
};

static struct uk_alloc *allocator;

static volatile struct common *common_of(const struct virtio_device *dev)
{
	return __containerof(dev, struct virtio_pci, virtio)->common;
}

static uint8_t status(const struct virtio_device *dev)
{
	return ioreg_read8(&common_of(dev)->device_status);
}

static void set_status(const struct virtio_device *dev, uint8_t value)
{
	ioreg_write8(&common_of(dev)->device_status, value);
}

static uint64_t features(const struct virtio_device *dev)
{
	volatile struct common *common = common_of(dev);
	uint64_t low;

	ioreg_write32(&common->device_feature_select, 0);
	low = ioreg_read32(&common->device_feature);
	ioreg_write32(&common->device_feature_select, 1);
	return low | (uint64_t)ioreg_read32(&common->device_feature) << 32;
}

static void set_features(const struct virtio_device *dev, uint64_t value)
{
	volatile struct common *common = common_of(dev);

	ioreg_write32(&common->driver_feature_select, 0);
	ioreg_write32(&common->driver_feature, (uint32_t)value);
	ioreg_write32(&common->driver_feature_select, 1);
	ioreg_write32(&common->driver_feature, (uint32_t)(value >> 32));
}

static unsigned int queue_max(const struct virtio_device *dev, unsigned int nr)
{
	volatile struct common *common = common_of(dev);

	if (nr >= ioreg_read16(&common->num_queues))
		return 0;
	ioreg_write16(&common->queue_select, (uint16_t)nr);
	return ioreg_read16(&common->queue_size);
}

static void set_address(volatile uint32_t *to, const volatile void *at)
{
	uint64_t address = ukplat_virt_to_phys(at);

	ioreg_write32(&to[0], (uint32_t)address);
	ioreg_write32(&to[1], (uint32_t)(address >> 32));
}

static int queue_start(const struct virtio_device *dev,
		       struct virtqueue *queue)
{
	struct virtio_pci *pci = __containerof(dev, struct virtio_pci, virtio);
	volatile struct common *common = pci->common;
	uint64_t notify_at;

	ioreg_write16(&common->queue_select, queue->nr);
	notify_at = (uint64_t)ioreg_read16(&common->queue_notify_off)
		* pci->notify_multiplier;
	if (notify_at % 2 || notify_at + sizeof(uint16_t) > pci->notify_len)
		return -EINVAL;
	queue->notify_at = (uint32_t)notify_at;
	ioreg_write16(&common->queue_size, queue->size);
	ioreg_write16(&common->queue_msix_vector, NO_VECTOR);
	set_address(common->queue_desc, queue->desc);
	set_address(common->queue_driver, queue->avail);
	set_address(common->queue_device, queue->used);
	ioreg_write16(&common->queue_enable, 1);
	return 0;
}

static void notify(const struct virtio_device *dev,
		   const struct virtqueue *queue)
{
	struct virtio_pci *pci = __containerof(dev, struct virtio_pci, virtio);

	ioreg_write16((volatile __u16 *)(pci->notify + queue->notify_at),
		      queue->nr);
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

/*
 * The first part of a device's registers of this kind, of `len` or more bytes;
 * how many it has, and the capability that says so
 */
static volatile char *find_part(struct pci_device *dev, uint8_t type,
				uint32_t len, uint32_t *part_len,
				unsigned int *cap)
{
	uint32_t offset, length;
	volatile char *bar;
	uint8_t nr;

	*cap = 0;
	for (;;) {
		*cap = pci_find_capability(dev, PCI_CAP_ID_VNDR, *cap);
		if (!*cap)
			return NULL;
		if (pci_read8(dev, *cap + CAP_TYPE) != type)
			continue;
		nr = pci_read8(dev, *cap + CAP_BAR);
		offset = pci_read32(dev, *cap + CAP_OFFSET);
		length = pci_read32(dev, *cap + CAP_LENGTH);
		if (nr >= PCI_BARS || length < len || offset % 4
		    || offset > dev->bars[nr].size
		    || length > dev->bars[nr].size - offset)
			continue;
		bar = pci_map_bar(dev, nr);
		if (bar)
			break;
	}
	*part_len = length;
	return bar + offset;
}

static int add(struct pci_device *dev)
{
	uint16_t id = dev->id.device_id;
	struct virtio_pci *pci;
	unsigned int cap;
	uint32_t len;

	if (id < FIRST_TRANSITIONAL || id > LAST)
		return -ENODEV;
	pci = uk_calloc(allocator, 1, sizeof(*pci));
	if (!pci)
		return -ENOMEM;
	pci->common = (volatile void *)find_part(dev, CAP_COMMON,
						 sizeof(*pci->common), &len,
						 &cap);
	pci->notify = find_part(dev, CAP_NOTIFY, sizeof(uint16_t),
				&pci->notify_len, &cap);
	if (!pci->common || !pci->notify) {
		uk_free(allocator, pci);
		return -ENOTSUP;
	}
	pci->notify_multiplier = pci_read32(dev, cap + CAP_NOTIFY_MULTIPLIER);
	pci->virtio.transport = &transport;
	pci->virtio.irq = dev->irq;
	pci->virtio.type = id < FIRST_MODERN ? dev->id.subsystem_device_id
					     : id - FIRST_MODERN;
	/* Queues are asked: its interrupt is nobody's */
	pci_command(dev, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER
		    | PCI_COMMAND_INTX_DISABLE, 0);
	virtio_add(&pci->virtio, allocator);
	return 0;
}

static const struct pci_device_id ids[] = {
	{ PCI_DEVICE_ID(VENDOR, PCI_ANY_ID) },
	{ PCI_ANY_DEVICE_ID },
};

static struct pci_driver driver = {
	.device_ids = ids,
	.init = keep_allocator,
	.add_dev = add,
};
PCI_REGISTER_DRIVER(&driver);
