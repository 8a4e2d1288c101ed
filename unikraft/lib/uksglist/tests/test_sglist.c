/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scatter/gather lists: by hand, and against an array with the address of
 * every byte.
 */

#include <errno.h>
#include <uk/alloc.h>
#include <uk/page.h>
#include <uk/plat/io.h>
#include <uk/sglist.h>
#include <uk/test.h>

static char memory[8 * __PAGE_SIZE] __align(__PAGE_SIZE);

#define PHYS(at)	ukplat_virt_to_phys(memory + (at))

UK_TESTCASE(uksglist, ranges_that_touch_are_one)
{
	struct uk_sglist_seg segs[2];
	struct uk_sglist sg;

	uk_sglist_init(&sg, 2, segs);
	UK_TEST_EXPECT_ZERO(uk_sglist_length(&sg));
	UK_TEST_EXPECT_ZERO(uk_sglist_append(&sg, memory + 100, 0));
	UK_TEST_EXPECT_SNUM_EQ(sg.sg_nseg, 0);
	UK_TEST_EXPECT_ZERO(uk_sglist_append(&sg, memory + 100,
					     3 * __PAGE_SIZE));
	UK_TEST_EXPECT_SNUM_EQ(sg.sg_nseg, 1);
	UK_TEST_EXPECT(segs[0].ss_paddr == PHYS(100));
	UK_TEST_EXPECT_SNUM_EQ(segs[0].ss_len, 3 * __PAGE_SIZE);
	UK_TEST_EXPECT_ZERO(uk_sglist_append(&sg, memory + 100 +
					     3 * __PAGE_SIZE, 50));
	UK_TEST_EXPECT_SNUM_EQ(sg.sg_nseg, 1);
	UK_TEST_EXPECT_ZERO(uk_sglist_append(&sg, memory, 10));
	UK_TEST_EXPECT_SNUM_EQ(sg.sg_nseg, 2);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_length(&sg), 3 * __PAGE_SIZE + 60);
	/* No room: the list is as it was */
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_append(&sg, memory + 50, 10), -EFBIG);
	UK_TEST_EXPECT_SNUM_EQ(sg.sg_nseg, 2);
	UK_TEST_EXPECT_SNUM_EQ(segs[1].ss_len, 10);
	uk_sglist_reset(&sg);
	UK_TEST_EXPECT_ZERO(uk_sglist_length(&sg));

	uk_sglist_init(&sg, 0, segs);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_append(&sg, memory, 10), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_count(memory, 0), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_count(memory + 1,
					       5 * __PAGE_SIZE), 1);
}

/* `count` pieces of 100 bytes, 200 apart */
static void pieces(struct uk_sglist *sg, int count)
{
	for (int i = 0; i < count; i++)
		uk_sglist_append(sg, memory + 200 * i, 100);
}

UK_TESTCASE(uksglist, joins)
{
	struct uk_sglist_seg some[4], more[4];
	struct uk_sglist first, second;

	uk_sglist_init(&first, 4, some);
	uk_sglist_init(&second, 4, more);
	pieces(&first, 2);
	UK_TEST_EXPECT_ZERO(uk_sglist_join(&first, &second));
	UK_TEST_EXPECT_ZERO(uk_sglist_append(&second, memory + 300, 7));
	UK_TEST_EXPECT_ZERO(uk_sglist_append(&second, memory + 900, 7));
	UK_TEST_EXPECT_ZERO(uk_sglist_join(&first, &second));
	UK_TEST_EXPECT_SNUM_EQ(second.sg_nseg, 0);
	UK_TEST_EXPECT_SNUM_EQ(first.sg_nseg, 3);
	UK_TEST_EXPECT_SNUM_EQ(some[1].ss_len, 107);
	pieces(&second, 2);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_join(&first, &second), -EFBIG);
	UK_TEST_EXPECT_SNUM_EQ(first.sg_nseg, 3);
	UK_TEST_EXPECT_SNUM_EQ(second.sg_nseg, 2);
}

