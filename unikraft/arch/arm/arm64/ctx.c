/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * New contexts on arm64: what ctx.S takes from their stacks.
 */
#include <uk/arch/ctx.h>
#include "../../common/ctx.h"

/* Registers are loaded in pairs, which keeps the stack aligned */
struct pair {
	__uptr first, second;
};

static __uptr push(__uptr sp, __uptr first, __uptr second)
{
	const struct pair pair = { first, second };

	return ukarch_rstack_push(sp, pair);
}

static void begin(struct ukarch_ctx *ctx, __uptr sp, const char *ip)
{
	ctx->sp = sp;
	ctx->ip = (__uptr)ip;
}

void ukarch_ctx_init(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
		     __uptr ip)
{
	UK_ASSERT(ctx && sp && ip);
	begin(ctx, push(sp, ip, 0), keep_regs ? context_start_keep
					      : context_start);
}

void ukarch_ctx_enable_irqs(struct ukarch_ctx *ctx)
{
	UK_ASSERT(ctx && ctx->sp && ctx->ip);
	begin(ctx, push(ctx->sp, ctx->ip, 0), context_enable_irqs);
}

void ukarch_ctx_init_entry0(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
			    ukarch_ctx_entry0 entry)
{
	UK_ASSERT(ctx && sp && entry);
	UK_ASSERT(IS_ALIGNED(sp, (__uptr)UKARCH_SP_ALIGN));
	sp = push(sp, (__uptr)entry, 0);
	begin(ctx, sp, keep_regs ? context_call0_keep : context_call0);
}

void ukarch_ctx_init_entry1(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
			    ukarch_ctx_entry1 entry, long arg)
{
	UK_ASSERT(ctx && sp && entry);
	UK_ASSERT(IS_ALIGNED(sp, (__uptr)UKARCH_SP_ALIGN));
	sp = push(sp, (__uptr)entry, (__uptr)arg);
	begin(ctx, sp, keep_regs ? context_call1_keep : context_call1);
}

void ukarch_ctx_init_entry2(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
			    ukarch_ctx_entry2 entry, long arg0, long arg1)
{
	UK_ASSERT(ctx && sp && entry);
	UK_ASSERT(IS_ALIGNED(sp, (__uptr)UKARCH_SP_ALIGN));
	sp = push(sp, (__uptr)arg0, (__uptr)arg1);
	sp = push(sp, (__uptr)entry, 0);
	begin(ctx, sp, keep_regs ? context_call2_keep : context_call2);
}
