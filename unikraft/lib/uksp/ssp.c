/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The canary, and what happens when it is gone.
 */

#include <uk/assert.h>
#include <uk/config.h>
#include <uk/sp.h>

/* Before the boot code takes a random one, and if there is none. */
#if CONFIG_LIBUKSP_VALUE_USECONSTANT
unsigned long __stack_chk_guard = CONFIG_LIBUKSP_VALUE_CONSTANT;
#else
unsigned long __stack_chk_guard = 0xff0a0d00;
#endif

void __stack_chk_fail(void)
{
	UK_CRASH("Stack smashing detected: a function wrote beyond its variables, up to where it returns to\n");
}
