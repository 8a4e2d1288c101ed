/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Init functions: what the boot code calls before main(), class by class and
 * within a class by priority. A heap exists by then.
 *
 * A function returns a negative error code to stop the boot. The table is
 * gathered by the platform's linker script; null entries are skipped.
 */
#ifndef __UK_INIT_H__
#define __UK_INIT_H__

#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/prio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int (*uk_init_func_t)(void);

extern const uk_init_func_t uk_inittab_start[];
extern const uk_init_func_t uk_inittab_end;

/* Classes, in the order in which they run */
#define UK_INIT_CLASS_EARLY	1	/* before devices are looked for */
#define UK_INIT_CLASS_PLAT	2	/* platform: buses and devices */
#define UK_INIT_CLASS_LIB	3	/* libraries that need the platform */
#define UK_INIT_CLASS_ROOTFS	4	/* the root file system */
#define UK_INIT_CLASS_SYS	5	/* what needs files */
#define UK_INIT_CLASS_LATE	6	/* right before the application */

/* Both `class` and `prio` end up pasted: literal digits or such macros */
#define uk_initcall_class_prio(fn, class, prio)				\
	_UK_INITTAB(fn, class, prio)

#define _UK_INITTAB(fn, base, prio)	__UK_INITTAB(fn, base, prio)
#define __UK_INITTAB(fn, base, prio)					\
	static const uk_init_func_t					\
	__used __section(".uk_inittab" #base #prio)			\
	__uk_inittab ## base ## prio ## _ ## fn = (fn)

#define uk_early_initcall_prio(fn, prio)				\
	uk_initcall_class_prio(fn, UK_INIT_CLASS_EARLY, prio)
#define uk_plat_initcall_prio(fn, prio)					\
	uk_initcall_class_prio(fn, UK_INIT_CLASS_PLAT, prio)
#define uk_lib_initcall_prio(fn, prio)					\
	uk_initcall_class_prio(fn, UK_INIT_CLASS_LIB, prio)
#define uk_rootfs_initcall_prio(fn, prio)				\
	uk_initcall_class_prio(fn, UK_INIT_CLASS_ROOTFS, prio)
#define uk_sys_initcall_prio(fn, prio)					\
	uk_initcall_class_prio(fn, UK_INIT_CLASS_SYS, prio)
#define uk_late_initcall_prio(fn, prio)					\
	uk_initcall_class_prio(fn, UK_INIT_CLASS_LATE, prio)

#define uk_early_initcall(fn)	uk_early_initcall_prio(fn, UK_PRIO_LATEST)
#define uk_plat_initcall(fn)	uk_plat_initcall_prio(fn, UK_PRIO_LATEST)
#define uk_lib_initcall(fn)	uk_lib_initcall_prio(fn, UK_PRIO_LATEST)
#define uk_rootfs_initcall(fn)	uk_rootfs_initcall_prio(fn, UK_PRIO_LATEST)
#define uk_sys_initcall(fn)	uk_sys_initcall_prio(fn, UK_PRIO_LATEST)
#define uk_late_initcall(fn)	uk_late_initcall_prio(fn, UK_PRIO_LATEST)

/* Walks a table with `itr` (uk_init_func_t *), from `start` up to `end` */
#define uk_inittab_foreach(itr, inittab_start, inittab_end)		\
	for ((itr) = DECONST(uk_init_func_t *, inittab_start);		\
	     (itr) < &(inittab_end);					\
	     (itr)++)

#ifdef __cplusplus
}
#endif

#endif /* __UK_INIT_H__ */
