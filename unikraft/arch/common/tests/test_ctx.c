/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <uk/arch/ctx.h>
#include <uk/arch/lcpu.h>
#include <uk/plat/lcpu.h>
#include <uk/test.h>

#define LEN	16384

static char stack[LEN] __align(16);
static struct ukarch_ctx here, there;
static long seen[4];

static void __noreturn entry0(void)
{
	for (;;) {
		seen[0]++;
		ukarch_ctx_switch(&there, &here);
	}
}

static void __noreturn entry1(long arg)
{
	for (;;) {
		seen[0] += arg;
		ukarch_ctx_switch(&there, &here);
	}
}

static void __noreturn entry2(long arg0, long arg1)
{
	for (;;) {
		seen[0] += arg0;
		seen[1] += arg1;
		/* As functions may count on */
		seen[2] = (long)(__frame_addr(0) % 16);
		seen[3] = (long)ukarch_read_sp();
		ukarch_ctx_switch(&there, &here);
	}
}

static void reset(void)
{
	memset(seen, 0, sizeof(seen));
}

UK_TESTCASE(context, sp_of_an_empty_stack)
{
	char *base = stack;

	UK_TEST_EXPECT_SNUM_EQ(ukarch_gen_sp(base, LEN), (long)base + LEN);
	UK_TEST_EXPECT_SNUM_EQ(ukarch_gen_sp(base, LEN - 1),
			       (long)base + LEN - UKARCH_SP_ALIGN);
	UK_TEST_EXPECT_SNUM_EQ(ukarch_gen_sp(base + 1, LEN - 1),
			       (long)base + LEN);
}

UK_TESTCASE(context, push_to_a_stack)
{
	__uptr sp = ukarch_gen_sp(stack, LEN), next;

	ukarch_ctx_init_bare(&there, sp, 1);
	next = ukarch_rstack_push(sp, (long)42);
	UK_TEST_EXPECT(next < sp && sp - next <= UKARCH_SP_ALIGN);
	UK_TEST_EXPECT_SNUM_EQ(*(long *)next, 42);
	UK_TEST_EXPECT_SNUM_EQ(there.sp, (long)sp);
	ukarch_rctx_stackpush(&there, (long)43);
	UK_TEST_EXPECT_SNUM_EQ(there.sp, (long)next);
	UK_TEST_EXPECT_SNUM_EQ(*(long *)there.sp, 43);
}

UK_TESTCASE(context, bare_says_both_and_nothing_else)
{
	ukarch_ctx_init_bare(&there, 3, 5);
	UK_TEST_EXPECT_SNUM_EQ(there.sp, 3);
	UK_TEST_EXPECT_SNUM_EQ(there.ip, 5);
	UK_TEST_EXPECT_SNUM_EQ(sizeof(there), 16);
	UK_TEST_EXPECT_SNUM_EQ(__offsetof(struct ukarch_ctx, ip),
			       UKARCH_CTX_OFFSETOF_IP);
	UK_TEST_EXPECT_SNUM_EQ(__offsetof(struct ukarch_ctx, sp),
			       UKARCH_CTX_OFFSETOF_SP);
}

UK_TESTCASE(context, there_and_back_many_times)
{
	int keep, i;

	for (keep = 0; keep <= 1; keep++) {
		reset();
		ukarch_ctx_init_entry0(&there, ukarch_gen_sp(stack, LEN),
				       keep, entry0);
		for (i = 1; i <= 1000; i++) {
			ukarch_ctx_switch(&here, &there);
			if (seen[0] != i)
				break;
		}
		UK_TEST_EXPECT_SNUM_EQ(seen[0], 1000);
	}
}

UK_TESTCASE(context, one_argument)
{
	int keep;

	for (keep = 0; keep <= 1; keep++) {
		reset();
		ukarch_ctx_init_entry1(&there, ukarch_gen_sp(stack, LEN),
				       keep, entry1, -7);
		ukarch_ctx_switch(&here, &there);
		UK_TEST_EXPECT_SNUM_EQ(seen[0], -7);
		ukarch_ctx_switch(&here, &there);
		UK_TEST_EXPECT_SNUM_EQ(seen[0], -14);
	}
}

