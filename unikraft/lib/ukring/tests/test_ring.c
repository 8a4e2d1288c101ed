/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rings of pointers.
 */

#include <uk/ring.h>
#include <uk/test.h>

static int items[64];

UK_TESTCASE(ukring, first_in_first_out)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct uk_ring *br = uk_ring_alloc(8, a);

	UK_TEST_EXPECT(uk_ring_empty(br));
	UK_TEST_EXPECT_NULL(uk_ring_dequeue_sc(br));
	UK_TEST_EXPECT_NULL(uk_ring_dequeue_mc(br));
	UK_TEST_EXPECT_NULL(uk_ring_peek(br));
	for (int i = 0; i < 7; i++) {
		UK_TEST_EXPECT(!uk_ring_full(br));
		UK_TEST_EXPECT_ZERO(uk_ring_enqueue(br, &items[i]));
		UK_TEST_EXPECT_SNUM_EQ(uk_ring_count(br), i + 1);
	}
	UK_TEST_EXPECT(uk_ring_full(br));
	UK_TEST_EXPECT_SNUM_EQ(uk_ring_enqueue(br, &items[7]), -ENOBUFS);
	UK_TEST_EXPECT_SNUM_EQ(br->br_drops, 1);
	for (int i = 0; i < 7; i++)
		UK_TEST_EXPECT_PTR_EQ(i % 2 ? uk_ring_dequeue_sc(br)
					    : uk_ring_dequeue_mc(br),
				      &items[i]);
	UK_TEST_EXPECT(uk_ring_empty(br));
	UK_TEST_EXPECT_SNUM_EQ(uk_ring_count(br), 0);
	uk_ring_free(br, a);
}

UK_TESTCASE(ukring, peeks)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct uk_ring *br = uk_ring_alloc(4, a);

	uk_ring_advance_sc(br);
	UK_TEST_EXPECT(uk_ring_empty(br));
	uk_ring_enqueue(br, &items[1]);
	uk_ring_enqueue(br, &items[2]);
	UK_TEST_EXPECT_PTR_EQ(uk_ring_peek(br), &items[1]);
	UK_TEST_EXPECT_PTR_EQ(uk_ring_peek_clear_sc(br), &items[1]);
	uk_ring_putback_sc(br, &items[3]);
	UK_TEST_EXPECT_SNUM_EQ(uk_ring_count(br), 2);
	UK_TEST_EXPECT_PTR_EQ(uk_ring_dequeue_sc(br), &items[3]);
	UK_TEST_EXPECT_PTR_EQ(uk_ring_peek(br), &items[2]);
	uk_ring_advance_sc(br);
	UK_TEST_EXPECT_NULL(uk_ring_peek(br));
	uk_ring_free(br, a);
}

UK_TESTCASE(ukring, wraps_as_often_as_it_likes)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct uk_ring *br = uk_ring_alloc(16, a);
	unsigned int state = 7, in = 0, out = 0;

	for (int round = 0; round < 100000; round++) {
		state = state * 1103515245 + 12345;
		if (state >> 16 & 1) {
			int full = in - out == 15;

			UK_TEST_EXPECT_SNUM_EQ(
				uk_ring_enqueue(br, &items[in % 64]),
				full ? -ENOBUFS : 0);
			in += !full;
		} else {
			void *got = state >> 17 & 1 ? uk_ring_dequeue_mc(br)
						    : uk_ring_dequeue_sc(br);

			UK_TEST_EXPECT_PTR_EQ(got, in == out ? NULL
						   : &items[out % 64]);
			out += in != out;
		}
		UK_TEST_EXPECT_SNUM_EQ(uk_ring_count(br), in - out);
	}
	UK_TEST_EXPECT_SNUM_GT(in, 1000);
	uk_ring_free(br, a);
}

uk_testsuite_register(ukring, NULL);
