/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stacks that libraries make: pages that guard their ends, and what crash
 * reports can say of them.
 */
#ifndef __UKPLAT_STACK_H__
#define __UKPLAT_STACK_H__

#include <uk/arch/stack.h>
#include <uk/arch/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes a page of memory (which the caller owns, and which is mapped as usual)
 * one that must not be touched: whoever does ends the run with a report. The
 * other makes it usable again, with what was in it.
 *
 * Return 0, or a negative error code: -ENOMEM, -ENOSYS where there is no such
 * thing. Making it usable again does not fail. Not from interrupt handlers.
 */
int ukplat_stack_guard(void *page);
int ukplat_stack_unguard(void *page);

/* A stack of somebody's, as far as it may be used */
struct ukplat_stack {
	struct ukarch_stack memory;
	const char *owner;
};

/*
 * What a library knows of stacks. Called for crash reports: whatever state the
 * library and its heap are in, from any context.
 */
struct ukplat_stacks {
	/* Who runs, or null */
	const char *(*current)(void);
	/*
	 * Fills in the stack that has `address`, and returns 1; 2 for one
	 * whose guard page has it, 0 if there is none.
	 */
	int (*find)(__uptr address, struct ukplat_stack *stack);
};

#define UKPLAT_STACK_INSIDE	1
#define UKPLAT_STACK_GUARD	2

/* There is one such library; `stacks` stays valid */
void ukplat_stacks_set(const struct ukplat_stacks *stacks);

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_STACK_H__ */
