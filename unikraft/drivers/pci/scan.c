/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finds the devices of a host bridge, bus by bus.
 */
#include <errno.h>
#include <pci/pci_host.h>

/*
 * A scan under way. Bridges may say anything of the buses behind them, so that
 * each bus is remembered, and none visited twice.
 */
struct scan {
	struct pci_host *host;
	struct uk_alloc *a;
	struct uk_list_head *devices;
	unsigned char visited[PCI_MAX_BUSES];
	/* The device on the first bus that leads to a bus, and which pin
	 * its devices' first one arrives at there, counted from 0 */
	unsigned char slot[PCI_MAX_BUSES];
	unsigned char turn[PCI_MAX_BUSES];
	unsigned int next_bus;		/* to give out */
};

static void read_identity(struct pci_device *dev)
{
	uint32_t class = pci_read32(dev, PCI_CLASS_REVISION);

	dev->id.class_id = class >> 24;
	dev->subclass = (uint8_t)(class >> 16);
	dev->interface = (uint8_t)(class >> 8);
	dev->id.vendor_id = pci_read16(dev, PCI_VENDOR_ID);
	dev->id.device_id = pci_read16(dev, PCI_DEV_ID);
	dev->header = pci_read8(dev, PCI_HEADER_TYPE)
		& (uint8_t)~PCI_HEADER_MULTI_FUNC;
	if (dev->header == PCI_HEADER_TYPE_NORMAL) {
		dev->id.subsystem_vendor_id = pci_read16(dev,
							 PCI_SUBSYSTEM_VID);
		dev->id.subsystem_device_id = pci_read16(dev,
							 PCI_SUBSYSTEM_ID);
	}
}

static void read_irq(const struct scan *scan, struct pci_device *dev)
{
	const struct pci_host *host = scan->host;
	unsigned int bus = dev->addr.bus, devid = dev->addr.devid, pin, line;

	dev->irq = PCI_NO_IRQ;
	dev->pin = pci_read8(dev, PCI_INTERRUPT_PIN);
	if (dev->pin < 1 || dev->pin > 4) {
		dev->pin = 0;
		return;
	}
	if (!host->irq) {
		line = pci_read8(dev, PCI_INTERRUPT_LINE);
		if (line > 0 && line < 0xff)
			dev->irq = line;
		return;
	}
	/* Each bridge turns pins by the number of the device behind it */
	pin = dev->pin - 1;
	if (bus != host->first_bus) {
		pin += devid + scan->turn[bus];
		devid = scan->slot[bus];
	}
	dev->irq = host->irq(host, devid, pin % 4 + 1);
}

/* Numbers of the buses behind a bridge where nobody has given any */
static void number_bridge(struct scan *scan, const struct pci_device *dev)
{
	if (scan->next_bus > scan->host->last_bus)
		return;
	pci_write8(dev, PCI_PRIMARY_BUS, dev->addr.bus);
	pci_write8(dev, PCI_SECONDARY_BUS, (uint8_t)scan->next_bus);
	pci_write8(dev, PCI_SUBORDINATE_BUS, scan->host->last_bus);
	scan->next_bus++;
}

static int scan_bus(struct scan *scan, unsigned int bus);

static int scan_bridge(struct scan *scan, const struct pci_device *dev)
{
	unsigned int bus = dev->addr.bus, behind;
	struct pci_host opened;
	int rc;

	if (scan->host->bare)
		number_bridge(scan, dev);
	behind = pci_read8(dev, PCI_SECONDARY_BUS);
	if (behind <= scan->host->first_bus || behind > scan->host->last_bus
	    || scan->visited[behind])
		return 0;
	if (bus == scan->host->first_bus) {
		scan->slot[behind] = dev->addr.devid;
		scan->turn[behind] = 0;
	} else {
		scan->slot[behind] = scan->slot[bus];
		scan->turn[behind] = (unsigned char)
			((scan->turn[bus] + dev->addr.devid) % 4);
	}
	if (!scan->host->bare)
		return scan_bus(scan, behind);
	pci_bridge_open(scan->host);
	opened = *scan->host;
	rc = scan_bus(scan, behind);
	pci_bridge_close(scan->host, dev, &opened);
	pci_write8(dev, PCI_SUBORDINATE_BUS, (uint8_t)(scan->next_bus - 1));
	return rc;
}

static int scan_function(struct scan *scan, const struct pci_address *at)
{
	struct pci_device *dev = uk_calloc(scan->a, 1, sizeof(*dev));

	if (!dev)
		return -ENOMEM;
	dev->host = scan->host;
	dev->addr = *at;
	read_identity(dev);
	read_irq(scan, dev);
	pci_read_bars(scan->host, dev);
	if (dev->bars[0].flags & PCI_BAR_IO)
		dev->base = dev->bars[0].base;
	uk_list_add_tail(&dev->list, scan->devices);
	return dev->header == PCI_HEADER_TYPE_BRIDGE
		? scan_bridge(scan, dev) : 0;
}

static int scan_bus(struct scan *scan, unsigned int bus)
{
	struct pci_host *host = scan->host;
	struct pci_address at = { .bus = (uint8_t)bus };
	unsigned int devid, function, functions;
	int rc;

	scan->visited[bus] = 1;
	for (devid = 0; devid < PCI_MAX_DEVICES; devid++) {
		functions = 1;
		for (function = 0; function < functions; function++) {
			at.devid = (uint8_t)devid;
			at.function = (uint8_t)function;
			if ((uint16_t)host->read(host, &at, PCI_VENDOR_ID, 2)
			    == PCI_INVALID_ID)
				continue;
			if (function == 0
			    && host->read(host, &at, PCI_HEADER_TYPE, 1)
			    & PCI_HEADER_MULTI_FUNC)
				functions = PCI_MAX_FUNCTIONS;
			rc = scan_function(scan, &at);
			if (rc)
				return rc;
		}
	}
	return 0;
}

int pci_scan(struct pci_host *host, struct uk_alloc *a,
	     struct uk_list_head *devices)
{
	struct scan *scan = uk_calloc(a, 1, sizeof(*scan));
	int rc;

	if (!scan)
		return -ENOMEM;
	scan->host = host;
	scan->a = a;
	scan->devices = devices;
	scan->next_bus = host->first_bus + 1U;
	rc = scan_bus(scan, host->first_bus);
	uk_free(a, scan);
	return rc;
}
