/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ranges of addresses that a device answers to: how long they are, where
 * firmware has put them, or where we do.
 */
#include <pci/pci_host.h>

static unsigned int reg_of(unsigned int bar)
{
	return PCI_BASE_ADDRESS_0 + 4 * bar;
}

/* Which bits of a register can be set: those below the size cannot */
static uint32_t settable(const struct pci_device *dev, unsigned int reg)
{
	uint32_t before = pci_read32(dev, reg), bits;

	pci_write32(dev, reg, ~0U);
	bits = pci_read32(dev, reg);
	pci_write32(dev, reg, before);
	return bits;
}

static void read_io(const struct pci_device *dev, unsigned int reg,
		    struct pci_bar *bar)
{
	uint32_t bits = settable(dev, reg) & PCI_BASE_ADDRESS_IO_MASK;

	bar->flags = PCI_BAR_IO;
	bar->base = pci_read32(dev, reg) & PCI_BASE_ADDRESS_IO_MASK;
	/* There are 64 Ki ports, whatever the upper bits do */
	bar->size = bits ? (~(bits | 0xffff0000U) + 1) & 0xffff : 0;
}

static void read_memory(const struct pci_device *dev, unsigned int reg,
			uint32_t value, struct pci_bar *bar)
{
	uint64_t bits = settable(dev, reg) & PCI_BASE_ADDRESS_MEM_MASK;

	bar->flags = value & PCI_BASE_ADDRESS_MEM_PREFETCH
		? PCI_BAR_PREFETCH : 0;
	bar->base = value & PCI_BASE_ADDRESS_MEM_MASK;
	if ((value & PCI_BASE_ADDRESS_MEM_TYPE) == PCI_BASE_ADDRESS_MEM_64
	    && reg < PCI_BASE_ADDRESS_5) {
		bar->flags |= PCI_BAR_64;
		bits |= (uint64_t)settable(dev, reg + 4) << 32;
		bar->base |= (uint64_t)pci_read32(dev, reg + 4) << 32;
	} else if (bits) {
		bits |= 0xffffffff00000000UL;
	}
	/* The lowest bit that can be set, whatever is above */
	bar->size = bits & -bits;
}

static int give(struct pci_window *window, struct pci_bar *bar)
{
	uint64_t start = (window->next + bar->size - 1) & ~(bar->size - 1);

	if (start < window->next || start >= window->end
	    || bar->size > window->end - start)
		return 0;
	bar->base = start;
	window->next = start + bar->size;
	return 1;
}

/* Bridges pass on what is above 4 GiB only when it can be fetched ahead */
static int may_be_high(const struct pci_host *host,
		       const struct pci_device *dev, const struct pci_bar *bar)
{
	return bar->flags & PCI_BAR_64
		&& (bar->flags & PCI_BAR_PREFETCH
		    || dev->addr.bus == host->first_bus);
}

static void give_address(struct pci_host *host, const struct pci_device *dev,
			 unsigned int reg, struct pci_bar *bar)
{
	int given;

	bar->base = 0;
	if (bar->flags & PCI_BAR_IO)
		given = give(&host->io, bar);
	else
		given = (may_be_high(host, dev, bar) && give(&host->high, bar))
			|| give(&host->low, bar);
	if (!given)
		return;
	pci_write32(dev, reg, (uint32_t)bar->base);
	if (bar->flags & PCI_BAR_64)
		pci_write32(dev, reg + 4, (uint32_t)(bar->base >> 32));
}

void pci_read_bars(struct pci_host *host, struct pci_device *dev)
{
	uint16_t command = pci_read16(dev, PCI_COMMAND), decode = 0;
	unsigned int i, n;
	uint32_t value;

	n = dev->header == PCI_HEADER_TYPE_NORMAL ? PCI_BARS
		: dev->header == PCI_HEADER_TYPE_BRIDGE ? 2 : 0;
	/* It must not answer to addresses that are only tried */
	pci_command(dev, 0, PCI_COMMAND_DECODE_ENABLE);
	for (i = 0; i < n; i++) {
		struct pci_bar *bar = &dev->bars[i];
		unsigned int reg = reg_of(i);

		value = pci_read32(dev, reg);
		if (value & PCI_BASE_ADDRESS_SPACE_IO)
			read_io(dev, reg, bar);
		else
			read_memory(dev, reg, value, bar);
		if (host->bare && bar->size)
			give_address(host, dev, reg, bar);
		if (bar->size && bar->base)
			decode |= bar->flags & PCI_BAR_IO
				? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
		if (bar->flags & PCI_BAR_64)
			i++;
	}
	if (host->bare)
		command |= decode;
	pci_write16(dev, PCI_COMMAND, command);
}

#define IO_UNIT		0x1000UL
#define MEMORY_UNIT	0x100000UL

static void align(struct pci_window *window, uint64_t unit)
{
	uint64_t next = (window->next + unit - 1) & ~(unit - 1);

	window->next = next < window->end ? next : window->end;
}

static void align_all(struct pci_host *host)
{
	align(&host->io, IO_UNIT);
	align(&host->low, MEMORY_UNIT);
	align(&host->high, MEMORY_UNIT);
}

void pci_bridge_open(struct pci_host *host)
{
	align_all(host);
}

void pci_bridge_close(struct pci_host *host, const struct pci_device *bridge,
		      const struct pci_host *opened)
{
	uint64_t first, last;

	align_all(host);
	/* A base above its limit passes nothing on */
	first = opened->io.next;
	last = host->io.next > first ? host->io.next - 1 : 0;
	pci_write8(bridge, PCI_IO_BASE, last ? (uint8_t)(first >> 8) : 0xf0);
	pci_write8(bridge, PCI_IO_LIMIT, (uint8_t)(last >> 8));
	first = opened->low.next;
	last = host->low.next > first ? host->low.next - 1 : 0;
	pci_write16(bridge, PCI_MEMORY_BASE,
		    last ? (uint16_t)(first >> 16) : 0xfff0);
	pci_write16(bridge, PCI_MEMORY_LIMIT, (uint16_t)(last >> 16));
	first = opened->high.next;
	last = host->high.next > first ? host->high.next - 1 : 0;
	pci_write16(bridge, PCI_PREF_MEMORY_BASE,
		    last ? (uint16_t)(first >> 16) : 0xfff0);
	pci_write16(bridge, PCI_PREF_MEMORY_LIMIT, (uint16_t)(last >> 16));
	pci_write32(bridge, PCI_PREF_BASE_UPPER32, (uint32_t)(first >> 32));
	pci_write32(bridge, PCI_PREF_LIMIT_UPPER32, (uint32_t)(last >> 32));
	pci_command(bridge, PCI_COMMAND_DECODE_ENABLE | PCI_COMMAND_MASTER, 0);
}
