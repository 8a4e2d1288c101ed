/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets of bits against arrays of bytes, and counters of references.
 */
#include <string.h>
#include <uk/bitmap.h>
#include <uk/preempt.h>
#include <uk/refcount.h>
#include <uk/test.h>

#define BITS	200

static unsigned long map[UK_BITS_TO_LONGS(BITS) + 1];
static unsigned char model[BITS];

static unsigned int next_random(void)
{
	static unsigned int state = 12345;

	state = state * 1103515245 + 12345;
	return state >> 8;
}

static unsigned int differences(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < BITS; i++)
		n += !!uk_test_bit((int)i, map) != model[i];
	return n;
}

UK_TESTCASE(uk_bitmap, sets_and_clears_ranges)
{
	unsigned int i, start, nr, weight, wrong = 0;

	uk_bitmap_zero(map, BITS);
	memset(model, 0, sizeof(model));
	map[UK_BITS_TO_LONGS(BITS)] = 0x5a5a;
	for (i = 0; i < 500; i++) {
		start = next_random() % BITS;
		nr = next_random() % (BITS - start + 1);
		if (i & 1)
			uk_bitmap_clear(map, start, (int)nr);
		else
			uk_bitmap_set(map, start, (int)nr);
		memset(model + start, !(i & 1), nr);
		wrong += differences();
		for (start = weight = 0; start < BITS; start++)
			weight += model[start];
		wrong += uk_bitmap_weight(map, BITS) != weight;
		wrong += uk_bitmap_empty(map, BITS) != !weight;
		wrong += uk_bitmap_full(map, BITS) != (weight == BITS);
	}
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_SNUM_EQ(map[UK_BITS_TO_LONGS(BITS)], 0x5a5a);
}

UK_TESTCASE(uk_bitmap, knows_full_and_empty)
{
	uk_bitmap_fill(map, BITS);
	UK_TEST_EXPECT(uk_bitmap_full(map, BITS));
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_weight(map, BITS), BITS);
	uk_bitmap_clear(map, BITS - 1, 1);
	UK_TEST_EXPECT(!uk_bitmap_full(map, BITS));
	UK_TEST_EXPECT(uk_bitmap_full(map, BITS - 1));
	uk_bitmap_zero(map, BITS);
	UK_TEST_EXPECT(uk_bitmap_empty(map, BITS));
	uk_bitmap_set(map, BITS - 1, 1);
	UK_TEST_EXPECT(!uk_bitmap_empty(map, BITS));
	UK_TEST_EXPECT(uk_bitmap_empty(map, BITS - 1));
}

UK_TESTCASE(uk_bitmap, finds_room)
{
	uk_bitmap_fill(map, BITS);
	uk_bitmap_clear(map, 61, 7);
	uk_bitmap_clear(map, 130, 40);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_find_next_zero_area(map, BITS, 0, 7,
							     0), 61);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_find_next_zero_area(map, BITS, 0, 8,
							     0), 130);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_find_next_zero_area(map, BITS, 0, 4,
							     3), 64);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_find_next_zero_area(map, BITS, 62, 8,
							     7), 136);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_find_next_zero_area_off(map, BITS, 0,
								 4, 7, 1),
			       63);
	UK_TEST_EXPECT_SNUM_GT(uk_bitmap_find_next_zero_area(map, BITS, 0, 41,
							     0), BITS - 41);
	UK_TEST_EXPECT_SNUM_GT(uk_bitmap_find_next_zero_area(map, BITS, 0,
							     BITS + 1, 0), 0);
}

UK_TESTCASE(uk_bitmap, allocates_regions)
{
	uk_bitmap_zero(map, BITS);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_find_free_region(map, BITS, 6), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_find_free_region(map, BITS, 0), 64);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_find_free_region(map, BITS, 6), 128);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_find_free_region(map, BITS, 6),
			       -ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_allocate_region(map, 64, 1), -EBUSY);
	UK_TEST_EXPECT_ZERO(uk_bitmap_allocate_region(map, 66, 1));
	uk_bitmap_release_region(map, 0, 6);
	UK_TEST_EXPECT_SNUM_EQ(uk_bitmap_weight(map, BITS), 64 + 1 + 2);
}

UK_TESTCASE(uk_bitmap, combines)
{
	unsigned long a[2] = { 0xff00, ~0UL }, b[2] = { 0x0ff0, 1 }, c[2];

	uk_bitmap_or(c, a, b, 80);
	UK_TEST_EXPECT(c[0] == 0xfff0);
	uk_bitmap_and(c, a, b, 80);
	UK_TEST_EXPECT(c[0] == 0x0f00 && c[1] == 1);
	uk_bitmap_xor(c, a, b, 80);
	UK_TEST_EXPECT(c[0] == 0xf0f0);
	uk_bitmap_complement(c, a, 80);
	UK_TEST_EXPECT(c[0] == ~0xff00UL);
	UK_TEST_EXPECT(uk_bitmap_equal(a, a, 80));
	c[0] = a[0];
	c[1] = 0xffff;
	/* What differs is beyond the end */
	UK_TEST_EXPECT(uk_bitmap_equal(a, c, 80));
	UK_TEST_EXPECT(!uk_bitmap_equal(a, c, 81));
}

UK_TESTCASE(uk_refcount, tells_the_last_one)
{
	__atomic ref;

	uk_refcount_init(&ref, 1);
	uk_refcount_acquire(&ref);
	UK_TEST_EXPECT_SNUM_EQ(uk_refcount_read(&ref), 2);
	UK_TEST_EXPECT_ZERO(uk_refcount_release(&ref));
	UK_TEST_EXPECT_SNUM_EQ(uk_refcount_release(&ref), 1);
	UK_TEST_EXPECT_ZERO(uk_refcount_read(&ref));
}

UK_TESTCASE(uk_refcount, leaves_the_ends_alone)
{
	__atomic ref;

	uk_preempt_disable();
	uk_refcount_init(&ref, 0);
	UK_TEST_EXPECT_ZERO(uk_refcount_acquire_if_not_zero(&ref));
	uk_refcount_init(&ref, 1);
	UK_TEST_EXPECT_ZERO(uk_refcount_release_if_not_last(&ref));
	UK_TEST_EXPECT_SNUM_EQ(uk_refcount_acquire_if_not_zero(&ref), 1);
	UK_TEST_EXPECT_SNUM_EQ(uk_refcount_release_if_not_last(&ref), 1);
	UK_TEST_EXPECT_SNUM_EQ(uk_refcount_read(&ref), 1);
	uk_preempt_enable();
}

uk_testsuite_register(uk_bitmap, NULL);
uk_testsuite_register(uk_refcount, NULL);
