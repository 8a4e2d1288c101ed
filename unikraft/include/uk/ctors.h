/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Constructors: functions that the boot code calls once, before any init
 * function and before there is a heap.
 *
 * The tables are gathered by the platform's linker script. Entries may be
 * null; readers skip those.
 */
#ifndef __UK_CTORS_H__
#define __UK_CTORS_H__

#include <uk/essentials.h>
#include <uk/prio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*uk_ctor_func_t)(void);

/* What compilers emit for C and C++ constructors */
extern const uk_ctor_func_t __preinit_array_start[];
extern const uk_ctor_func_t __preinit_array_end;
extern const uk_ctor_func_t __init_array_start[];
extern const uk_ctor_func_t __init_array_end;

/* What UK_CTOR and UK_CTOR_PRIO register */
extern const uk_ctor_func_t uk_ctortab_start[];
extern const uk_ctor_func_t uk_ctortab_end;

/*
 * Registers `fn`. `prio` is a literal digit, a macro that ends in one, or
 * UK_PRIO_AFTER() of these.
 */
#define UK_CTOR_PRIO(fn, prio)		_UK_CTORTAB(fn, prio)
#define UK_CTOR(fn)			UK_CTOR_PRIO(fn, UK_PRIO_LATEST)
/* The older spelling */
#define UK_CTOR_FUNC(lvl, ctorf)	_UK_CTORTAB(ctorf, lvl)

#define _UK_CTORTAB(fn, prio)		__UK_CTORTAB(fn, prio)
#define __UK_CTORTAB(fn, prio)						\
	static const uk_ctor_func_t					\
	__used __section(".uk_ctortab" #prio)				\
	__uk_ctortab ## prio ## _ ## fn = (fn)

/* Walks a table with `itr` (uk_ctor_func_t *), from `start` up to `end` */
#define uk_ctortab_foreach(itr, ctortab_start, ctortab_end)		\
	for ((itr) = DECONST(uk_ctor_func_t *, ctortab_start);		\
	     (itr) < &(ctortab_end);					\
	     (itr)++)

#ifdef __cplusplus
}
#endif

#endif /* __UK_CTORS_H__ */
