/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scalable vectors in extended contexts. Without SVE in the processor there is
 * nothing to see, and the contexts are those of NEON.
 */
#include <stdlib.h>
#include <string.h>
#include <uk/arch/ctx.h>
#include <uk/arch/lcpu.h>
#include <uk/preempt.h>
#include <uk/test.h>

#define LONGEST	256	/* bytes of a vector, of all processors */

/* A vector at the begin, one at the end, and the predicates that lie about */
struct seen {
	__u8 z3[LONGEST], z31[LONGEST];
	__u8 p0[LONGEST / 8], p15[LONGEST / 8], ffr[LONGEST / 8];
};

static __sz length(void)
{
	__u64 bytes = 0;

	if (SYSREG_READ64(id_aa64pfr0_el1) >> 32 & 15)
		__asm__(".arch_extension sve; rdvl %0, #1" : "=r"(bytes));
	return bytes;
}

/* Every byte of the vectors is `x`; predicates are of every second byte */
static __noinline void set(unsigned int x)
{
	__asm__ __volatile__(".arch_extension sve\n\t"
			     "dup z3.b, %w0\n\t"
			     "dup z31.b, %w0\n\t"
			     "ptrue p0.b\n\t"
			     "wrffr p0.b\n\t"
			     "ptrue p0.h\n\t"
			     "ptrue p15.h"
			     : : "r"(x) : "v3", "v31");
}

static __noinline void see(struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	__asm__ __volatile__(".arch_extension sve\n\t"
			     "str z3, [%0]\n\t"
			     "str z31, [%1]\n\t"
			     "str p0, [%2]\n\t"
			     "str p15, [%3]\n\t"
			     "rdffr p0.b\n\t"
			     "str p0, [%4]"
			     : : "r"(seen->z3), "r"(seen->z31), "r"(seen->p0),
				 "r"(seen->p15), "r"(seen->ffr) : "memory");
}

static int all(const __u8 *bytes, __sz n, __u8 value)
{
	while (n && *bytes == value)
		bytes++, n--;
	return !n;
}

/* What set() leaves of `x` */
static int is_set(const struct seen *seen, __u8 x)
{
	__sz len = length();

	return all(seen->z3, len, x) && all(seen->z31, len, x)
		&& all(seen->p0, len / 8, 0x55)
		&& all(seen->p15, len / 8, 0x55)
		&& all(seen->ffr, len / 8, 0xff);
}

static struct ukarch_ectx *new_ectx(void)
{
	struct ukarch_ectx *ectx;

	ectx = aligned_alloc(ukarch_ectx_align(), ukarch_ectx_size());
	if (ectx) {
		memset(ectx, 0xa5, ukarch_ectx_size());
		ukarch_ectx_init(ectx);
	}
	return ectx;
}

UK_TESTCASE(arm64_sve, contexts_have_room)
{
	UK_TEST_EXPECT_SNUM_GE(ukarch_ectx_size(),
			       544 + 32 * length() + 17 * length() / 8);
}

UK_TESTCASE(arm64_sve, contexts_are_kept_whole)
{
	struct ukarch_ectx *one = new_ectx(), *two = new_ectx();
	struct seen seen[4];
	unsigned int i;

	if (!length())
		return;
	/* The thread's own are changed by nobody but this */
	uk_preempt_disable();
	set(0x11);
	ukarch_ectx_store(one);
	see(&seen[0]);
	set(0xee);
	ukarch_ectx_store(two);
	for (i = 1; i < ARRAY_SIZE(seen); i++) {
		ukarch_ectx_load(i & 1 ? one : two);
		see(&seen[i]);
	}
	uk_preempt_enable();
	for (i = 0; i < ARRAY_SIZE(seen); i++)
		UK_TEST_EXPECT(is_set(&seen[i], i == 2 ? 0xee : 0x11));
	free(one);
	free(two);
}

UK_TESTCASE(arm64_sve, contexts_begin_with_zeros)
{
	struct ukarch_ectx *fresh = new_ectx();
	struct seen seen;

	if (!length())
		return;
	uk_preempt_disable();
	set(0x11);
	ukarch_ectx_load(fresh);
	see(&seen);
	uk_preempt_enable();
	UK_TEST_EXPECT(all((void *)&seen, sizeof(seen), 0));
	free(fresh);
}

/* Also where there is no SVE, which what lies there must not make believe */
UK_TESTCASE(arm64_sve, contexts_are_stored_over_anything)
{
	struct ukarch_ectx *ectx = new_ectx();
	double kept = 0;

	memset(ectx, 0xff, ukarch_ectx_size());
	uk_preempt_disable();
	__asm__ __volatile__("fmov d9, #2.5" : : : "v9");
	ukarch_ectx_store(ectx);
	__asm__ __volatile__("fmov d9, #1.5" : : : "v9");
	ukarch_ectx_load(ectx);
	__asm__ __volatile__("str d9, %0" : "=m"(kept) : : "v9");
	uk_preempt_enable();
	UK_TEST_EXPECT(kept == 2.5);
	free(ectx);
}

/* One that is left by a call, and one that is not, in turn */
UK_TESTCASE(arm64_sve, contexts_that_are_left_by_calls_come_back_too)
{
	struct ukarch_ectx *own = new_ectx(), *whole = new_ectx();
	struct seen seen[2];
	double kept = 0;

	if (!length())
		return;
	uk_preempt_disable();
	set(0x77);
	ukarch_ectx_store(whole);
	__asm__ __volatile__("fmov d9, #2.5" : : : "v9");
	ukarch_ectx_switch(own, whole);
	see(&seen[0]);
	set(0x11);
	ukarch_ectx_store(whole);
	ukarch_ectx_load(own);
	__asm__ __volatile__("str d9, %0" : "=m"(kept) : : "v9");
	ukarch_ectx_switch(own, whole);
	see(&seen[1]);
	uk_preempt_enable();
	UK_TEST_EXPECT(is_set(&seen[0], 0x77));
	UK_TEST_EXPECT(is_set(&seen[1], 0x11));
	UK_TEST_EXPECT(kept == 2.5);
	free(own);
	free(whole);
}

uk_testsuite_register(arm64_sve, NULL);