UK_TESTCASE(context, two_arguments_on_an_aligned_stack)
{
	int keep;

	for (keep = 0; keep <= 1; keep++) {
		reset();
		ukarch_ctx_init_entry2(&there, ukarch_gen_sp(stack, LEN),
				       keep, entry2, 1L << 40, -1);
		ukarch_ctx_switch(&here, &there);
		UK_TEST_EXPECT_SNUM_EQ(seen[0], 1L << 40);
		UK_TEST_EXPECT_SNUM_EQ(seen[1], -1);
		UK_TEST_EXPECT_ZERO(seen[2]);
		UK_TEST_EXPECT(seen[3] > (long)stack
			       && seen[3] < (long)stack + LEN);
	}
}

/* ---- What is in the registers when a context begins ---- */

/* Writes general registers to an array, in the order of their numbers */
extern char _test_ctx_dump[];

#ifdef __X86_64__
#define REGS	16
#define FRAME	5
#define SP	4
__asm__(".pushsection .text\n"
	".globl _test_ctx_dump\n"
	"_test_ctx_dump:\n\t"
	"pushq	%rdi\n\t"
	"leaq	_test_ctx_regs(%rip), %rdi\n\t"
	"movq	%rax, 0(%rdi)\n\t"
	"movq	%rcx, 8(%rdi)\n\t"
	"movq	%rdx, 16(%rdi)\n\t"
	"movq	%rbx, 24(%rdi)\n\t"
	"movq	%rsp, 32(%rdi)\n\t"
	"addq	$8, 32(%rdi)\n\t"
	"movq	%rbp, 40(%rdi)\n\t"
	"movq	%rsi, 48(%rdi)\n\t"
	"popq	56(%rdi)\n\t"
	"movq	%r8, 64(%rdi)\n\t"
	"movq	%r9, 72(%rdi)\n\t"
	"movq	%r10, 80(%rdi)\n\t"
	"movq	%r11, 88(%rdi)\n\t"
	"movq	%r12, 96(%rdi)\n\t"
	"movq	%r13, 104(%rdi)\n\t"
	"movq	%r14, 112(%rdi)\n\t"
	"movq	%r15, 120(%rdi)\n\t"
	"andq	$-16, %rsp\n\t"
	"call	_test_ctx_dumped\n\t"
	".popsection");
#else
#define REGS	32
#define FRAME	29
#define SP	31
__asm__(".pushsection .text\n"
	".globl _test_ctx_dump\n"
	"_test_ctx_dump:\n\t"
	"stp	x0, x1, [sp, #-32]!\n\t"
	"str	x2, [sp, #16]\n\t"
	"adrp	x0, _test_ctx_regs\n\t"
	"add	x0, x0, :lo12:_test_ctx_regs\n\t"
	"str	x2, [x0, #16]\n\t"
	"str	x3, [x0, #24]\n\t"
	"stp	x4, x5, [x0, #32]\n\t"
	"stp	x6, x7, [x0, #48]\n\t"
	"stp	x8, x9, [x0, #64]\n\t"
	"stp	x10, x11, [x0, #80]\n\t"
	"stp	x12, x13, [x0, #96]\n\t"
	"stp	x14, x15, [x0, #112]\n\t"
	"stp	x16, x17, [x0, #128]\n\t"
	"stp	x18, x19, [x0, #144]\n\t"
	"stp	x20, x21, [x0, #160]\n\t"
	"stp	x22, x23, [x0, #176]\n\t"
	"stp	x24, x25, [x0, #192]\n\t"
	"stp	x26, x27, [x0, #208]\n\t"
	"stp	x28, x29, [x0, #224]\n\t"
	"ldp	x1, x2, [sp], #32\n\t"
	"stp	x1, x2, [x0]\n\t"
	"mov	x1, sp\n\t"
	"stp	x30, x1, [x0, #240]\n\t"
	"bl	_test_ctx_dumped\n\t"
	".popsection");
#endif

__u64 _test_ctx_regs[REGS];
void _test_ctx_dumped(void);

void __used _test_ctx_dumped(void)
{
	ukarch_ctx_switch(&there, &here);
}

static int cleared(unsigned int except)
{
	unsigned int nr, n = 0;

	for (nr = 0; nr < REGS; nr++)
		if (nr != SP && nr != except && _test_ctx_regs[nr])
			n++;
	return !n;
}

