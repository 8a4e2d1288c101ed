/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Exceptions on arm64 that somebody handles.
 */
#include <uk/arch/traps.h>
#include <uk/essentials.h>
#include <uk/test.h>

#define INSN_LEN	4

static volatile unsigned int breakpoints;
static volatile __uptr fault_at;
static volatile unsigned long syndrome;

static int on_debug(void *data)
{
	const struct ukarch_trap_ctx *ctx = data;

	if (ESR_EC_FROM(ctx->esr) != ESR_EL1_EC_BRK64)
		return UK_EVENT_NOT_HANDLED;
	breakpoints++;
	/* The exception is taken at the instruction, not behind it */
	ctx->regs->elr_el1 += INSN_LEN;
	return UK_EVENT_HANDLED;
}

UK_EVENT_HANDLER(trap_debug, on_debug);

/* Skips the instruction of touch(), and only that */
static int on_page_fault(void *data)
{
	const struct ukarch_trap_ctx *ctx = data;

	if (ctx->regs->x[2] != 0x5afe)
		return UK_EVENT_NOT_HANDLED;
	fault_at = ctx->far;
	syndrome = ctx->esr;
	ctx->regs->elr_el1 += INSN_LEN;
	ctx->regs->x[3] = 77;
	return UK_EVENT_HANDLED;
}

UK_EVENT_HANDLER(trap_page_fault, on_page_fault);

static int on_invalid_op(void *data)
{
	const struct ukarch_trap_ctx *ctx = data;

	if (ctx->regs->x[2] != 0x5afe)
		return UK_EVENT_NOT_HANDLED;
	ctx->regs->elr_el1 += INSN_LEN;
	ctx->regs->x[3] = 78;
	return UK_EVENT_HANDLED;
}

UK_EVENT_HANDLER(trap_invalid_op, on_invalid_op);

/* Runs one instruction with an address in x0; returns what x3 is then */
#define touch(insn, address)						\
	({								\
		register __uptr at_ __asm__("x0") = (address);		\
		register unsigned long magic_ __asm__("x2") = 0x5afe;	\
		register unsigned long x3_ __asm__("x3") = 0;		\
									\
		__asm__ __volatile__(insn				\
				     : "+r"(at_), "+r"(x3_)		\
				     : "r"(magic_)			\
				     : "x4", "x5", "v7", "memory");	\
		x3_;							\
	})

static int wrote(void)
{
	return (syndrome & ESR_ISS_ABRT_WNR) != 0;
}

UK_TESTCASE(arm64_traps, goes_on_after_a_handled_trap)
{
	unsigned int before = breakpoints;

	__asm__ __volatile__("brk #1");
	UK_TEST_EXPECT_SNUM_EQ(breakpoints, before + 1);
}

UK_TESTCASE(arm64_traps, gives_and_takes_registers)
{
	UK_TEST_EXPECT_SNUM_EQ(touch("strb wzr, [x0]", 0x123), 77);
	UK_TEST_EXPECT_SNUM_EQ(fault_at, 0x123);
	UK_TEST_EXPECT_SNUM_EQ(touch("udf #0", 0), 78);
}

UK_TESTCASE(arm64_traps, tells_writes_from_reads)
{
	touch("strb wzr, [x0]", 0x10);
	UK_TEST_EXPECT(wrote());
	touch("ldrsh x4, [x0, #2]", 0x10);
	UK_TEST_EXPECT(!wrote());
	UK_TEST_EXPECT_SNUM_EQ(fault_at, 0x12);
	touch("ldr x4, [x0], #8", 0x10);
	UK_TEST_EXPECT(!wrote());
	touch("stp x4, x5, [x0, #-16]!", 0x30);
	UK_TEST_EXPECT(wrote());
	touch("ldp x4, x5, [x0]", 0x10);
	UK_TEST_EXPECT(!wrote());
	touch("str q7, [x0]", 0x10);
	UK_TEST_EXPECT(wrote());
	touch("ldr q7, [x0]", 0x10);
	UK_TEST_EXPECT(!wrote());
	touch("st1 {v7.16b}, [x0]", 0x10);
	UK_TEST_EXPECT(wrote());
	touch("ld1 {v7.16b}, [x0]", 0x10);
	UK_TEST_EXPECT(!wrote());
	touch("ldar x4, [x0]", 0x10);
	UK_TEST_EXPECT(!wrote());
	touch("stlr x4, [x0]", 0x10);
	UK_TEST_EXPECT(wrote());
}

UK_TESTCASE(arm64_traps, keeps_vector_registers)
{
	unsigned long value = 0x1234567890abcdefUL, after;

	__asm__ __volatile__("fmov d7, %1\n"
			     "brk #1\n"
			     "fmov %0, d7\n"
			     : "=r"(after) : "r"(value) : "v7");
	UK_TEST_EXPECT_SNUM_EQ(after, value);
}

uk_testsuite_register(arm64_traps, NULL);
