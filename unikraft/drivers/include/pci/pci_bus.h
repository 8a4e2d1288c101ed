/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The PCI bus: its devices, and those who drive them.
 *
 * At boot, all buses below the host bridge that the platform names are gone
 * through. Every device that is found is on pci_device_list; a driver that
 * knows it by its identity is given it.
 */
#ifndef __UKPLAT_COMMON_PCI_BUS_H__
#define __UKPLAT_COMMON_PCI_BUS_H__

#include <stddef.h>
#include <stdint.h>
#include <uk/alloc.h>
#include <uk/bus.h>
#include <uk/ctors.h>
#include <uk/list.h>
#include <pci/pci_regs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a device is, or what a driver looks for. In drivers, _ANY_ID matches */
struct pci_device_id {
	uint32_t class_id;		/* the class alone, without subclass */
	uint16_t vendor_id;
	uint16_t device_id;
	uint16_t subsystem_vendor_id;
	uint16_t subsystem_device_id;
};

#define PCI_ANY_ID		(0xffff)
#define PCI_CLASS_ANY_ID	(0xffffff)

/* Entries of a driver's table; PCI_ANY_DEVICE_ID ends it */
#define PCI_DEVICE_ID(vend, dev)					\
	.class_id = PCI_CLASS_ANY_ID,					\
	.vendor_id = (vend),						\
	.device_id = (dev),						\
	.subsystem_vendor_id = PCI_ANY_ID,				\
	.subsystem_device_id = PCI_ANY_ID

#define PCI_ANY_DEVICE_ID	PCI_DEVICE_ID(PCI_ANY_ID, PCI_ANY_ID)

/* Where a device is */
struct pci_address {
	uint32_t domain;
	uint8_t bus;
	uint8_t devid;			/* 0 to 31 */
	uint8_t function;		/* 0 to 7 */
};

struct pci_device;
struct pci_host;

/* A device that the driver knows. Returns 0, or -errno: nobody drives it */
typedef int (*pci_driver_add_func_t)(struct pci_device *dev);
/* Before all devices. Not 0: the driver is left out */
typedef int (*pci_driver_init_func_t)(struct uk_alloc *a);

struct pci_driver {
	struct uk_list_head list;	/* set by registering */
	const struct pci_device_id *device_ids;
	pci_driver_init_func_t init;	/* may be null */
	pci_driver_add_func_t add_dev;
};

enum pci_device_state {
	PCI_DEVICE_STATE_RESET = 0,	/* nobody drives it */
	PCI_DEVICE_STATE_RUNNING
};

/* A range of addresses that a device answers to */
#define PCI_BARS		6
#define PCI_BAR_IO		0x1	/* ports, else memory */
#define PCI_BAR_64		0x2	/* the next one has the upper half */
#define PCI_BAR_PREFETCH	0x4

struct pci_bar {
	uint64_t base;			/* 0: at no address */
	uint64_t size;			/* in bytes, 0: there is none */
	unsigned int flags;		/* PCI_BAR_* */
};

struct pci_device {
	struct uk_list_head list;	/* in pci_device_list */
	struct pci_device_id id;
	struct pci_address addr;
	struct pci_driver *drv;		/* null when nobody drives it */
	enum pci_device_state state;

	unsigned long base;		/* of the first range, when of ports */
	unsigned long irq;		/* number, or PCI_NO_IRQ */

	const struct pci_host *host;
	uint8_t subclass;
	uint8_t interface;
	uint8_t header;			/* kind of configuration space */
	uint8_t pin;			/* 1 to 4: INTA to INTD; 0: none */
	struct pci_bar bars[PCI_BARS];
};

#define PCI_NO_IRQ		(~0UL)

/* All devices, with and without drivers, in the order of their addresses */
extern struct uk_list_head pci_device_list;

/* Registers a struct pci_driver *, once per library */
#define PCI_REGISTER_DRIVER(b)						\
	_PCI_REGISTER_DRIVER(__LIBNAME__, b)
#define PCI_REGISTER_CTOR(ctor)						\
	UK_CTOR_PRIO(ctor, UK_PRIO_AFTER(UK_BUS_REGISTER_PRIO))

#define _PCI_REGFNNAME(x, y)	x##y
#define _PCI_REGISTER_DRIVER(libname, b)				\
	static void _PCI_REGFNNAME(libname, _pci_register_driver)(void)	\
	{								\
		_pci_register_driver((b));				\
	}								\
	PCI_REGISTER_CTOR(_PCI_REGFNNAME(libname, _pci_register_driver))

void _pci_register_driver(struct pci_driver *drv);

/* The first registered driver that knows such a device, or null */
struct pci_driver *pci_find_driver(struct pci_device_id *id);

/*
 * Registers in a device's configuration space (pci_regs.h), aligned to their
 * size. What is beyond the space that can be reached reads as ones.
 */
uint8_t pci_read8(const struct pci_device *dev, unsigned int reg);
uint16_t pci_read16(const struct pci_device *dev, unsigned int reg);
uint32_t pci_read32(const struct pci_device *dev, unsigned int reg);
void pci_write8(const struct pci_device *dev, unsigned int reg, uint8_t value);
void pci_write16(const struct pci_device *dev, unsigned int reg,
		 uint16_t value);
void pci_write32(const struct pci_device *dev, unsigned int reg,
		 uint32_t value);

/*
 * The register where a capability begins (PCI_CAP_ID_*), the first one after
 * register `after` (0: of all); 0 when there is none, or when the list is
 * broken.
 */
unsigned int pci_find_capability(const struct pci_device *dev, uint8_t id,
				 unsigned int after);

/* Sets and clears bits of the command register (PCI_COMMAND_*) */
void pci_command(const struct pci_device *dev, uint16_t set, uint16_t clear);

/* Maps a range of memory; null when it is none, or has no address */
volatile void *pci_map_bar(const struct pci_device *dev, unsigned int bar);

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_COMMON_PCI_BUS_H__ */
