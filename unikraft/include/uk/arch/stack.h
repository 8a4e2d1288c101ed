/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stack walking by frame pointers, for code that was built with them
 * (CONFIG_OPTIMIZE_NOOMITFP).
 */
#ifndef __UKARCH_STACK_H__
#define __UKARCH_STACK_H__

#include <uk/arch/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A stack: readable bytes from `base` on */
struct ukarch_stack {
	__uptr base;
	__sz len;
};

/*
 * Writes the return addresses of the frame at `fp` and of its callers to
 * `pcs`, innermost first, and returns how many: at most `max`.
 *
 * Reads inside `stack` only, and stops at the first frame that is not above
 * the one before: whatever `fp` and the stack contain, it neither faults nor
 * loops.
 */
unsigned int ukarch_stack_walk(const struct ukarch_stack *stack, __uptr fp,
			       __uptr *pcs, unsigned int max);

#ifdef __cplusplus
}
#endif

#endif /* __UKARCH_STACK_H__ */
