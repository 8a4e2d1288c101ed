/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * PCI as a bus of libukbus: brings devices and drivers together.
 */
#include <errno.h>
#include <pci/pci_bus.h>
#include <pci/pci_host.h>
#include <uk/assert.h>
#include <uk/print.h>

UK_LIST_HEAD(pci_device_list);

static UK_LIST_HEAD(drivers);
static struct pci_host host;
static struct uk_alloc *allocator;

void _pci_register_driver(struct pci_driver *drv)
{
	UK_ASSERT(drv && drv->device_ids && drv->add_dev);
	uk_list_add_tail(&drv->list, &drivers);
}

static int matches(uint32_t has, uint32_t wanted, uint32_t any)
{
	return wanted == any || has == any || has == wanted;
}

static int knows(const struct pci_device_id *known,
		 const struct pci_device_id *id)
{
	return matches(id->class_id, known->class_id, PCI_CLASS_ANY_ID)
		&& matches(id->vendor_id, known->vendor_id, PCI_ANY_ID)
		&& matches(id->device_id, known->device_id, PCI_ANY_ID)
		&& matches(id->subsystem_vendor_id,
			   known->subsystem_vendor_id, PCI_ANY_ID)
		&& matches(id->subsystem_device_id,
			   known->subsystem_device_id, PCI_ANY_ID);
}

static int ends_table(const struct pci_device_id *id)
{
	return id->class_id == PCI_CLASS_ANY_ID
		&& id->vendor_id == PCI_ANY_ID
		&& id->device_id == PCI_ANY_ID
		&& id->subsystem_vendor_id == PCI_ANY_ID
		&& id->subsystem_device_id == PCI_ANY_ID;
}

struct pci_driver *pci_find_driver(struct pci_device_id *id)
{
	const struct pci_device_id *known;
	struct pci_driver *drv;

	uk_list_for_each_entry(drv, &drivers, list)
		for (known = drv->device_ids; !ends_table(known); known++)
			if (knows(known, id))
				return drv;
	return NULL;
}

static int init_drivers(struct uk_alloc *a)
{
	struct pci_driver *drv, *next;
	int rc;

	if (!a)
		return -ENOMEM;
	allocator = a;
	uk_list_for_each_entry_safe(drv, next, &drivers, list) {
		rc = drv->init ? drv->init(a) : 0;
		if (rc) {
			uk_pr_err("PCI driver %p is left out: %d\n", drv, rc);
			uk_list_del_init(&drv->list);
		}
	}
	return 0;
}

static void drive(struct pci_device *dev)
{
	struct pci_driver *drv = pci_find_driver(&dev->id);
	int rc;

	uk_pr_info("PCI %02x:%02x.%x (%04x %04x:%04x): %s\n",
		   dev->addr.bus, dev->addr.devid, dev->addr.function,
		   (unsigned int)dev->id.class_id, dev->id.vendor_id,
		   dev->id.device_id, drv ? "driven" : "no driver");
	if (!drv)
		return;
	dev->drv = drv;
	dev->state = PCI_DEVICE_STATE_RUNNING;
	rc = drv->add_dev(dev);
	if (rc < 0) {
		uk_pr_err("PCI %02x:%02x.%x: the driver cannot use it: %d\n",
			  dev->addr.bus, dev->addr.devid, dev->addr.function,
			  rc);
		dev->drv = NULL;
		dev->state = PCI_DEVICE_STATE_RESET;
	}
}

static int probe(void)
{
	struct pci_device *dev;
	int rc = plat_pci_host(&host);

	/* A machine without PCI is as good as another */
	if (rc) {
		uk_pr_info("No PCI: %d\n", rc);
		return 0;
	}
	rc = pci_scan(&host, allocator, &pci_device_list);
	uk_list_for_each_entry(dev, &pci_device_list, list)
		drive(dev);
	return rc;
}

static struct uk_bus pci_bus = { .init = init_drivers, .probe = probe };
UK_BUS_REGISTER(&pci_bus);