UK_TESTCASE(context, cleared_registers)
{
	__uptr sp = ukarch_gen_sp(stack, LEN);

	memset(_test_ctx_regs, 0xff, sizeof(_test_ctx_regs));
	ukarch_ctx_init(&there, sp, 0, (__uptr)_test_ctx_dump);
	ukarch_ctx_switch(&here, &there);
	/* But for what the branch needed */
	UK_TEST_EXPECT(cleared(REGS == 32 ? 30 : SP));
	UK_TEST_EXPECT_SNUM_EQ(_test_ctx_regs[SP], (long)sp);
}

UK_TESTCASE(context, kept_registers)
{
	__uptr sp = ukarch_gen_sp(stack, LEN);

	memset(_test_ctx_regs, 0xff, sizeof(_test_ctx_regs));
	ukarch_ctx_init(&there, sp, 1, (__uptr)_test_ctx_dump);
	ukarch_ctx_switch(&here, &there);
	/* Those with the arguments of the switch are still there */
	UK_TEST_EXPECT(!cleared(SP));
	UK_TEST_EXPECT_ZERO(_test_ctx_regs[FRAME]);
	UK_TEST_EXPECT_SNUM_EQ(_test_ctx_regs[SP], (long)sp);
}

UK_TESTCASE(context, bare_keeps_the_frame_pointer)
{
	__uptr sp = ukarch_gen_sp(stack, LEN);

	memset(_test_ctx_regs, 0, sizeof(_test_ctx_regs));
	ukarch_ctx_init_bare(&there, sp, (__uptr)_test_ctx_dump);
	ukarch_ctx_switch(&here, &there);
	UK_TEST_EXPECT_NOT_ZERO(_test_ctx_regs[FRAME]);
	UK_TEST_EXPECT_SNUM_EQ(_test_ctx_regs[SP], (long)sp);
}

/* ---- Extended contexts ---- */

/*
 * Loads a value into vector registers; four times what they add up to. Not
 * inline, and whole numbers: callers may have constants in registers that are
 * exchanged.
 */
static __noinline void vectors_set(double x)
{
#ifdef __X86_64__
	__asm__ __volatile__("movsd %0, %%xmm3; movsd %0, %%xmm15"
			     : : "m"(x) : "xmm3", "xmm15");
#else
	__asm__ __volatile__("ldr d3, %0; ldr d31, %0"
			     : : "m"(x) : "v3", "v31");
#endif
}

static __noinline long vectors_sum(void)
{
	double a, b;

#ifdef __X86_64__
	__asm__ __volatile__("movsd %%xmm3, %0; movsd %%xmm15, %1"
			     : "=m"(a), "=m"(b));
#else
	__asm__ __volatile__("str d3, %0; str d31, %1" : "=m"(a), "=m"(b));
#endif
	return (long)((a + b) * 4);
}

static struct ukarch_ectx *new_ectx(void)
{
	struct ukarch_ectx *ectx;

	ectx = aligned_alloc(ukarch_ectx_align(),
			     ALIGN_UP(ukarch_ectx_size(),
				      ukarch_ectx_align()));
	if (ectx)
		memset(ectx, 0xa5, ukarch_ectx_size());
	return ectx;
}

static __noinline int rounds_to_nearest(void)
{
	volatile double third = 1, three = 3;

	third /= three;
	return third * three == 1;
}

UK_TESTCASE(context, extended_ones_have_room)
{
	UK_TEST_EXPECT_SNUM_GE(ukarch_ectx_size(), 512);
	UK_TEST_EXPECT(POWER_OF_2(ukarch_ectx_align()));
	UK_TEST_EXPECT_SNUM_GE(ukarch_ectx_align(), 16);
}

UK_TESTCASE(context, extended_ones_begin_with_zeros)
{
	struct ukarch_ectx *own = new_ectx(), *fresh = new_ectx();
	long sum;
	int rounds;

	ukarch_ectx_init(own);
	ukarch_ectx_store(own);
	ukarch_ectx_init(fresh);
	vectors_set(1.5);
	ukarch_ectx_load(fresh);
	sum = vectors_sum();
	rounds = rounds_to_nearest();
	ukarch_ectx_load(own);
	UK_TEST_EXPECT_ZERO(sum);
	UK_TEST_EXPECT(rounds);
	free(own);
	free(fresh);
}

