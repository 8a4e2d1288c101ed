/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames that never were: the allocator does not touch them. Single operations,
 * and random ones against a list of who has what.
 */
#include <errno.h>
#include <uk/fallocbuddy.h>
#include <uk/test.h>

#define BASE	0x40003000UL	/* not aligned to much */
#define FRAMES	1000
#define ROUNDS	3000

static char memory[512] __align(64);
static char metadata[4096] __align(64);
static char more_metadata[4096] __align(64);
static struct uk_falloc *const fa = (struct uk_falloc *)memory;

static int begin(struct uk_testcase *esac)
{
	UK_TEST_ASSERT(uk_fallocbuddy_size() <= sizeof(memory));
	UK_TEST_ASSERT(uk_fallocbuddy_metadata_size(FRAMES)
		       <= sizeof(metadata));
	memset(metadata, 0x55, sizeof(metadata));
	UK_TEST_EXPECT_ZERO(uk_fallocbuddy_init(fa));
	return fa->addmem(fa, metadata, BASE, FRAMES, BASE);
}

UK_TESTCASE(ukfallocbuddy, gives_aligned_blocks)
{
	__paddr_t paddr = __PADDR_ANY;

	UK_TEST_EXPECT_ZERO(begin(esac));
	UK_TEST_EXPECT_SNUM_EQ(fa->free_memory, FRAMES * PAGE_SIZE);
	UK_TEST_EXPECT_ZERO(fa->falloc(fa, &paddr, 256, FALLOC_FLAG_ALIGNED));
	UK_TEST_EXPECT_ZERO(paddr % (256 * PAGE_SIZE));
	UK_TEST_EXPECT_SNUM_EQ(fa->free_memory, (FRAMES - 256) * PAGE_SIZE);
	UK_TEST_EXPECT_ZERO(fa->ffree(fa, paddr, 256));
	UK_TEST_EXPECT_SNUM_EQ(fa->free_memory, fa->total_memory);
}

UK_TESTCASE(ukfallocbuddy, gives_all_frames_and_no_more)
{
	unsigned int i, wrong = 0;

	UK_TEST_EXPECT_ZERO(begin(esac));
	for (i = 0; i < FRAMES; i++) {
		__paddr_t paddr = uk_falloc(fa, 1);

		wrong += paddr < BASE || paddr >= BASE + FRAMES * PAGE_SIZE;
	}
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_ZERO(fa->free_memory);
	UK_TEST_EXPECT(uk_falloc(fa, 1) == __PADDR_INV);
	UK_TEST_EXPECT_ZERO(fa->ffree(fa, BASE, FRAMES));
	UK_TEST_EXPECT_SNUM_EQ(fa->free_memory, fa->total_memory);
}

UK_TESTCASE(ukfallocbuddy, gives_what_is_asked_for)
{
	__paddr_t paddr = BASE + 5 * PAGE_SIZE, other = paddr;

	UK_TEST_EXPECT_ZERO(begin(esac));
	UK_TEST_EXPECT_ZERO(fa->falloc(fa, &paddr, 3, 0));
	UK_TEST_EXPECT_SNUM_EQ(fa->falloc(fa, &other, 1, 0), -ENOMEM);
	other = BASE + 8 * PAGE_SIZE;
	UK_TEST_EXPECT_ZERO(fa->falloc(fa, &other, 1, 0));
	other = BASE - PAGE_SIZE;
	UK_TEST_EXPECT_SNUM_EQ(fa->falloc(fa, &other, 1, 0), -EFAULT);
	other = BASE + (FRAMES - 1) * PAGE_SIZE;
	UK_TEST_EXPECT_SNUM_EQ(fa->falloc(fa, &other, 2, 0), -EFAULT);
	/* Pieces that were allocated apart */
	UK_TEST_EXPECT_ZERO(fa->ffree(fa, paddr, 4));
	UK_TEST_EXPECT_SNUM_EQ(fa->free_memory, fa->total_memory);
}

