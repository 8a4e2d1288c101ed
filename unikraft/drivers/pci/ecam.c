/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Configuration space in memory: 4 KiB a function, bus by bus.
 */
#include <pci/pci_host.h>
#include <uk/arch/lcpu.h>

static volatile uint8_t *address_of(const struct pci_host *host,
				    const struct pci_address *at,
				    unsigned int reg, unsigned int len)
{
	if (at->bus < host->first_bus || at->bus > host->last_bus
	    || reg >= PCI_CONF_LEN_ECAM || reg % len)
		return NULL;
	return (volatile uint8_t *)host->ecam
		+ ((size_t)(at->bus - host->first_bus) << 20)
		+ ((size_t)at->devid << 15) + ((size_t)at->function << 12)
		+ reg;
}

static uint32_t read(const struct pci_host *host,
		     const struct pci_address *at, unsigned int reg,
		     unsigned int len)
{
	volatile uint8_t *address = address_of(host, at, reg, len);

	if (!address)
		return ~0U;
	if (len == 1)
		return ioreg_read8(address);
	if (len == 2)
		return ioreg_read16((volatile uint16_t *)address);
	return ioreg_read32((volatile uint32_t *)address);
}

static void write(const struct pci_host *host, const struct pci_address *at,
		  unsigned int reg, unsigned int len, uint32_t value)
{
	volatile uint8_t *address = address_of(host, at, reg, len);

	if (!address)
		return;
	if (len == 1)
		ioreg_write8(address, (uint8_t)value);
	else if (len == 2)
		ioreg_write16((volatile uint16_t *)address, (uint16_t)value);
	else
		ioreg_write32((volatile uint32_t *)address, value);
}

void pci_host_ecam(struct pci_host *host, volatile void *ecam,
		   uint8_t first_bus, uint8_t last_bus)
{
	host->name = "ECAM";
	host->read = read;
	host->write = write;
	host->ecam = ecam;
	host->first_bus = first_bus;
	host->last_bus = last_bus;
}
