/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stack walking by frame pointers, which x86_64 and arm64 lay out alike. Knows
 * no platform: the caller says what memory is the stack.
 */
#include <uk/arch/stack.h>

/* What a function's prologue leaves where its frame pointer points */
struct frame {
	__uptr caller_fp;
	__uptr return_pc;
};

static int frame_inside(const struct ukarch_stack *stack, __uptr fp)
{
	return fp % sizeof(__uptr) == 0 && fp >= stack->base
		&& stack->len >= sizeof(struct frame)
		&& fp - stack->base <= stack->len - sizeof(struct frame);
}

unsigned int ukarch_stack_walk(const struct ukarch_stack *stack, __uptr fp,
			       __uptr *pcs, unsigned int max)
{
	const struct frame *frame;
	unsigned int n = 0;
	__uptr below = 0;

	while (n < max && fp > below && frame_inside(stack, fp)) {
		frame = (const struct frame *)fp;
		if (!frame->return_pc)
			break;
		pcs[n++] = frame->return_pc;
		below = fp;
		fp = frame->caller_fp;
	}
	return n;
}
