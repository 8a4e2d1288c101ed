/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows of bits, against rows of bytes: random operations, all searches. And
 * the macros and shifts, against what they are defined as.
 */
#include <uk/bitops.h>
#include <uk/test.h>

#define BITS	197	/* not a number of whole words */
#define ROUNDS	2000

static unsigned long row[UK_BITS_TO_LONGS(BITS)];
static unsigned char bytes[BITS];

/* The same numbers in every run */
static unsigned long next(unsigned long *state)
{
	*state = *state * 6364136223846793005UL + 1442695040888963407UL;
	return *state >> 33;
}

static unsigned long plain_find(unsigned long size, unsigned long from,
				unsigned char what)
{
	while (from < size && bytes[from] != what)
		from++;
	return from < size ? from : size;
}

static unsigned long plain_last(unsigned long size)
{
	unsigned long at = size;

	while (at-- > 0)
		if (bytes[at])
			return at;
	return size;
}

/* Does one of the operations to both; not 0 if they answer differently */
static int operate(unsigned int which, unsigned long bit)
{
	int was = bytes[bit], got = was;

	switch (which) {
	case 0:
		uk_set_bit((long)bit, row);
		break;
	case 1:
		__uk_set_bit((long)bit, row);
		break;
	case 2:
		got = uk_test_and_set_bit((long)bit, row);
		break;
	case 3:
		got = __uk_test_and_set_bit((long)bit, row);
		break;
	case 4:
		uk_clear_bit((long)bit, row);
		break;
	case 5:
		__uk_clear_bit((long)bit, row);
		break;
	case 6:
		got = uk_test_and_clear_bit((long)bit, row);
		break;
	default:
		got = __uk_test_and_clear_bit((long)bit, row);
		break;
	}
	bytes[bit] = which < 4;
	return got != was;
}

UK_TESTCASE(bits, agree_with_bytes)
{
	unsigned long state = 1, round, bit, wrong = 0;

	memset(row, 0, sizeof(row));
	memset(bytes, 0, sizeof(bytes));
	for (round = 0; round < ROUNDS; round++) {
		unsigned long size, from;

		bit = next(&state) % BITS;
		wrong += (unsigned long)operate(next(&state) % 8, bit);
		wrong += uk_test_bit((int)bit, row) != bytes[bit];
		size = next(&state) % (BITS + 1);
		from = next(&state) % (BITS + 1);
		wrong += uk_find_next_bit(row, size, from)
			!= plain_find(size, from, 1);
		wrong += uk_find_next_zero_bit(row, size, from)
			!= plain_find(size, from, 0);
		wrong += uk_find_first_bit(row, size)
			!= plain_find(size, 0, 1);
		wrong += uk_find_first_zero_bit(row, size)
			!= plain_find(size, 0, 0);
		wrong += uk_find_last_bit(row, size) != plain_last(size);
	}
	UK_TEST_EXPECT_ZERO(wrong);
}

UK_TESTCASE(bits, are_walked_in_order)
{
	unsigned long bit, expected = 0, seen = 0, wrong = 0;

	memset(row, 0, sizeof(row));
	for (bit = 0; bit < BITS; bit += 7)
		uk_set_bit((long)bit, row);
	uk_for_each_set_bit(bit, row, BITS) {
		wrong += bit != expected;
		expected += 7;
		seen++;
	}
	UK_TEST_EXPECT_ZERO(wrong);
	uk_for_each_clear_bit(bit, row, BITS) {
		wrong += bit % 7 == 0;
		seen++;
	}
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_SNUM_EQ(seen, BITS);
}

UK_TESTCASE(bits, masks_have_the_bits_between)
{
	unsigned int high, low, bit, wrong = 0;

	for (high = 0; high < 64; high++)
		for (low = 0; low <= high; low++)
			for (bit = 0; bit < 64; bit++) {
				int in = bit >= low && bit <= high;

				wrong += (UK_GENMASK(high, low) >> bit & 1)
					!= (unsigned long)in;
				wrong += (UK_GENMASK_ULL(high, low) >> bit & 1)
					!= (unsigned long long)in;
			}
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_SNUM_EQ(UK_BITS_TO_LONGS(64), 1);
	UK_TEST_EXPECT_SNUM_EQ(UK_BITS_TO_LONGS(65), 2);
}

UK_TESTCASE(bits, are_counted_and_moved)
{
	unsigned long state = 1, i, wrong = 0;

	for (i = 0; i < 500; i++) {
		__u64 word = next(&state) << 33 ^ next(&state);
		unsigned int bit, shift = next(&state) % 32, count = 0;
		__u32 half = (__u32)word, moved = half;

		for (bit = 0; bit < 64; bit++)
			count += word >> bit & 1;
		wrong += (unsigned int)uk_hweight64(word) != count;
		wrong += (unsigned int)uk_hweight_long(word) != count;
		wrong += (unsigned int)(uk_hweight32(word)
					+ uk_hweight32(word >> 32)) != count;
		wrong += uk_hweight16(0xffff) != 16 || uk_hweight8(0x1ff) != 8;
		for (bit = 0; bit < shift; bit++)
			moved = moved >> 1 | moved << 31;
		wrong += uk_ror32(half, shift) != moved;
	}
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_SNUM_EQ(uk_sign_extend64(0x7f, 7), 0x7f);
	UK_TEST_EXPECT_SNUM_EQ(uk_sign_extend64(0xff, 7), -1);
	UK_TEST_EXPECT_SNUM_EQ(uk_sign_extend64(1UL << 63, 63), 1L << 63);
}

uk_testsuite_register(bits, NULL);
