/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Traps on x86 that somebody handles.
 */
#include <uk/arch/traps.h>
#include <uk/test.h>

#define BREAKPOINT	3

static volatile unsigned int breakpoints;
static volatile __uptr fault_at;

static int on_debug(void *data)
{
	const struct ukarch_trap_ctx *ctx = data;

	if (ctx->trapnr != BREAKPOINT)
		return UK_EVENT_NOT_HANDLED;
	breakpoints++;
	/* As code does that the compiler made of anything with floats */
	__asm__ __volatile__("pxor %%xmm7, %%xmm7" : : : "xmm7");
	return UK_EVENT_HANDLED;
}

UK_EVENT_HANDLER(trap_debug, on_debug);

/* Skips the faulting instruction of write_to(), and only that */
extern const char fault_resume[];

static int on_page_fault(void *data)
{
	const struct ukarch_trap_ctx *ctx = data;

	if (ctx->regs->rax != 0x5afe)
		return UK_EVENT_NOT_HANDLED;
	fault_at = ctx->fault_address;
	ctx->regs->rip = (__uptr)fault_resume;
	ctx->regs->rcx = 77;
	return UK_EVENT_HANDLED;
}

UK_EVENT_HANDLER(trap_page_fault, on_page_fault);

static unsigned long __noinline write_to(__uptr address)
{
	unsigned long rcx = 0;

	__asm__ __volatile__("movb $0, (%1)\n"
			     "fault_resume:\n"
			     : "+c"(rcx) : "r"(address), "a"(0x5afe)
			     : "memory");
	return rcx;
}

UK_TESTCASE(x86_traps, goes_on_after_a_handled_trap)
{
	unsigned int before = breakpoints;

	__asm__ __volatile__("int3");
	UK_TEST_EXPECT_SNUM_EQ(breakpoints, before + 1);
}

UK_TESTCASE(x86_traps, gives_and_takes_registers)
{
	UK_TEST_EXPECT_SNUM_EQ(write_to(0x123), 77);
	UK_TEST_EXPECT_SNUM_EQ(fault_at, 0x123);
}

UK_TESTCASE(x86_traps, keeps_vector_registers)
{
	unsigned long value = 0x1234567890abcdefUL, after;

	__asm__ __volatile__("movq %1, %%xmm7\n"
			     "int3\n"
			     "movq %%xmm7, %0\n"
			     : "=r"(after) : "r"(value) : "xmm7");
	UK_TEST_EXPECT_SNUM_EQ(after, value);
}

uk_testsuite_register(x86_traps, NULL);
