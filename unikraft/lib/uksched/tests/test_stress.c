/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Many threads, many switches, many sleepers: as many as the options say.
 * docs/testing.md tells how to make it more.
 */
#include <stdlib.h>
#include <string.h>
#include <uk/plat/time.h>
#include <uk/preempt.h>
#include <uk/sched_impl.h>
#include <uk/test.h>

#define MSEC		1000000UL

/* ---- Threads come and go ---- */

#define ALIVE		500	/* at a time */
#define STACK		4096

static unsigned int running, ended;

static void __noreturn come_and_go(void *argp)
{
	static __thread unsigned long mine;

	running++;
	mine = (unsigned long)argp;
	uk_sched_yield();
	ended += mine == (unsigned long)argp;
	running--;
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_stress, threads_come_and_go)
{
	struct uk_sched *s = uk_sched_current();
	unsigned int created = 0, refused = 0, most = 0, i;

	uk_preempt_disable();
	running = ended = 0;
	while (created < CONFIG_LIBUKSCHED_TEST_THREADS && !refused) {
		for (i = 0; i < ALIVE
		     && created < CONFIG_LIBUKSCHED_TEST_THREADS; i++) {
			if (!uk_sched_thread_create_fn1(s, come_and_go,
							(void *)(__uptr)created,
							STACK, false, false,
							"stress", NULL, NULL))
				refused++;
			created++;
		}
		uk_sched_yield();
		most = MAX(most, running);
		while (running)
			uk_sched_yield();
		uk_sched_thread_gc(s);
	}
	uk_preempt_enable();
	UK_TEST_EXPECT_ZERO(refused);
	UK_TEST_EXPECT_SNUM_EQ(ended, CONFIG_LIBUKSCHED_TEST_THREADS);
	UK_TEST_EXPECT_SNUM_GE(most, MIN(ALIVE,
					 CONFIG_LIBUKSCHED_TEST_THREADS));
}

/* ---- Switches keep everything ---- */

#define SWITCHERS	8
#define WORDS		16

/*
 * Loads four vector registers, calls `fn`, and writes what is in them then.
 * What fn() runs is compiled not to touch them; other threads do. Where threads
 * lose the processor by calls alone, registers are kept that functions keep.
 */
#if CONFIG_LIBUKBOOT_INITSCHEDPREEMPT
static const bool is_kept[4] = { true, true, true, true };
#elif CONFIG_ARCH_ARM_64
static const bool is_kept[4] = { false, true, true, false };
#else
static const bool is_kept[4];
#endif

void _test_vectors_over(const double *in, double *out, void (*fn)(void));

#ifdef __X86_64__
__asm__(".pushsection .text\n"
	".globl _test_vectors_over\n"
	"_test_vectors_over:\n\t"
	"pushq	%rsi\n\t"
	"movsd	(%rdi), %xmm0\n\t"
	"movsd	8(%rdi), %xmm7\n\t"
	"movsd	16(%rdi), %xmm8\n\t"
	"movsd	24(%rdi), %xmm15\n\t"
	"call	*%rdx\n\t"
	"popq	%rsi\n\t"
	"movsd	%xmm0, (%rsi)\n\t"
	"movsd	%xmm7, 8(%rsi)\n\t"
	"movsd	%xmm8, 16(%rsi)\n\t"
	"movsd	%xmm15, 24(%rsi)\n\t"
	"ret\n"
	".popsection");

static unsigned int rounding_get(void)
{
	unsigned int mxcsr;

	__asm__ __volatile__("stmxcsr %0" : "=m"(mxcsr));
	return mxcsr >> 13 & 3;
}

/* Whether something has been rounded */
static unsigned int inexact_get(void)
{
	unsigned int mxcsr;

	__asm__ __volatile__("stmxcsr %0" : "=m"(mxcsr));
	return mxcsr >> 5 & 1;
}

static void rounding_set(unsigned int mode)
{
	unsigned int mxcsr;

	__asm__ __volatile__("stmxcsr %0" : "=m"(mxcsr));
	mxcsr = (mxcsr & ~(3U << 13)) | mode << 13;
	__asm__ __volatile__("ldmxcsr %0" : : "m"(mxcsr));
}
#else
__asm__(".pushsection .text\n"
	".globl _test_vectors_over\n"
	"_test_vectors_over:\n\t"
	"stp	x29, x30, [sp, #-48]!\n\t"
	"mov	x29, sp\n\t"
	"stp	d8, d15, [sp, #16]\n\t"
	"str	x1, [sp, #32]\n\t"
	"ldr	d0, [x0]\n\t"
	"ldr	d8, [x0, #8]\n\t"
	"ldr	d15, [x0, #16]\n\t"
	"ldr	d31, [x0, #24]\n\t"
	"blr	x2\n\t"
	"ldr	x1, [sp, #32]\n\t"
	"str	d0, [x1]\n\t"
	"str	d8, [x1, #8]\n\t"
	"str	d15, [x1, #16]\n\t"
	"str	d31, [x1, #24]\n\t"
	"ldp	d8, d15, [sp, #16]\n\t"
	"ldp	x29, x30, [sp], #48\n\t"
	"ret\n"
	".popsection");

