/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt handlers that do what they must not.
 */
#include <uk/arch/lcpu.h>
#include <uk/essentials.h>
#include <uk/plat/lcpu.h>
#include "handlers.h"

volatile unsigned long handled;

int handle_nothing(void *arg __unused)
{
	handled++;
	return 1;
}

int handle_with_vectors(void *arg __unused)
{
	handled++;
#if defined __x86_64__
	__asm__ __volatile__("pxor %xmm3, %xmm3");
#elif defined __aarch64__
	__asm__ __volatile__(".arch_extension simd\n"
			     "movi v3.16b, #0");
#endif
	return 1;
}

int handle_enabling(void *arg __unused)
{
	handled++;
	ukplat_lcpu_enable_irq();
	return 1;
}

int handle_waiting(void *arg __unused)
{
	handled++;
	ukplat_lcpu_halt_irq();
	return 1;
}

int handle_null_write(void *arg __unused)
{
	volatile int *null = 0;

	__asm__ volatile("" : "+r"(null));
	handled++;
	*null = 1;
	return 1;
}

static int __noinline recurse(volatile char *outer)
{
	volatile char frame[256];

	if (!outer)
		return 0;
	frame[0] = (char)(outer[0] + 1);
	return recurse(frame) + frame[0];
}

int handle_overflow(void *arg __unused)
{
	volatile char start = 0;

	handled++;
	return recurse(&start);
}

void interrupt_by_software(void)
{
#if defined __x86_64__
	__asm__ __volatile__("int $0x99");
#endif
}
