/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads that lose the processor while scalable vectors are in use. */
#include <uk/arch/atomic.h>
#include <uk/arch/lcpu.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/test.h>

#define N	4
#define SPINS	40000000UL
#define LONGEST	256	/* bytes of a vector */

static int ended, kept;

static int has_sve(void)
{
	return SYSREG_READ64(id_aa64pfr0_el1) >> 32 & 15;
}

/* Spins with `x` in all of a vector, and a predicate that depends on it */
static void __noreturn compute(void *argp)
{
	static __u64 vectors[N][LONGEST / 8];
	__u64 x = (__u64)(__uptr)argp, *vector = vectors[x % N];
	__u64 spins = SPINS, active = 0, expected, length, i;
	int same = 1;

	__asm__ __volatile__(".arch_extension sve\n\t"
			     "dup z17.d, %3\n\t"
			     "whilelo p9.b, xzr, %3\n"
			     "1:\tsubs %0, %0, #1\n\t"
			     "b.ne 1b\n\t"
			     "str z17, [%4]\n\t"
			     "incp %1, p9.b\n\t"
			     "rdvl %2, #1"
			     : "+r"(spins), "+r"(active), "=&r"(length)
			     : "r"(x), "r"(vector)
			     : "v17", "cc", "memory");
	for (i = 0; i < length / 8; i++)
		same = same && vector[i] == x;
	expected = MIN(x, length);
	if (same && active == expected)
		ukarch_inc(&kept);
	ukarch_inc(&ended);
	uk_sched_thread_exit();
}

UK_TESTCASE(ukschedpreempt_sve, threads_keep_their_vectors)
{
	unsigned int i;

	if (!has_sve())
		return;
	ended = kept = 0;
	for (i = 0; i < N; i++)
		UK_TEST_EXPECT_NOT_NULL(
			uk_sched_thread_create(uk_sched_current(), compute,
					       (void *)(__uptr)(i + 5), "sve"));
	for (i = 0; i < 60000 && ended < N; i++)
		uk_sched_thread_sleep(1000000);
	UK_TEST_EXPECT_SNUM_EQ(ended, N);
	UK_TEST_EXPECT_SNUM_EQ(kept, N);
}

uk_testsuite_register(ukschedpreempt_sve, NULL);
