/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The host bridge that the tree describes: configuration space in memory. No
 * firmware has been there: numbers and addresses are ours to give, interrupts
 * are routed by the tree.
 */
#include <errno.h>
#include <pci/pci_host.h>
#include <uk/essentials.h>
#include <uk/plat/common/device.h>
#include <uk/plat/common/tree.h>

/* In the first cell of an address on the bus: what kind it is */
#define SPACE(first)		((first) >> 24 & 3)
#define SPACE_IO		1
#define SPACE_MEMORY32		2
#define SPACE_MEMORY64		3
#define SPACE_DEVICE_SHIFT	11

#define LOWEST			0x1000UL

#define BYTES_PER_BUS		(1UL << 20)

/* Windows beyond those are not looked at; machines have three */
#define MAX_WINDOWS		16

static int bridge = UK_FDT_NONE;

static void add_window(struct pci_host *host, const struct uk_fdt_range *range)
{
	struct pci_window *window;

	switch (SPACE(range->space)) {
	case SPACE_IO:
		window = &host->io;
		break;
	case SPACE_MEMORY32:
		window = &host->low;
		break;
	case SPACE_MEMORY64:
		window = &host->high;
		break;
	default:
		return;
	}
	/* Memory has to be where devices see it; one window is enough */
	if (window->end || !range->size
	    || (window != &host->io && range->child != range->address))
		return;
	window->next = range->child;
	window->end = range->child + range->size;
	/* The first addresses of all look as if none had been given */
	if (window->next < LOWEST)
		window->next = MIN(LOWEST, window->end);
}

static void read_windows(struct pci_host *host)
{
	struct uk_fdt_range range;
	uint32_t i;
	int rc;

	for (i = 0; i < MAX_WINDOWS; i++) {
		rc = uk_fdt_range(plat_tree(), bridge, i, &range);
		if (rc == -ENOENT)
			break;
		if (!rc)
			add_window(host, &range);
	}
}

static unsigned long route(const struct pci_host *host __unused,
			   unsigned int devid, unsigned int pin)
{
	uint32_t unit[UK_FDT_MAX_CELLS] = { devid << SPACE_DEVICE_SHIFT };
	struct uk_fdt_irq irq = { .nr_cells = 1, .cells = { pin } };
	int number;

	if (uk_fdt_route(plat_tree(), bridge, unit, &irq))
		return PCI_NO_IRQ;
	number = plat_tree_irq(&irq);
	return number < 0 ? PCI_NO_IRQ : (unsigned long)number;
}

/* The numbers of the first and the last bus */
static int read_buses(uint64_t *first, uint64_t *last)
{
	struct uk_fdt_prop prop;

	*first = 0;
	*last = PCI_MAX_BUSES - 1;
	if (uk_fdt_prop(plat_tree(), bridge, "bus-range", &prop))
		return 0;
	if (uk_fdt_cells(&prop, 0, 1, first) || uk_fdt_cells(&prop, 1, 1, last))
		return -EINVAL;
	return *first > *last || *last >= PCI_MAX_BUSES ? -EINVAL : 0;
}

int plat_pci_host(struct pci_host *host)
{
	static const char *const models[] = { "pci-host-ecam-generic", NULL };
	uint64_t address, len, first, last;
	volatile void *ecam;

	bridge = uk_fdt_find(plat_tree(), UK_FDT_NONE, models, NULL);
	if (bridge < 0)
		return -ENODEV;
	if (uk_fdt_reg(plat_tree(), bridge, 0, &address, &len)
	    || read_buses(&first, &last) || len < BYTES_PER_BUS)
		return -EINVAL;
	last = MIN(last, first + len / BYTES_PER_BUS - 1);
	ecam = plat_device_map(address, (last - first + 1) * BYTES_PER_BUS);
	if (!ecam)
		return -ENOMEM;

	pci_host_ecam(host, ecam, (uint8_t)first, (uint8_t)last);
	host->bare = 1;
	host->irq = route;
	read_windows(host);
	return 0;
}
