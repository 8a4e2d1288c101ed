/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets of addresses: single operations, and random ones against a bitmap.
 */
#include <kvm/ranges.h>
#include <uk/test.h>

/* Half as many ranges: a list has room for all */
#define PAGES	256
#define ROUNDS	2000

static struct kvm_ranges set;

static int holds(__paddr_t address)
{
	unsigned int i;

	for (i = 0; i < set.nr; i++)
		if (address >= set.at[i].start && address < set.at[i].end)
			return 1;
	return 0;
}

static void begin(void)
{
	set.nr = 0;
}

UK_TESTCASE(kvm_ranges, merges_what_touches)
{
	begin();
	kvm_ranges_add(&set, 0x3000, 0x4001);
	kvm_ranges_add(&set, 0x1000, 0x2000);
	UK_TEST_EXPECT_SNUM_EQ(set.nr, 2);
	UK_TEST_EXPECT_SNUM_EQ(set.at[0].start, 0x1000);
	kvm_ranges_add(&set, 0x2000, 0x3000);
	UK_TEST_EXPECT_SNUM_EQ(set.nr, 1);
	UK_TEST_EXPECT_SNUM_EQ(set.at[0].end, 0x4001);
	kvm_ranges_add(&set, 0x5000, 0x5000);
	UK_TEST_EXPECT_SNUM_EQ(set.nr, 1);
}

UK_TESTCASE(kvm_ranges, cuts_bytes)
{
	begin();
	kvm_ranges_add(&set, 0x1000, 0x9000);
	kvm_ranges_cut(&set, 0x3fff, 0x4001);
	UK_TEST_EXPECT(holds(0x3ffe));
	UK_TEST_EXPECT(!holds(0x3fff));
	UK_TEST_EXPECT(!holds(0x4000));
	UK_TEST_EXPECT(holds(0x4001));
	UK_TEST_EXPECT(kvm_ranges_have(&set, 0x4001, 0x9000));
	UK_TEST_EXPECT(!kvm_ranges_have(&set, 0x4000, 0x9000));
	UK_TEST_EXPECT(!kvm_ranges_have(&set, 0x4001, 0x9001));
}

UK_TESTCASE(kvm_ranges, survives_the_ends_of_the_address_space)
{
	begin();
	kvm_ranges_add(&set, 0, ~0UL);
	UK_TEST_EXPECT_SNUM_EQ(set.nr, 1);
	UK_TEST_EXPECT_SNUM_EQ(set.at[0].end, KVM_RANGES_LIMIT);
	kvm_ranges_add(&set, ~0UL - 1, ~0UL);
	UK_TEST_EXPECT_SNUM_EQ(set.nr, 1);
	kvm_ranges_cut(&set, 0x1000, 0x1000);
	UK_TEST_EXPECT_SNUM_EQ(set.nr, 1);
	kvm_ranges_cut(&set, 0x1001, ~0UL);
	UK_TEST_EXPECT_SNUM_EQ(set.at[0].end, 0x1001);
	kvm_ranges_cut(&set, 0, ~0UL);
	UK_TEST_EXPECT_SNUM_EQ(set.nr, 0);
}

UK_TESTCASE(kvm_ranges, drops_what_does_not_fit)
{
	unsigned long i;

	begin();
	for (i = 0; i < 2 * KVM_MAX_RANGES; i++)
		kvm_ranges_add(&set, i * 0x2000, i * 0x2000 + 0x1000);
	UK_TEST_EXPECT_SNUM_EQ(set.nr, KVM_MAX_RANGES);
	kvm_ranges_cut(&set, 0, 0x1000);
	UK_TEST_EXPECT_SNUM_EQ(set.nr, KVM_MAX_RANGES - 1);
}

/* The same numbers in every run */
static unsigned long next(unsigned long *state)
{
	*state = *state * 6364136223846793005UL + 1442695040888963407UL;
	return *state >> 33;
}

/* Whether the list is as its header says */
static int out_of_order(void)
{
	unsigned int i;

	for (i = 0; i < set.nr; i++)
		if (set.at[i].start >= set.at[i].end
		    || (i && set.at[i - 1].end >= set.at[i].start))
			return 1;
	return 0;
}

UK_TESTCASE(kvm_ranges, agrees_with_a_bitmap)
{
	static unsigned char bitmap[PAGES];
	unsigned long state = 1, round, page, from, to, wrong = 0;

	begin();
	memset(bitmap, 0, sizeof(bitmap));
	for (round = 0; round < ROUNDS; round++) {
		int add = next(&state) % 2;

		from = next(&state) % PAGES;
		to = from + next(&state) % 40;
		to = MIN(to, (unsigned long)PAGES);
		(add ? kvm_ranges_add : kvm_ranges_cut)(&set, from * 0x1000,
							to * 0x1000);
		memset(bitmap + from, add, to - from);
		for (page = 0; page < PAGES; page++)
			wrong += holds(page * 0x1000) != bitmap[page];
		wrong += (unsigned long)out_of_order();
	}
	UK_TEST_EXPECT_ZERO(wrong);
}

uk_testsuite_register(kvm_ranges, NULL);
