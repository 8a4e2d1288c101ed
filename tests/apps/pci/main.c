/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lists what is on the PCI bus: a line per device, one per range of addresses
 * and one per known capability. Ranges of memory are mapped and read. Where
 * there is an educational device, it is asked for interrupts.
 */

#include <inttypes.h>
#include <pci/pci_bus.h>
#include <stdio.h>
#include <uk/essentials.h>
#include <uk/plat/time.h>
#include "edu.h"

static void list_capabilities(const struct pci_device *dev)
{
	static const struct {
		uint8_t id;
		const char *name;
	} known[] = {
		{ PCI_CAP_ID_PM, "power" },
		{ PCI_CAP_ID_MSI, "MSI" },
		{ PCI_CAP_ID_MSIX, "MSI-X" },
		{ PCI_CAP_ID_EXP, "express" },
		{ PCI_CAP_ID_VNDR, "vendor" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (pci_find_capability(dev, known[i].id, 0))
			printf("  capability %s\n", known[i].name);
}

static void list_ranges(const struct pci_device *dev)
{
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &dev->bars[i];
		volatile uint32_t *mapped = pci_map_bar(dev, i);

		if (!bar->size)
			continue;
		printf("  range %u: %s%s, %" PRIu64 " bytes at 0x%" PRIx64 "%s\n",
		       i, bar->flags & PCI_BAR_IO ? "ports" : "memory",
		       bar->flags & PCI_BAR_64 ? " (64 bits)" : "", bar->size,
		       bar->base, mapped ? ", mapped" : "");
		if (mapped && bar->base)
			(void)*mapped;
	}
}

/* One after the other, so that each has to be acknowledged to see the next */
static void interrupts(void)
{
	unsigned int cause;
	__nsec limit;

	for (cause = 1; cause < 0x100; cause <<= 1) {
		unsigned long before = edu_interrupts;

		if (!edu_raise(cause))
			return;
		limit = ukplat_monotonic_clock() + 10 * UKARCH_NSEC_PER_SEC;
		while (edu_interrupts == before
		       && ukplat_monotonic_clock() < limit)
			;
	}
	printf("%lu interrupts, causes 0x%x\n", edu_interrupts, edu_causes);
}

int main(void)
{
	struct pci_device *dev;

	uk_list_for_each_entry(dev, &pci_device_list, list) {
		printf("%02x:%02x.%x %04x:%04x class %02x%02x pin %u\n",
		       dev->addr.bus, dev->addr.devid, dev->addr.function,
		       dev->id.vendor_id, dev->id.device_id,
		       (unsigned int)dev->id.class_id, dev->subclass,
		       dev->pin);
		list_ranges(dev);
		list_capabilities(dev);
	}
	interrupts();
	printf("end of list\n");
	return 0;
}
