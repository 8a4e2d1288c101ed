/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Configuration space by two ports of x86: one for the address, one for data.
 * What uses both does so with interrupts off.
 */
#include <pci/pci_host.h>
#include <uk/asm/io.h>
#include <uk/plat/lcpu.h>

static int select(const struct pci_address *at, unsigned int reg,
		  unsigned int len)
{
	if (reg >= PCI_CONF_LEN || reg % len)
		return 0;
	outl(PCI_CONFIG_ADDR, PCI_ENABLE_BIT
	     | (__u32)at->bus << PCI_BUS_SHIFT
	     | (__u32)at->devid << PCI_DEVICE_SHIFT
	     | (__u32)at->function << PCI_FUNCTION_SHIFT | (reg & ~3U));
	return 1;
}

static uint32_t read(const struct pci_host *host __unused,
		     const struct pci_address *at, unsigned int reg,
		     unsigned int len)
{
	__u16 port = (__u16)(PCI_CONFIG_DATA + reg % 4);
	unsigned long flags = ukplat_lcpu_save_irqf();
	uint32_t value = ~0U;

	if (select(at, reg, len))
		value = len == 1 ? inb(port) : len == 2 ? inw(port)
			: inl(port);
	ukplat_lcpu_restore_irqf(flags);
	return value;
}

static void write(const struct pci_host *host __unused,
		  const struct pci_address *at, unsigned int reg,
		  unsigned int len, uint32_t value)
{
	__u16 port = (__u16)(PCI_CONFIG_DATA + reg % 4);
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (!select(at, reg, len))
		;
	else if (len == 1)
		outb(port, (__u8)value);
	else if (len == 2)
		outw(port, (__u16)value);
	else
		outl(port, value);
	ukplat_lcpu_restore_irqf(flags);
}

void pci_host_ports(struct pci_host *host)
{
	host->name = "ports";
	host->read = read;
	host->write = write;
	host->first_bus = 0;
	host->last_bus = PCI_MAX_BUSES - 1;
}
