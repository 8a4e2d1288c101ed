/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What calls of the runtime cost, one line each: nanoseconds, or in a machine
 * that counts them, instructions (scripts/runtime).
 */
#include <stdio.h>
#include "bench.h"

#ifdef __x86_64__
__u64 bench_now(void)
{
	__u32 low, high;

	__asm__ __volatile__("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (__u64)high << 32 | low;
}
#else
/* The generic timer ticks slower than instructions go by */
__u64 bench_now(void)
{
	__u64 ticks, hz;

	__asm__ __volatile__("isb; mrs %0, cntvct_el0" : "=r"(ticks)
			     : : "memory");
	__asm__ __volatile__("mrs %0, cntfrq_el0" : "=r"(hz));
	return ticks * (1000000000 / hz);
}
#endif

void bench_tell(const char *name, __u64 since, unsigned long count)
{
	__u64 took = bench_now() - since;

	printf("%s: %lu\n", name, (unsigned long)((took + count / 2) / count));
}

int main(int argc __attribute__((unused)),
	 char *argv[] __attribute__((unused)))
{
	bench_contexts();
	bench_threads();
	bench_locks();
	bench_memory();
	bench_timers();
	return 0;
}