UK_TESTCASE(context, extended_ones_come_back)
{
	struct ukarch_ectx *one = new_ectx(), *two = new_ectx();
	long sum;
	int i;

	/* Some formats must have been initialised before */
	ukarch_ectx_init(one);
	ukarch_ectx_init(two);
	vectors_set(1.25);
	ukarch_ectx_store(one);
	vectors_set(2.5);
	ukarch_ectx_store(two);
	for (i = 0; i < 3; i++) {
		ukarch_ectx_load(one);
		sum = vectors_sum();
		UK_TEST_EXPECT_SNUM_EQ(sum, 10);
		ukarch_ectx_load(two);
		sum = vectors_sum();
		UK_TEST_EXPECT_SNUM_EQ(sum, 20);
	}
	free(one);
	free(two);
}

#ifdef __X86_64__
/* Both units round up, and have rounded */
static void modes_set(void)
{
	unsigned int mxcsr = 0x1f80 | 2U << 13 | 1U << 5;
	unsigned short control = 0x037f | 2U << 10;
	struct {
		unsigned int control, status, tags, where[4];
	} environment;

	__asm__ __volatile__("ldmxcsr %0" : : "m"(mxcsr));
	__asm__ __volatile__("fnstenv %0" : "=m"(environment));
	environment.control = control;
	environment.status |= 1U << 5;
	__asm__ __volatile__("fldenv %0" : : "m"(environment));
}

/* How they round, and whether they have */
static unsigned int modes_get(void)
{
	unsigned short control, status;
	unsigned int mxcsr;

	__asm__ __volatile__("stmxcsr %0; fnstcw %1; fnstsw %2"
			     : "=m"(mxcsr), "=m"(control), "=m"(status));
	return (mxcsr >> 13 & 3) | (mxcsr >> 5 & 1) << 2
		| (control >> 10 & 3U) << 3 | (status >> 5 & 1U) << 5;
}

#define MODES	(2 | 1 << 2 | 2 << 3 | 1 << 5)
#else
static void modes_set(void)
{
	__asm__ __volatile__("msr fpcr, %0; msr fpsr, %1"
			     : : "r"(1UL << 22), "r"(1UL << 4));
}

static unsigned int modes_get(void)
{
	unsigned long fpcr, fpsr;

	__asm__ __volatile__("mrs %0, fpcr; mrs %1, fpsr"
			     : "=r"(fpcr), "=r"(fpsr));
	return (fpcr >> 22 & 3) | (fpsr >> 4 & 1) << 2;
}

#define MODES	(1 | 1 << 2)
#endif

UK_TESTCASE(context, extended_ones_keep_their_modes_in_calls)
{
	struct ukarch_ectx *own = new_ectx(), *set = new_ectx();
	struct ukarch_ectx *fresh = new_ectx();
	unsigned int before, between[3], after[3], i;

	ukarch_ectx_init(own);
	ukarch_ectx_init(set);
	ukarch_ectx_init(fresh);
	before = modes_get();
	ukarch_ectx_switch(own, fresh);
	modes_set();
	for (i = 0; i < 3; i++) {
		ukarch_ectx_switch(set, fresh);
		between[i] = modes_get();
		ukarch_ectx_switch(fresh, set);
		after[i] = modes_get();
	}
	ukarch_ectx_switch(set, own);
	UK_TEST_EXPECT_SNUM_EQ(modes_get(), before);
	for (i = 0; i < 3; i++) {
		UK_TEST_EXPECT_ZERO(between[i]);
		UK_TEST_EXPECT_SNUM_EQ(after[i], MODES);
	}
	free(own);
	free(set);
	free(fresh);
}

/* Switching contexts leaves vectors to whoever cares */
UK_TESTCASE(context, extended_ones_are_apart)
{
	long sum;

	reset();
	ukarch_ctx_init_entry0(&there, ukarch_gen_sp(stack, LEN), 0, entry0);
	vectors_set(3);
	ukarch_ctx_switch(&here, &there);
	sum = vectors_sum();
	UK_TEST_EXPECT_SNUM_EQ(sum, 24);
}

uk_testsuite_register(context, NULL);
