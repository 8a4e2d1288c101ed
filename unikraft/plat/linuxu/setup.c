/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the first instruction in C to the boot library.
 */
#include <linuxu/setup.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

void _liblinuxuplat_entry(int argc, char *argv[])
{
	__uptr stack_top = linuxu_stack_create();

	if (!stack_top) {
		plat_print("No memory for the stack\n");
		ukplat_exit(UKPLAT_CRASH_STATUS);
	}
	linuxu_signals_init();
	linuxu_enter(argc, argv, stack_top);
}
