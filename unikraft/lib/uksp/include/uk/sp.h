/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The canary on stacks. Compilers know the names of the two symbols.
 */

#ifndef __UK_STACKPROTECTOR_H__
#define __UK_STACKPROTECTOR_H__

#include <uk/config.h>
#include <uk/essentials.h>
#if CONFIG_LIBUKSP_VALUE_RANDOM
#include <uk/swrand.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if CONFIG_LIBUKSP

/* Written by nobody but the function below */
extern unsigned long __stack_chk_guard;

/* Where a function ends whose canary has changed */
void __stack_chk_fail(void) __attribute__((noreturn));

#endif

/*
 * Takes another canary, where the configuration says so. For the boot code: it
 * is part of a function that never returns, and so are all of its callers.
 */
static __always_inline
void uk_stack_chk_guard_setup(void)
{
#if CONFIG_LIBUKSP_VALUE_RANDOM
	unsigned long guard;

	uk_swrand_fill_buffer(&guard, sizeof(guard));
	/* Strings end in front of it */
	__stack_chk_guard = guard & ~0xfful;
#endif
}

#ifdef __cplusplus
}
#endif

#endif /* __UK_STACKPROTECTOR_H__ */
