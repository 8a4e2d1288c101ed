/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The host bridge of PCs: in memory where ACPI says so, else by ports. Firmware
 * has given numbers, addresses and interrupts out.
 */
#include <errno.h>
#include <kvm/firmware.h>
#include <pci/pci_host.h>
#include <uk/asm/io.h>
#include <uk/plat/common/device.h>

static volatile void *map_ecam(const struct pci_ecam_window *window)
{
	__sz buses = window->last_bus - window->first_bus + 1UL;

	if (!window->base)
		return NULL;
	return plat_device_map(window->base
			       + ((__paddr_t)window->first_bus << 20),
			       buses << 20);
}

/* A bridge keeps what is written to its address port */
static int has_ports(void)
{
	outl(PCI_CONFIG_ADDR, PCI_ENABLE_BIT);
	return inl(PCI_CONFIG_ADDR) == PCI_ENABLE_BIT;
}

int plat_pci_host(struct pci_host *host)
{
	const struct pci_ecam_window *window = &kvm_firmware.ecam;
	volatile void *ecam = map_ecam(window);

	if (ecam)
		pci_host_ecam(host, ecam, window->first_bus,
			      window->last_bus);
	else if (has_ports())
		pci_host_ports(host);
	else
		return -ENODEV;
	return 0;
}
