/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Backtraces to keep, and to print later.
 */
#ifndef __UKPLAT_BACKTRACE_H__
#define __UKPLAT_BACKTRACE_H__

#include <uk/arch/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Writes the return addresses of the caller's frame and of those that called
 * it to `pcs`, innermost first, at most `max`; returns how many. Finds frames
 * where the code was built with frame pointers (OPTIMIZE_NOOMITFP). Takes time
 * with `max`, and no memory; from any context.
 */
unsigned int ukplat_backtrace(__uptr *pcs, unsigned int max);

/* Prints some of that to the kernel console, as crash reports do */
void ukplat_backtrace_print(const __uptr *pcs, unsigned int count);

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_BACKTRACE_H__ */