UK_TESTCASE(ukfallocbuddy, keeps_to_a_range)
{
	__paddr_t paddr = 7;
	__paddr_t min = BASE + 100 * PAGE_SIZE + 1;

	UK_TEST_EXPECT_ZERO(begin(esac));
	UK_TEST_EXPECT_SNUM_EQ(fa->falloc_from_range(fa, &paddr, 2, 0, min,
						     min + PAGE_SIZE),
			       -ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(paddr, 7);
	UK_TEST_EXPECT_ZERO(fa->falloc_from_range(fa, &paddr, 1, 0, min,
						  min + 2 * PAGE_SIZE));
	UK_TEST_EXPECT_SNUM_EQ(paddr, BASE + 101 * PAGE_SIZE);
}

UK_TESTCASE(ukfallocbuddy, refuses_to_free_twice)
{
	__paddr_t paddr;

	UK_TEST_EXPECT_ZERO(begin(esac));
	paddr = uk_falloc(fa, 4);
	UK_TEST_EXPECT_ZERO(fa->ffree(fa, paddr + PAGE_SIZE, 1));
	UK_TEST_EXPECT_SNUM_EQ(fa->ffree(fa, paddr, 4), -ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(fa->ffree(fa, paddr + PAGE_SIZE, 1), -ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(fa->ffree(fa, BASE - PAGE_SIZE, 1), -EFAULT);
	UK_TEST_EXPECT_SNUM_EQ(fa->ffree(fa, paddr + 1, 1), -EFAULT);
}

UK_TESTCASE(ukfallocbuddy, knows_several_zones)
{
	__paddr_t paddr = BASE + 0x10000000;

	UK_TEST_EXPECT_ZERO(begin(esac));
	UK_TEST_EXPECT_SNUM_EQ(fa->addmem(fa, more_metadata, paddr, 0, paddr),
			       -EINVAL);
	UK_TEST_EXPECT_ZERO(fa->addmem(fa, more_metadata, paddr, 10, paddr));
	UK_TEST_EXPECT_SNUM_EQ(fa->total_memory, (FRAMES + 10) * PAGE_SIZE);
	UK_TEST_EXPECT_ZERO(fa->falloc(fa, &paddr, 10, 0));
	UK_TEST_EXPECT(uk_falloc(fa, 256) != __PADDR_INV);
	UK_TEST_EXPECT(uk_falloc(fa, 512) == __PADDR_INV);
}

/* The same numbers in every run */
static unsigned long next(unsigned long *state)
{
	*state = *state * 6364136223846793005UL + 1442695040888963407UL;
	return *state >> 33;
}

UK_TESTCASE(ukfallocbuddy, agrees_with_a_list)
{
	static unsigned char taken[FRAMES];
	unsigned long state = 1, round, i, at, n, nr_taken = 0, wrong = 0;
	__paddr_t paddr;
	int some, all;

	UK_TEST_EXPECT_ZERO(begin(esac));
	for (round = 0; round < ROUNDS; round++) {
		n = 1 + next(&state) % 24;
		at = next(&state) % (FRAMES - n);
		some = 0;
		all = 1;
		for (i = at; i < at + n; i++) {
			some |= taken[i];
			all &= taken[i];
		}
		paddr = BASE + at * PAGE_SIZE;
		switch (next(&state) % 3) {
		case 0:
			if (fa->ffree(fa, paddr, n) == 0) {
				wrong += !all;
				memset(taken + at, 0, n);
				nr_taken -= n;
			} else {
				wrong += (unsigned long)all;
			}
			break;
		case 1:
			if (fa->falloc(fa, &paddr, n, 0) == 0) {
				wrong += (unsigned long)some;
				memset(taken + at, 1, n);
				nr_taken += n;
			} else {
				wrong += !some;
			}
			break;
		default:
			paddr = uk_falloc(fa, n);
			if (paddr == __PADDR_INV)
				break;
			at = (paddr - BASE) / PAGE_SIZE;
			for (i = at; i < at + n; i++)
				wrong += taken[i];
			memset(taken + at, 1, n);
			nr_taken += n;
		}
		wrong += fa->free_memory != (FRAMES - nr_taken) * PAGE_SIZE;
	}
	UK_TEST_EXPECT_ZERO(wrong);
}

uk_testsuite_register(ukfallocbuddy, NULL);
