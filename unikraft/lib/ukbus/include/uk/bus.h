/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Buses: what devices are found on. A driver of a bus registers it; at boot, in
 * the init class of platforms, all buses are made ready, and then each looks
 * for its devices and hands them to their drivers.
 */
#ifndef __UK_BUS__
#define __UK_BUS__

#include <stddef.h>
#include <uk/alloc.h>
#include <uk/ctors.h>
#include <uk/init.h>
#include <uk/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/* When buses are probed (uk/init.h), and when they are registered at first */
#define UK_BUS_INIT_CLASS	UK_INIT_CLASS_PLAT
#define UK_BUS_INIT_PRIO	0
#define UK_BUS_REGISTER_PRIO	0

/* Gets the default allocator. Returns 0, or -errno: the bus is left out */
typedef int (*uk_bus_init_func_t)(struct uk_alloc *a);
/* Looks for devices. Returns 0, or -errno; devices that fail are no failure */
typedef int (*uk_bus_probe_func_t)(void);

struct uk_bus {
	struct uk_list_head list;	/* in uk_bus_list; set by registering */
	uk_bus_init_func_t init;	/* may be null */
	uk_bus_probe_func_t probe;
};

/* All that are registered, in the order in which they were */
extern struct uk_list_head uk_bus_list;

unsigned int uk_bus_count(void);

/* For those who cannot register when constructors run. Before the init class */
void _uk_bus_register(struct uk_bus *b);
void _uk_bus_unregister(struct uk_bus *b);

/* Registers a struct uk_bus *, once per library. `prio`: as in uk/ctors.h */
#define UK_BUS_REGISTER_PRIORITY(b, prio)				\
	_UK_BUS_REGISTER(__LIBNAME__, b, prio)
#define UK_BUS_REGISTER(b)						\
	_UK_BUS_REGISTER(__LIBNAME__, b, 2)

#define _UK_BUS_REGFNNAME(x, y)	x##y
#define _UK_BUS_REGISTER_CTOR(ctor, prio)				\
	UK_CTOR_PRIO(ctor, prio)

#define _UK_BUS_REGISTER(libname, b, prio)				\
	static void _UK_BUS_REGFNNAME(libname, _uk_bus_register)(void)	\
	{								\
		_uk_bus_register((b));					\
	}								\
	_UK_BUS_REGISTER_CTOR(						\
		_UK_BUS_REGFNNAME(libname, _uk_bus_register), prio)

#ifdef __cplusplus
}
#endif

#endif /* __UK_BUS__ */
