/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How the parts of the benchmark measure. Only what Unikraft 0.11 publishes is
 * used, so that the same sources run on its core.
 */
#ifndef BENCH_H
#define BENCH_H

#include <uk/arch/types.h>

/*
 * Nanoseconds of a counter of the processor. In a machine in which each
 * instruction takes one (QEMU's -icount shift=0), instructions.
 */
__u64 bench_now(void);

/* Says what one of `count` operations took that began at `since` */
void bench_tell(const char *name, __u64 since, unsigned long count);

/* The parts, in the order in which they run */
void bench_contexts(void);
void bench_threads(void);
void bench_locks(void);
void bench_memory(void);
void bench_timers(void);

#endif /* BENCH_H */
