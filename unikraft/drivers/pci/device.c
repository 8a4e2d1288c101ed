/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One device: its registers, capabilities, ranges of addresses.
 */
#include <pci/pci_bus.h>
#include <pci/pci_host.h>
#include <uk/plat/common/device.h>

/* The list of capabilities lies behind the registers that all have */
#define FIRST_CAPABILITY	0x40

/* As many fit into the space; a list that is longer runs in a circle */
#define MAX_CAPABILITIES	((PCI_CONF_LEN - FIRST_CAPABILITY) / 4)

uint8_t pci_read8(const struct pci_device *dev, unsigned int reg)
{
	return (uint8_t)dev->host->read(dev->host, &dev->addr, reg, 1);
}

uint16_t pci_read16(const struct pci_device *dev, unsigned int reg)
{
	return (uint16_t)dev->host->read(dev->host, &dev->addr, reg, 2);
}

uint32_t pci_read32(const struct pci_device *dev, unsigned int reg)
{
	return dev->host->read(dev->host, &dev->addr, reg, 4);
}

void pci_write8(const struct pci_device *dev, unsigned int reg, uint8_t value)
{
	dev->host->write(dev->host, &dev->addr, reg, 1, value);
}

void pci_write16(const struct pci_device *dev, unsigned int reg,
		 uint16_t value)
{
	dev->host->write(dev->host, &dev->addr, reg, 2, value);
}

void pci_write32(const struct pci_device *dev, unsigned int reg,
		 uint32_t value)
{
	dev->host->write(dev->host, &dev->addr, reg, 4, value);
}

unsigned int pci_find_capability(const struct pci_device *dev, uint8_t id,
				 unsigned int after)
{
	unsigned int at, i, found = 0;
	int passed = !after;

	if (!(pci_read16(dev, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return 0;
	at = pci_read8(dev, PCI_CAPABILITIES_PTR) & ~3U;
	for (i = 0; i < MAX_CAPABILITIES && at >= FIRST_CAPABILITY; i++) {
		if (passed && !found
		    && pci_read8(dev, at + PCI_CAP_LIST_ID) == id)
			found = at;
		if (at == after)
			passed = 1;
		at = pci_read8(dev, at + PCI_CAP_LIST_NEXT) & ~3U;
	}
	/* What has no end would be gone through for ever */
	return at < FIRST_CAPABILITY ? found : 0;
}

void pci_command(const struct pci_device *dev, uint16_t set, uint16_t clear)
{
	uint16_t command = pci_read16(dev, PCI_COMMAND);

	pci_write16(dev, PCI_COMMAND, (uint16_t)((command & ~clear) | set));
}

volatile void *pci_map_bar(const struct pci_device *dev, unsigned int bar)
{
	const struct pci_bar *range;

	if (bar >= PCI_BARS)
		return NULL;
	range = &dev->bars[bar];
	if (!range->size || !range->base || range->flags & PCI_BAR_IO)
		return NULL;
	return plat_device_map(range->base, range->size);
}
