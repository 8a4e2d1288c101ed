/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sscanf().
 */

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <uk/test.h>

UK_TESTCASE(nolibc_scanf, integers)
{
	int a = -1, b = -1, c = -1;
	unsigned int u = 0, x = 0, o = 0;

	UK_TEST_EXPECT_SNUM_EQ(sscanf(" 12 -5,+7", "%d%d,%d", &a, &b, &c), 3);
	UK_TEST_EXPECT_SNUM_EQ(a, 12);
	UK_TEST_EXPECT_SNUM_EQ(b, -5);
	UK_TEST_EXPECT_SNUM_EQ(c, 7);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("0x1F 017 9", "%i %i %i", &a, &b, &c), 3);
	UK_TEST_EXPECT_SNUM_EQ(a, 31);
	UK_TEST_EXPECT_SNUM_EQ(b, 15);
	UK_TEST_EXPECT_SNUM_EQ(c, 9);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("4294967295 fF 17", "%u %x %o", &u, &x,
				      &o), 3);
	UK_TEST_EXPECT(u == UINT_MAX);
	UK_TEST_EXPECT_SNUM_EQ(x, 255);
	UK_TEST_EXPECT_SNUM_EQ(o, 15);
}

UK_TESTCASE(nolibc_scanf, width)
{
	int a = 0, b = 0;
	char word[4];

	UK_TEST_EXPECT_SNUM_EQ(sscanf("12345", "%2d%3d", &a, &b), 2);
	UK_TEST_EXPECT_SNUM_EQ(a, 12);
	UK_TEST_EXPECT_SNUM_EQ(b, 345);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("abcdef", "%3s", word), 1);
	UK_TEST_EXPECT_STR_EQ(word, "abc");
}

UK_TESTCASE(nolibc_scanf, lengths)
{
	signed char c;
	short s;
	long l;
	long long ll;
	size_t z;
	uint8_t u8;
	int64_t i64;

	UK_TEST_EXPECT_SNUM_EQ(sscanf("-1 -2 -3 -4 5", "%hhd%hd%ld%lld%zu",
				      &c, &s, &l, &ll, &z), 5);
	UK_TEST_EXPECT_SNUM_EQ(c, -1);
	UK_TEST_EXPECT_SNUM_EQ(s, -2);
	UK_TEST_EXPECT_SNUM_EQ(l, -3);
	UK_TEST_EXPECT_SNUM_EQ(ll, -4);
	UK_TEST_EXPECT_SNUM_EQ(z, 5);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("200 -9223372036854775808",
				      "%" SCNu8 "%" SCNd64, &u8, &i64), 2);
	UK_TEST_EXPECT_SNUM_EQ(u8, 200);
	UK_TEST_EXPECT(i64 == INT64_MIN);
}

UK_TESTCASE(nolibc_scanf, floats)
{
	float f;
	double d;

	UK_TEST_EXPECT_SNUM_EQ(sscanf("1.5e1 -0x1p-1", "%f %lf", &f, &d), 2);
	UK_TEST_EXPECT(f == 15.0f);
	UK_TEST_EXPECT(d == -0.5);
}

UK_TESTCASE(nolibc_scanf, text)
{
	char a[16], b[16], c[4];

	UK_TEST_EXPECT_SNUM_EQ(sscanf("  one two", "%s %s", a, b), 2);
	UK_TEST_EXPECT_STR_EQ(a, "one");
	UK_TEST_EXPECT_STR_EQ(b, "two");
	/* %c takes white space, and adds no end. */
	memset(c, '-', sizeof(c));
	UK_TEST_EXPECT_SNUM_EQ(sscanf(" xy", "%3c", c), 1);
	UK_TEST_EXPECT_BYTES_EQ(c, " xy-", 4);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("key=val", "%[^=]=%s", a, b), 2);
	UK_TEST_EXPECT_STR_EQ(a, "key");
	UK_TEST_EXPECT_STR_EQ(b, "val");
	UK_TEST_EXPECT_SNUM_EQ(sscanf("a-f]x", "%[]a-f-]%s", a, b), 2);
	UK_TEST_EXPECT_STR_EQ(a, "a-f]");
	UK_TEST_EXPECT_STR_EQ(b, "x");
	UK_TEST_EXPECT_SNUM_EQ(sscanf("xyz", "%[abc]", a), 0);
	/* The end of the input belongs to no set. */
	UK_TEST_EXPECT_SNUM_EQ(sscanf("abc\0def", "%[^x]", a), 1);
	UK_TEST_EXPECT_STR_EQ(a, "abc");
	UK_TEST_EXPECT_SNUM_EQ(sscanf("abc\0def", "%*[^x]%c", c), EOF);
}

UK_TESTCASE(nolibc_scanf, suppressed_and_counted)
{
	int a = 0, n = 0;

	UK_TEST_EXPECT_SNUM_EQ(sscanf("1 2 3", "%*d %d%n", &a, &n), 1);
	UK_TEST_EXPECT_SNUM_EQ(a, 2);
	UK_TEST_EXPECT_SNUM_EQ(n, 3);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("100%", "%d%%%n", &a, &n), 1);
	UK_TEST_EXPECT_SNUM_EQ(n, 4);
}

UK_TESTCASE(nolibc_scanf, mismatch)
{
	int a = 5, b = 6;
	char c;

	UK_TEST_EXPECT_SNUM_EQ(sscanf("1 x", "%d %d", &a, &b), 1);
	UK_TEST_EXPECT_SNUM_EQ(a, 1);
	UK_TEST_EXPECT_SNUM_EQ(b, 6);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("x", "%d", &a), 0);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("", "%d", &a), EOF);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("  ", "%d", &a), EOF);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("", "%c", &c), EOF);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("1-2", "%d+%d", &a, &b), 1);
	UK_TEST_EXPECT_SNUM_EQ(sscanf("", " "), 0);
}

uk_testsuite_register(nolibc_scanf, NULL);
