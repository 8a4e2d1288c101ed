/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Contexts without threads.
 */
#include <uk/arch/ctx.h>
#include <uk/essentials.h>
#include "bench.h"

#define ROUNDS	10000UL

static struct ukarch_ctx here, there;
static char stack[8192] __align(64);

static __noreturn void come_back(void)
{
	for (;;)
		ukarch_ctx_switch(&there, &here);
}

void bench_contexts(void)
{
	unsigned long i;
	__u64 since;

	ukarch_ctx_init_entry0(&there, (__uptr)(stack + sizeof(stack)), 0,
			       come_back);
	ukarch_ctx_switch(&here, &there);
	since = bench_now();
	for (i = 0; i < ROUNDS; i++)
		ukarch_ctx_switch(&here, &there);
	bench_tell("context switch", since, 2 * ROUNDS);
}
