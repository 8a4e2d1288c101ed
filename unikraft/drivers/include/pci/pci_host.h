/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Host bridges: how configuration space is reached, and what the platform
 * knows of the buses behind.
 */
#ifndef __DRIVERS_PCI_HOST_H__
#define __DRIVERS_PCI_HOST_H__

#include <pci/pci_bus.h>

/* Addresses [next, end) that devices may still be given */
struct pci_window {
	uint64_t next, end;
};

struct pci_host {
	const char *name;		/* for people */
	/*
	 * A register of 1, 2 or 4 bytes, aligned. Ones for what is not there;
	 * bits above the length mean nothing.
	 * From any context but interrupt handlers.
	 */
	uint32_t (*read)(const struct pci_host *host,
			 const struct pci_address *at, unsigned int reg,
			 unsigned int len);
	void (*write)(const struct pci_host *host,
		      const struct pci_address *at, unsigned int reg,
		      unsigned int len, uint32_t value);
	/* In memory: where the space of first_bus begins */
	volatile void *ecam;
	uint8_t first_bus, last_bus;
	/*
	 * Where no firmware has been: numbers of buses, and of addresses (for
	 * ports, below 4 GiB, above), are given out by us.
	 */
	int bare;
	struct pci_window io, low, high;
	/*
	 * The interrupt of a device whose pin (1 to 4) arrives as `pin` of
	 * device number `devid` on the first bus, or PCI_NO_IRQ. Null: the
	 * firmware has written it to PCI_INTERRUPT_LINE.
	 */
	unsigned long (*irq)(const struct pci_host *host, unsigned int devid,
			     unsigned int pin);
};

/* Fill a host's functions */
void pci_host_ports(struct pci_host *host);
void pci_host_ecam(struct pci_host *host, volatile void *ecam,
		   uint8_t first_bus, uint8_t last_bus);

/*
 * From the platform: fills what it knows of the host bridge. Returns 0, or
 * -errno when there is no PCI.
 */
int plat_pci_host(struct pci_host *host);

/*
 * Goes through all buses of a host and appends every device to `devices`, made
 * with `a`. Whatever bridges say: each bus is visited once. Returns 0, or
 * -ENOMEM.
 */
int pci_scan(struct pci_host *host, struct uk_alloc *a,
	     struct uk_list_head *devices);

/* Finds the ranges of a device, and gives addresses where firmware has not */
void pci_read_bars(struct pci_host *host, struct pci_device *dev);

/*
 * Around the devices behind a bridge, where addresses are ours to give: what is
 * given out in between is what the bridge passes on. `opened`: the host as it
 * was after opening.
 */
void pci_bridge_open(struct pci_host *host);
void pci_bridge_close(struct pci_host *host, const struct pci_device *bridge,
		      const struct pci_host *opened);

#endif /* __DRIVERS_PCI_HOST_H__ */
