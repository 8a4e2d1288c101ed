/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Raises exceptions of arm64 on request, each with registers that are known,
 * so that their dumps can be compared. Exits with 2 for an unknown request.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>

/* The console's registers */
#define DEVICE		"0x9000000"

#define REQUEST(name, code)						\
	static void name(void)						\
	{								\
		__asm__ __volatile__("mov x9, #0x900\n"			\
				     "mov x10, #0xa00\n"		\
				     code				\
				     : : : "x0", "x1", "x9", "x10",	\
				       "x30", "memory");		\
	}

REQUEST(undefined, "udf #7")
REQUEST(breakpoint, "brk #5")
REQUEST(system_call, "svc #3")
REQUEST(hypervisor_register, "mrs x0, vbar_el2")
REQUEST(misaligned_pc, "adr x0, 1f\n\tadd x0, x0, #2\n\tbr x0\n1:\tnop")
REQUEST(unmapped, "mov x0, #0x700000000000\n\tldr x0, [x0]")
REQUEST(no_address, "mov x0, #0x7000000000000000\n\tstr x0, [x0]")
REQUEST(fetch_unmapped, "mov x0, #0x700000000000\n\tbr x0")
REQUEST(fetch_device, "mov x0, #" DEVICE "\n\tbr x0")
REQUEST(illegal_state, "mrs x0, daif\n\torr x0, x0, #0x100000\n\t"
		       "orr x0, x0, #4\n\tmsr spsr_el1, x0\n\t"
		       "adr x0, 1f\n\tmsr elr_el1, x0\n\teret\n1:\tnop")

static void restart(void)
{
	ukplat_restart();
}

static void halt(void)
{
	ukplat_halt();
}

static const struct {
	const char *name;
	void (*run)(void);
} requests[] = {
	{ "undefined", undefined },
	{ "breakpoint", breakpoint },
	{ "system-call", system_call },
	{ "hypervisor-register", hypervisor_register },
	{ "misaligned-pc", misaligned_pc },
	{ "unmapped", unmapped },
	{ "no-address", no_address },
	{ "fetch-unmapped", fetch_unmapped },
	{ "fetch-device", fetch_device },
	{ "illegal-state", illegal_state },
	{ "restart", restart },
	{ "halt", halt },
};

int main(int argc, char *argv[])
{
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(requests); i++) {
		if (strcmp(argv[1], requests[i].name))
			continue;
		printf("about to: %s\n", argv[1]);
		requests[i].run();
		printf("survived: %s\n", argv[1]);
		return 0;
	}
	printf("requests:\n");
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		printf("  %s\n", requests[i].name);
	return 2;
}
