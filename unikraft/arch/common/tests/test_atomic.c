/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Atomic operations: what they leave and what they return, for all widths, and
 * that they touch nothing beside.
 */
#include <uk/arch/atomic.h>
#include <uk/test.h>

/* What lies beside a variable has to stay */
#define FENCE	0x5a

#define OPERATIONS(type)						\
	do {								\
		struct {						\
			type before;					\
			type at;					\
			type after;					\
		} mem;							\
		type got, other = 9;					\
									\
		memset(&mem, FENCE, sizeof(mem));			\
		ukarch_store_n(&mem.at, (type)7);			\
		UK_TEST_EXPECT_SNUM_EQ(ukarch_load_n(&mem.at), 7);	\
		UK_TEST_EXPECT_SNUM_EQ(ukarch_fetch_add(&mem.at, 3), 7); \
		UK_TEST_EXPECT_SNUM_EQ(ukarch_inc(&mem.at), 10);	\
		UK_TEST_EXPECT_SNUM_EQ(ukarch_dec(&mem.at), 11);	\
		UK_TEST_EXPECT_SNUM_EQ(mem.at, 10);			\
		UK_TEST_EXPECT_SNUM_EQ(					\
			ukarch_exchange_n(&mem.at, (type)4), 10);	\
		ukarch_exchange(&mem.at, &other, &got);			\
		UK_TEST_EXPECT_SNUM_EQ(got, 4);				\
		UK_TEST_EXPECT_SNUM_EQ(mem.at, 9);			\
		UK_TEST_EXPECT_SNUM_EQ(					\
			ukarch_compare_exchange_sync(&mem.at, 9, 12), 12); \
		UK_TEST_EXPECT_SNUM_EQ(mem.at, 12);			\
		UK_TEST_EXPECT_SNUM_NQ(					\
			ukarch_compare_exchange_sync(&mem.at, 9, 13), 13); \
		UK_TEST_EXPECT_SNUM_EQ(mem.at, 12);			\
		/* Past the largest number comes the smallest */	\
		ukarch_store_n(&mem.at, (type)-1);			\
		ukarch_inc(&mem.at);					\
		UK_TEST_EXPECT_SNUM_EQ(mem.at, 0);			\
		ukarch_dec(&mem.at);					\
		UK_TEST_EXPECT(mem.at == (type)-1);			\
		memset(&mem.at, FENCE, sizeof(mem.at));			\
		for (unsigned int i = 0; i < sizeof(mem); i++)		\
			UK_TEST_EXPECT(((__u8 *)&mem)[i] == FENCE);	\
	} while (0)

UK_TESTCASE(atomic, of_8_bits)
{
	OPERATIONS(__u8);
}

UK_TESTCASE(atomic, of_16_bits)
{
	OPERATIONS(__u16);
}

UK_TESTCASE(atomic, of_32_bits)
{
	OPERATIONS(__u32);
	OPERATIONS(int);
}

UK_TESTCASE(atomic, of_64_bits)
{
	OPERATIONS(__u64);
	OPERATIONS(long);
}

UK_TESTCASE(atomic, of_pointers)
{
	int a, b;
	int *ptr = &a;

	UK_TEST_EXPECT_PTR_EQ(ukarch_exchange_n(&ptr, &b), &a);
	UK_TEST_EXPECT_PTR_EQ(ukarch_compare_exchange_sync(&ptr, &a, NULL),
			      &a);
	UK_TEST_EXPECT_PTR_EQ(ptr, &b);
	UK_TEST_EXPECT_NULL(ukarch_compare_exchange_sync(&ptr, &b, NULL));
	UK_TEST_EXPECT_NULL(ukarch_load_n(&ptr));
}

UK_TESTCASE(atomic, evaluates_arguments_once)
{
	unsigned int words[3] = { 1, 2, 3 }, *at = words, value = 5;

	UK_TEST_EXPECT_SNUM_EQ(ukarch_compare_exchange_sync(at++, 1, value++),
			       5);
	UK_TEST_EXPECT_PTR_EQ(at, words + 1);
	UK_TEST_EXPECT_SNUM_EQ(value, 6);
	UK_WRITE_ONCE(*at++, 8);
	UK_TEST_EXPECT_PTR_EQ(at, words + 2);
	UK_TEST_EXPECT_SNUM_EQ(UK_READ_ONCE(words[1]), 8);
}

UK_TESTCASE(atomic, searches_words_for_bits)
{
	unsigned int bit, wrong = 0;

	for (bit = 0; bit < 64; bit++) {
		unsigned long one = 1UL << bit;

		wrong += ukarch_ffsl(one) != bit || ukarch_flsl(one) != bit;
		wrong += ukarch_ffsl(~0UL << bit) != bit;
		wrong += ukarch_flsl(~0UL >> (63 - bit)) != bit;
		if (bit >= 32)
			continue;
		wrong += ukarch_ffs(1U << bit) != bit;
		wrong += ukarch_fls(1U << bit) != bit;
		wrong += ukarch_ffs(~0U << bit) != bit;
		wrong += ukarch_fls(~0U >> (31 - bit)) != bit;
	}
	UK_TEST_EXPECT_ZERO(wrong);
}

uk_testsuite_register(atomic, NULL);