static unsigned int rounding_get(void)
{
	unsigned long fpcr;

	__asm__ __volatile__("mrs %0, fpcr" : "=r"(fpcr));
	return fpcr >> 22 & 3;
}

/* Whether something has been rounded */
static unsigned int inexact_get(void)
{
	unsigned long fpsr;

	__asm__ __volatile__("mrs %0, fpsr" : "=r"(fpsr));
	return fpsr >> 4 & 1;
}

static void rounding_set(unsigned int mode)
{
	unsigned long fpcr;

	__asm__ __volatile__("mrs %0, fpcr" : "=r"(fpcr));
	fpcr = (fpcr & ~(3UL << 22)) | (unsigned long)mode << 22;
	__asm__ __volatile__("msr fpcr, %0" : : "r"(fpcr));
}
#endif

static __thread unsigned long words[WORDS];
static unsigned long switches, damaged_vectors, damaged_tls, damaged_modes;
static unsigned int switchers;

static unsigned long sum(const unsigned long *w)
{
	unsigned long s = 0;
	unsigned int i;

	for (i = 0; i < WORDS; i++)
		s = s * 31 + w[i];
	return s;
}

static void yield(void)
{
	uk_sched_yield();
}

static void __noreturn switch_often(void *argp)
{
	unsigned long nr = (unsigned long)argp, expected, round = 0;
	volatile double third = 1;
	double in[4], out[4];
	unsigned int i;

	rounding_set(nr % 4);
	/* Odd ones have rounded */
	if (nr & 1)
		third = third / 3;
	(void)third;
	while (switches < CONFIG_LIBUKSCHED_TEST_SWITCHES) {
		for (i = 0; i < 4; i++)
			in[i] = (double)(nr * 1000 + i) + (double)round;
		words[round % WORDS] = nr ^ round << 8;
		expected = sum(words);
		_test_vectors_over(in, out, yield);
		switches++;
		for (i = 0; i < 4; i++)
			damaged_vectors += is_kept[i] && in[i] != out[i];
		damaged_tls += sum(words) != expected;
		damaged_modes += rounding_get() != nr % 4;
		damaged_modes += inexact_get() != (nr & 1);
		round++;
	}
	switchers--;
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_stress, switches_keep_vectors_and_tls)
{
	unsigned int i;

	switches = damaged_vectors = damaged_tls = damaged_modes = 0;
	for (i = 0; i < SWITCHERS; i++)
		switchers += uk_sched_thread_create(uk_sched_current(),
						    switch_often, (__uptr)i,
						    "switcher") != NULL;
	UK_TEST_EXPECT_SNUM_EQ(switchers, SWITCHERS);
	while (switchers)
		uk_sched_thread_sleep(10 * MSEC);
	UK_TEST_EXPECT_SNUM_GE(switches, CONFIG_LIBUKSCHED_TEST_SWITCHES);
	UK_TEST_EXPECT_ZERO(damaged_vectors);
	UK_TEST_EXPECT_ZERO(damaged_tls);
	UK_TEST_EXPECT_ZERO(damaged_modes);
	UK_TEST_EXPECT_ZERO(rounding_get());
}

/* ---- Sleeping under load ---- */

#define SLEEPERS	100
#define NAPS		5

static unsigned int early, naps, busy;

static void __noreturn nap(void *argp)
{
	unsigned long seed = (unsigned long)argp + 1;
	__snsec until;
	int i;

	for (i = 0; i < NAPS; i++) {
		seed = seed * 6364136223846793005UL + 1442695040888963407UL;
		until = (__snsec)(ukplat_monotonic_clock()
				  + (seed >> 33) % (5 * MSEC));
		uk_thread_block_until(uk_thread_current(), until);
		uk_sched_yield();
		early += (__snsec)ukplat_monotonic_clock() < until;
		naps++;
	}
	uk_sched_thread_exit();
}

static void __noreturn be_busy(void *argp __unused)
{
	while (naps < SLEEPERS * NAPS)
		uk_sched_yield();
	busy--;
	uk_sched_thread_exit();
}

UK_TESTCASE(uksched_stress, sleepers_are_not_early_under_load)
{
	unsigned int i;

	early = naps = 0;
	for (busy = 0; busy < 2; busy++)
		uk_sched_thread_create(uk_sched_current(), be_busy, NULL,
				       "busy");
	for (i = 0; i < SLEEPERS; i++)
		uk_sched_thread_create(uk_sched_current(), nap, (__uptr)i,
				       "nap");
	for (i = 0; i < 10000 && (busy || naps < SLEEPERS * NAPS); i++)
		uk_sched_thread_sleep(MSEC);
	UK_TEST_EXPECT_SNUM_EQ(naps, SLEEPERS * NAPS);
	UK_TEST_EXPECT_ZERO(busy);
	UK_TEST_EXPECT_ZERO(early);
}

uk_testsuite_register(uksched_stress, NULL);
