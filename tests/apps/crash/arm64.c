/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The exceptions of arm64 that a program can cause on every platform; those
 * of a bare machine are tests/apps/exceptions.
 */
#include "processor.h"

static void breakpoint(void)
{
	__asm__ volatile("brk #7");
}

const struct request processor_requests[] = {
	{ "breakpoint", breakpoint },
	{ 0, 0 },
};
