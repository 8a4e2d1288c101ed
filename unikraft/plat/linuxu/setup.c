/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the first instruction in C to the boot library.
 */
#include <linuxu/setup.h>
#include <linuxu/signal.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

/* The C library's, if it has one */
extern char **environ __weak;

void _liblinuxuplat_entry(__uptr *stack)
{
	int argc = (int)stack[0];
	char **argv = (char **)(stack + 1);
	__uptr stack_top;

	linuxu_relocate();
	stack_top = linuxu_stack_create();
	if (!stack_top || linuxu_signal_stack_create()) {
		plat_print("No memory for the stacks\n");
		ukplat_exit(UKPLAT_CRASH_STATUS);
	}
	linuxu_signals_init();
	linuxu_irqs_init();
	if (&environ)
		environ = argv + argc + 1;
	linuxu_enter(argc, argv, stack_top);
}
