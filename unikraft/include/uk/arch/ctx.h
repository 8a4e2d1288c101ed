/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Contexts: what a processor executes, as a stack pointer and an instruction
 * pointer. Whoever switches away leaves its other registers on its own stack.
 *
 * Knows neither threads nor schedulers. Nothing here allocates or locks, and
 * nothing touches vector registers but the functions on extended contexts.
 * All of it may be called with interrupts off and from interrupt handlers,
 * except that a handler must not switch.
 */
#ifndef __UKARCH_CTX_H__
#define __UKARCH_CTX_H__

#include <uk/arch/types.h>

/* UKARCH_SP_ALIGN, ukarch_gen_sp(), ukarch_rstack_push() */
#include <uk/asm/ctx.h>

/* Of the fields of struct ukarch_ctx, for assembly */
#define UKARCH_CTX_OFFSETOF_IP	0
#define UKARCH_CTX_OFFSETOF_SP	8

#ifndef __ASSEMBLY__

#include <uk/config.h>
#include <uk/essentials.h>
#if CONFIG_LIBUKDEBUG
#include <uk/assert.h>
#elif !defined(UK_ASSERT)
#define UK_ASSERT(x)	do { } while (0)
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct ukarch_ctx {
	__uptr ip;
	__uptr sp;
} __packed;

/* What a context begins with. Returning from it ends the run with a report */
typedef void (*ukarch_ctx_entry0)(void) __noreturn;
typedef void (*ukarch_ctx_entry1)(long arg) __noreturn;
typedef void (*ukarch_ctx_entry2)(long arg0, long arg1) __noreturn;

/*
 * Will continue at `ip` with `sp`, all other registers as they are by then.
 * Neither needs to be aligned, nor set until the context is switched to.
 */
static inline void ukarch_ctx_init_bare(struct ukarch_ctx *ctx,
					__uptr sp, __uptr ip)
{
	UK_ASSERT(ctx);
	ctx->ip = ip;
	ctx->sp = sp;
}

/*
 * The same, but the frame pointer is 0 by then and, unless `keep_regs`, so are
 * all other general registers (not the one that arm64 needs for the branch:
 * x30). Writes below `sp`.
 */
void ukarch_ctx_init(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
		     __uptr ip);

/*
 * Will call a function that does not return. `sp` is aligned to
 * UKARCH_SP_ALIGN; the rest is as above, but for registers with arguments and
 * return address, and x16 on arm64.
 */
void ukarch_ctx_init_entry0(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
			    ukarch_ctx_entry0 entry);
void ukarch_ctx_init_entry1(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
			    ukarch_ctx_entry1 entry, long arg);
void ukarch_ctx_init_entry2(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
			    ukarch_ctx_entry2 entry, long arg0, long arg1);

/*
 * A context that does not run will enable interrupts before it goes on, for
 * those who switch with interrupts off. It needs a stack.
 */
void ukarch_ctx_enable_irqs(struct ukarch_ctx *ctx);

/* Puts a value on the stack of a context that does not run */
#define ukarch_rctx_stackpush(ctx, value)				\
	((void)((ctx)->sp = ukarch_rstack_push((ctx)->sp, (value))))

/*
 * Leaves the current context in `store` and goes on with `load`. Returns when
 * somebody switches to `store`.
 */
void ukarch_ctx_switch(struct ukarch_ctx *store, struct ukarch_ctx *load);

/*
 * An extended context: floating point, vectors, and how these compute. In
 * memory of the size and alignment below, in bytes, which are known once the
 * first constructors have run.
 */
struct ukarch_ectx;

__sz ukarch_ectx_size(void);
__sz ukarch_ectx_align(void);

/* Registers are 0; rounding and exceptions are those of the caller */
void ukarch_ectx_init(struct ukarch_ectx *state);
/* To memory that was initialised before. Loads any number of times */
void ukarch_ectx_store(struct ukarch_ectx *state);
void ukarch_ectx_load(struct ukarch_ectx *state);

/*
 * Stores and loads what a function keeps for its caller, and how the registers
 * compute, exceptions seen so far among it. That is all that matters of a
 * context that is left by a call, and comes back from it.
 */
void ukarch_ectx_switch(struct ukarch_ectx *store, struct ukarch_ectx *load);

#ifdef __cplusplus
}
#endif

#endif /* !__ASSEMBLY__ */

#endif /* __UKARCH_CTX_H__ */
