/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stack walks over stacks that never were: every word of them is chosen here.
 */
#include <uk/arch/stack.h>
#include <uk/test.h>

static __uptr words[16];
static __uptr pcs[16];

static __uptr at(unsigned int i)
{
	return (__uptr)&words[i];
}

static unsigned int walk(__uptr fp, unsigned int max)
{
	const struct ukarch_stack stack = { at(0), sizeof(words) };

	return ukarch_stack_walk(&stack, fp, pcs, max);
}

static void frame(unsigned int i, __uptr caller_fp, __uptr pc)
{
	words[i] = caller_fp;
	words[i + 1] = pc;
}

UK_TESTCASE(stack_walk, follows_frames_outwards)
{
	frame(2, at(6), 0x111);
	frame(6, at(14), 0x222);
	frame(14, 0, 0x333);
	UK_TEST_EXPECT_SNUM_EQ(walk(at(2), 16), 3);
	UK_TEST_EXPECT_SNUM_EQ(pcs[0], 0x111);
	UK_TEST_EXPECT_SNUM_EQ(pcs[1], 0x222);
	UK_TEST_EXPECT_SNUM_EQ(pcs[2], 0x333);
}

UK_TESTCASE(stack_walk, writes_no_more_than_asked)
{
	frame(2, at(6), 0x111);
	frame(6, at(14), 0x222);
	pcs[1] = 7;
	UK_TEST_EXPECT_SNUM_EQ(walk(at(2), 1), 1);
	UK_TEST_EXPECT_SNUM_EQ(pcs[1], 7);
	UK_TEST_EXPECT_SNUM_EQ(walk(at(2), 0), 0);
}

UK_TESTCASE(stack_walk, ends_on_a_loop)
{
	frame(2, at(2), 0x111);
	UK_TEST_EXPECT_SNUM_EQ(walk(at(2), 16), 1);
	frame(2, at(6), 0x111);
	frame(6, at(2), 0x222);
	UK_TEST_EXPECT_SNUM_EQ(walk(at(2), 16), 2);
}

UK_TESTCASE(stack_walk, reads_inside_the_stack_only)
{
	UK_TEST_EXPECT_SNUM_EQ(walk(0, 16), 0);
	UK_TEST_EXPECT_SNUM_EQ(walk(at(0) - 8, 16), 0);
	UK_TEST_EXPECT_SNUM_EQ(walk(at(15), 16), 0);
	UK_TEST_EXPECT_SNUM_EQ(walk(at(16), 16), 0);
	UK_TEST_EXPECT_SNUM_EQ(walk(~0UL - 7, 16), 0);
	UK_TEST_EXPECT_SNUM_EQ(walk(at(2) + 1, 16), 0);
	frame(2, ~0UL - 7, 0x111);
	UK_TEST_EXPECT_SNUM_EQ(walk(at(2), 16), 1);
}

UK_TESTCASE(stack_walk, knows_stacks_too_small_for_a_frame)
{
	const struct ukarch_stack tiny = { at(0), 8 };
	const struct ukarch_stack none = { 0, 0 };

	UK_TEST_EXPECT_SNUM_EQ(ukarch_stack_walk(&tiny, at(0), pcs, 16), 0);
	UK_TEST_EXPECT_SNUM_EQ(ukarch_stack_walk(&none, at(0), pcs, 16), 0);
}

uk_testsuite_register(stack_walk, NULL);
