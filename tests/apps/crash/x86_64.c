/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The exceptions of x86 that a program can cause on every platform, page
 * faults left out. QEMU raises neither those of vector units nor those of the
 * stack segment.
 */
#include "processor.h"

/* Between the two halves of the address space */
#define NO_ADDRESS	0x800000000000UL

static void divide(void)
{
	volatile int number = 100;
	volatile int zero = 0;
	volatile int result = number / zero;

	(void)result;
}

static void debug_trap(void)
{
	/* The trap flag: after the next instruction */
	__asm__ volatile("pushfq\n\t"
			 "orl $0x100, (%rsp)\n\t"
			 "popfq\n\t"
			 "nop");
}

static void breakpoint(void)
{
	__asm__ volatile("int3");
}

static void general_protection(void)
{
	__asm__ volatile("movl (%0), %%eax" : : "r"(NO_ADDRESS) : "eax");
}

static void x87_error(void)
{
	static const unsigned short control = 0x37b; /* zero divide unmasked */

	__asm__ volatile("fninit\n\t"
			 "fldcw %0\n\t"
			 "fld1\n\t"
			 "fldz\n\t"
			 "fdivrp\n\t"
			 "fwait" : : "m"(control));
}

const struct request processor_requests[] = {
	{ "divide", divide },
	{ "debug", debug_trap },
	{ "breakpoint", breakpoint },
	{ "general-protection", general_protection },
	{ "x87-error", x87_error },
	{ 0, 0 },
};
