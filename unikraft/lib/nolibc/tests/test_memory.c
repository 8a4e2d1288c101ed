/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Blocks of memory: every function against a loop over bytes, at all
 * alignments and at lengths around the size of a word.
 */

#include <string.h>
#include <strings.h>
#include <uk/test.h>

#define GUARD	16
#define SPAN	48
#define AREA	(GUARD + SPAN + 32 + GUARD)

static unsigned char work[AREA], expected[AREA], source[AREA];

static void fill(unsigned char *area, unsigned int seed)
{
	for (unsigned int i = 0; i < AREA; i++)
		area[i] = i * 7 + seed;
}

UK_TESTCASE(nolibc_memory, memcpy_all_alignments)
{
	fill(source, 1);
	for (unsigned int d = 0; d < 9; d++) {
		for (unsigned int s = 0; s < 9; s++) {
			for (unsigned int len = 0; len < SPAN; len++) {
				unsigned char *dst = work + GUARD + d;
				unsigned char *src = source + GUARD + s;

				fill(work, 100);
				fill(expected, 100);
				for (unsigned int i = 0; i < len; i++)
					expected[GUARD + d + i] = src[i];
				UK_TEST_ASSERTF(memcpy(dst, src, len) == dst,
						"dst %u src %u len %u", d, s,
						len);
				UK_TEST_EXPECT_BYTES_EQ(work, expected, AREA);
			}
		}
	}
}

UK_TESTCASE(nolibc_memory, memmove_overlapping)
{
	for (int shift = -20; shift <= 20; shift++) {
		for (unsigned int len = 0; len < SPAN; len++) {
			unsigned char *src = work + GUARD + 20;
			unsigned char *dst = src + shift;

			fill(work, 3);
			fill(expected, 3);
			for (unsigned int i = 0; i < len; i++)
				expected[dst - work + i] = src[i];
			UK_TEST_EXPECT_PTR_EQ(memmove(dst, src, len), dst);
			UK_TEST_ASSERTF(!memcmp(work, expected, AREA),
					"shift %d len %u", shift, len);
		}
	}
}

UK_TESTCASE(nolibc_memory, memset_all_alignments)
{
	for (unsigned int d = 0; d < 9; d++) {
		for (unsigned int len = 0; len < SPAN; len++) {
			unsigned char *dst = work + GUARD + d;

			fill(work, 5);
			fill(expected, 5);
			for (unsigned int i = 0; i < len; i++)
				expected[GUARD + d + i] = 0xa5;
			/* Only the low byte of the value counts. */
			UK_TEST_EXPECT_PTR_EQ(memset(dst, 0x1a5, len), dst);
			UK_TEST_ASSERTF(!memcmp(work, expected, AREA),
					"dst %u len %u", d, len);
		}
	}
	explicit_bzero(work, AREA);
	memset(expected, 0, AREA);
	UK_TEST_EXPECT_BYTES_EQ(work, expected, AREA);
	memset(work, 1, AREA);
	bzero(work + 1, AREA - 2);
	UK_TEST_EXPECT_SNUM_EQ(work[0], 1);
	UK_TEST_EXPECT_SNUM_EQ(work[1], 0);
	UK_TEST_EXPECT_SNUM_EQ(work[AREA - 2], 0);
	UK_TEST_EXPECT_SNUM_EQ(work[AREA - 1], 1);
}

UK_TESTCASE(nolibc_memory, memcmp_order)
{
	UK_TEST_EXPECT_ZERO(memcmp("abc", "abd", 2));
	UK_TEST_EXPECT_ZERO(memcmp("abc", "xyz", 0));
	UK_TEST_EXPECT_SNUM_LT(memcmp("abc", "abd", 3), 0);
	UK_TEST_EXPECT_SNUM_GT(memcmp("abd", "abc", 3), 0);
	/* Bytes are unsigned, and zero is a byte as others. */
	UK_TEST_EXPECT_SNUM_GT(memcmp("\x80", "\x7f", 1), 0);
	UK_TEST_EXPECT_SNUM_LT(memcmp("a\0b", "a\0c", 3), 0);
	UK_TEST_EXPECT_NOT_ZERO(bcmp("ab", "aB", 2));
}

UK_TESTCASE(nolibc_memory, searching)
{
	static const char mem[] = "hello\0world";
	const void *none = NULL;

	UK_TEST_EXPECT_PTR_EQ(memchr(mem, 'l', 11), mem + 2);
	UK_TEST_EXPECT_PTR_EQ(memchr(mem, 'w', 11), mem + 6);
	UK_TEST_EXPECT_PTR_EQ(memchr(mem, 'w', 6), none);
	UK_TEST_EXPECT_PTR_EQ(memchr(mem, 'h', 0), none);
	UK_TEST_EXPECT_PTR_EQ(memchr(mem, 'h' + 256, 11), mem);
	UK_TEST_EXPECT_PTR_EQ(memrchr(mem, 'l', 11), mem + 9);
	UK_TEST_EXPECT_PTR_EQ(memrchr(mem, 'l', 5), mem + 3);
	UK_TEST_EXPECT_PTR_EQ(memrchr(mem, 'd', 10), none);
	UK_TEST_EXPECT_PTR_EQ(rawmemchr(mem, 'd'), mem + 10);
	UK_TEST_EXPECT_PTR_EQ(memmem(mem, 11, "o\0w", 3), mem + 4);
	UK_TEST_EXPECT_PTR_EQ(memmem(mem, 11, "ld", 2), mem + 9);
	UK_TEST_EXPECT_PTR_EQ(memmem(mem, 10, "ld", 2), none);
	UK_TEST_EXPECT_PTR_EQ(memmem(mem, 11, "", 0), mem);
	UK_TEST_EXPECT_PTR_EQ(memmem(mem, 2, "hel", 3), none);
}

UK_TESTCASE(nolibc_memory, copies_that_stop)
{
	char buf[8];

	memset(buf, '-', sizeof(buf));
	UK_TEST_EXPECT_PTR_EQ(memccpy(buf, "ab:cd", ':', 6), buf + 3);
	UK_TEST_EXPECT_BYTES_EQ(buf, "ab:-----", 8);
	UK_TEST_EXPECT_NULL(memccpy(buf, "ab:cd", 'x', 4));
	UK_TEST_EXPECT_BYTES_EQ(buf, "ab:c----", 8);
	UK_TEST_EXPECT_PTR_EQ(mempcpy(buf, "xyz", 3), buf + 3);
	UK_TEST_EXPECT_BYTES_EQ(buf, "xyzc----", 8);
	bcopy(buf, buf + 1, 3);
	UK_TEST_EXPECT_BYTES_EQ(buf, "xxyz----", 8);
}

uk_testsuite_register(nolibc_memory, NULL);
