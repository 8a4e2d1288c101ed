/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The platform bus: devices that cannot be asked what they are, but that the
 * machine's device tree describes, and those who drive them.
 *
 * At boot, every enabled node of the tree that says what it is compatible with
 * and where its registers are becomes a device on pf_device_list. Drivers are
 * asked about each of its models, the most specific one first; the first driver
 * that knows one is given the device.
 */
#ifndef __UKPLAT_COMMON_PF_BUS_H__
#define __UKPLAT_COMMON_PF_BUS_H__

#include <stdint.h>
#include <uk/alloc.h>
#include <uk/bus.h>
#include <uk/ctors.h>
#include <uk/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers that stand for models, between a driver's match() and its table */
#define PLATFORM_DEVICE_ID_START	(0x100)
#define VIRTIO_MMIO_ID			(PLATFORM_DEVICE_ID_START)
#define GEN_PCI_ID			(PLATFORM_DEVICE_ID_START + 1)
#define PLATFORM_DEVICE_ID_END		(GEN_PCI_ID + 1)

struct pf_device_id {
	uint16_t device_id;
};

struct pf_device;

/* Before all devices. Not 0: the driver is left out */
typedef int (*pf_driver_init_func_t)(struct uk_alloc *a);
/* Looks whether the device is there and usable. Returns 0, or -errno */
typedef int (*pf_driver_probe_func_t)(struct pf_device *dev);
/* After a successful probe. Returns 0, or -errno: nobody drives it */
typedef int (*pf_driver_add_func_t)(struct pf_device *dev);
/* The number of a model as the tree writes it, or a negative one: unknown */
typedef int (*pf_driver_match_func_t)(const char *model);

struct pf_driver {
	struct uk_list_head list;	/* set by registering */
	const struct pf_device_id *device_ids;	/* one */
	pf_driver_init_func_t init;	/* may be null */
	pf_driver_probe_func_t probe;	/* may be null */
	pf_driver_add_func_t add_dev;
	pf_driver_match_func_t match;
};

enum pf_device_state {
	PF_DEVICE_STATE_RESET = 0,	/* nobody drives it */
	PF_DEVICE_STATE_RUNNING
};

#define PF_NO_IRQ	(~0UL)

struct pf_device {
	struct uk_list_head list;	/* in pf_device_list */
	struct pf_device_id id;		/* as its driver calls it */
	struct pf_driver *drv;		/* null when nobody drives it */
	enum pf_device_state state;

	int fdt_offset;			/* its node (uk/fdt.h, plat_tree()) */
	uint64_t base, size;		/* of its first registers, in bytes */
	unsigned long irq;		/* its first interrupt, or PF_NO_IRQ */
};

/* All devices, with and without drivers, in the order of the tree */
extern struct uk_list_head pf_device_list;

/* Maps a device's first registers; null when that cannot be */
volatile void *pf_map(const struct pf_device *dev);

/* Registers a struct pf_driver *, once per library */
#define PF_REGISTER_DRIVER(b)						\
	_PF_REGISTER_DRIVER(__LIBNAME__, b)
#define PF_REGISTER_CTOR(ctor)						\
	UK_CTOR_PRIO(ctor, UK_PRIO_AFTER(UK_BUS_REGISTER_PRIO))

#define _PF_REGFNNAME(x, y)	x##y
#define _PF_REGISTER_DRIVER(libname, b)					\
	static void _PF_REGFNNAME(libname, _pf_register_driver)(void)	\
	{								\
		_pf_register_driver((b));				\
	}								\
	PF_REGISTER_CTOR(_PF_REGFNNAME(libname, _pf_register_driver))

void _pf_register_driver(struct pf_driver *drv);

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_COMMON_PF_BUS_H__ */
