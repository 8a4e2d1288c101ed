/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Breaks the rules of interrupt handlers, on request: all of it is to be
 * reported, and only `unknown` and `none` are to be survived. The handler is
 * that of the timer. Exits with 2 for an unknown request.
 */

#include <stdio.h>
#include <string.h>
#include <uk/essentials.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include "handlers.h"

static void unknown(void)
{
	interrupt_by_software();
}

static const struct {
	const char *name;
	irq_handler_func_t handler;
	void (*run)(void);
} requests[] = {
	{ "none", handle_nothing, NULL },
	{ "unknown", handle_nothing, unknown },
	{ "vectors", handle_with_vectors, NULL },
	{ "enable", handle_enabling, NULL },
	{ "wait", handle_waiting, NULL },
	{ "null-write", handle_null_write, NULL },
	{ "overflow", handle_overflow, NULL },
};

int main(int argc, char *argv[])
{
	unsigned int i, tries;

	for (i = 0; argc > 1 && i < ARRAY_SIZE(requests); i++) {
		if (strcmp(argv[1], requests[i].name))
			continue;
		printf("about to: %s\n", argv[1]);
		if (ukplat_irq_register(ukplat_time_get_irq(),
					requests[i].handler, NULL))
			return 3;
		if (requests[i].run)
			requests[i].run();
		/* On a busy host the time may be over before it is waited for */
		for (tries = 0; tries < 100 && !handled; tries++)
			ukplat_lcpu_halt_to(ukplat_monotonic_clock()
					    + 10000000);
		printf("survived: %s, %lu interrupts\n", argv[1], handled > 0
		       ? 1UL : 0UL);
		return 0;
	}
	return 2;
}