UK_TESTCASE(uksglist, splits)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct uk_sglist *sg = uk_sglist_alloc(a, 4), *head = NULL, *twin;

	pieces(sg, 4);
	UK_TEST_EXPECT_ZERO(uk_sglist_split(sg, &head, a, 150));
	UK_TEST_EXPECT_SNUM_EQ(head->sg_nseg, 2);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_length(head), 150);
	UK_TEST_EXPECT_SNUM_EQ(sg->sg_nseg, 3);
	UK_TEST_EXPECT(sg->sg_segs[0].ss_paddr == PHYS(250));
	UK_TEST_EXPECT_SNUM_EQ(sg->sg_segs[0].ss_len, 50);

	/* Not into a list that is in use; not one that somebody else has */
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_split(sg, &head, a, 10), -EINVAL);
	uk_refcount_acquire(&sg->sg_refs);
	uk_sglist_reset(head);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_split(sg, &head, a, 10), -EINVAL);
	uk_sglist_free(sg, a);
	/* Too many for the list that is given */
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_split(sg, &head, a, 250), -EFBIG);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_length(sg), 250);
	UK_TEST_EXPECT_ZERO(uk_sglist_split(sg, &head, a, 0));
	UK_TEST_EXPECT_SNUM_EQ(head->sg_nseg, 0);
	uk_sglist_free(head, a);

	twin = uk_sglist_clone(sg, a);
	head = NULL;
	UK_TEST_EXPECT_ZERO(uk_sglist_split(sg, &head, a, 10000));
	UK_TEST_EXPECT_SNUM_EQ(sg->sg_nseg, 0);
	UK_TEST_EXPECT_SNUM_EQ(twin->sg_maxseg, 4);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_length(twin), 250);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_length(head), 250);
	uk_sglist_free(twin, a);
	uk_sglist_free(head, a);
	uk_sglist_free(sg, a);
}

static int byte_at(const struct uk_sglist *sg, size_t at, __paddr_t *paddr)
{
	for (int i = 0; i < sg->sg_nseg; i++) {
		if (at < sg->sg_segs[i].ss_len) {
			*paddr = sg->sg_segs[i].ss_paddr + at;
			return 1;
		}
		at -= sg->sg_segs[i].ss_len;
	}
	return 0;
}

UK_TESTCASE(uksglist, slices_have_the_same_bytes)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct uk_sglist *sg = uk_sglist_alloc(a, 5), *slice;
	__paddr_t here, there;

	pieces(sg, 5);
	for (size_t offset = 0; offset <= 520; offset += 13) {
		for (size_t len = 1; len <= 520; len += 31) {
			int rc;

			slice = NULL;
			rc = uk_sglist_slice(sg, &slice, a, offset, len);
			if (offset + len > 500) {
				UK_TEST_EXPECT_SNUM_EQ(rc, -EINVAL);
				UK_TEST_EXPECT_NULL(slice);
				continue;
			}
			UK_TEST_EXPECT_ZERO(rc);
			UK_TEST_EXPECT_SNUM_EQ(uk_sglist_length(slice), len);
			UK_TEST_EXPECT_SNUM_EQ(slice->sg_nseg,
					       slice->sg_maxseg);
			for (size_t i = 0; i < len; i++)
				UK_TEST_EXPECT(byte_at(slice, i, &here) &&
					       byte_at(sg, offset + i, &there)
					       && here == there);
			uk_sglist_free(slice, a);
		}
	}
	slice = NULL;
	UK_TEST_EXPECT_ZERO(uk_sglist_slice(sg, &slice, a, 3, 0));
	UK_TEST_EXPECT_NULL(slice);
	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_slice(sg, &slice, a, 3, ~(size_t)0),
			       -EINVAL);
	uk_sglist_free(sg, a);
}

UK_TESTCASE(uksglist, builds)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct uk_sglist *sg = uk_sglist_build(a, memory + 5, 5000);

	UK_TEST_EXPECT_SNUM_EQ(uk_sglist_length(sg), 5000);
	UK_TEST_EXPECT_SNUM_EQ(sg->sg_nseg, 1);
	uk_sglist_free(sg, a);
	UK_TEST_EXPECT_NULL(uk_sglist_build(a, memory, 0));
	UK_TEST_EXPECT_NULL(uk_sglist_alloc(a, 0));
	UK_TEST_EXPECT_NULL(uk_sglist_alloc(a, 65536));
	UK_TEST_EXPECT_NULL(uk_sglist_alloc(a, -1));
	uk_sglist_free(NULL, a);
}

uk_testsuite_register(uksglist, NULL);
