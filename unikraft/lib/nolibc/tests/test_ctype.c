/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Classes of characters: each against the list of its members, for all bytes
 * and EOF.
 */

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <uk/test.h>

#define LOWER	"abcdefghijklmnopqrstuvwxyz"
#define UPPER	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT	"0123456789"
#define PUNCT	"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

static int member(const char *set, int c)
{
	return c > 0 && strchr(set, c) != NULL;
}

UK_TESTCASE(nolibc_ctype, members)
{
	for (int c = EOF; c < 256; c++) {
		UK_TEST_EXPECT(!islower(c) == !member(LOWER, c));
		UK_TEST_EXPECT(!isupper(c) == !member(UPPER, c));
		UK_TEST_EXPECT(!isalpha(c) == !member(LOWER UPPER, c));
		UK_TEST_EXPECT(!isdigit(c) == !member(DIGIT, c));
		UK_TEST_EXPECT(!isalnum(c) == !member(LOWER UPPER DIGIT, c));
		UK_TEST_EXPECT(!isxdigit(c) ==
			       !member(DIGIT "abcdefABCDEF", c));
		UK_TEST_EXPECT(!ispunct(c) == !member(PUNCT, c));
		UK_TEST_EXPECT(!isgraph(c) ==
			       !member(LOWER UPPER DIGIT PUNCT, c));
		UK_TEST_EXPECT(!isprint(c) ==
			       !member(LOWER UPPER DIGIT PUNCT " ", c));
		UK_TEST_EXPECT(!isspace(c) == !member(" \t\n\v\f\r", c));
		UK_TEST_EXPECT(!isblank(c) == !member(" \t", c));
		UK_TEST_EXPECT(!iscntrl(c) ==
			       !((c >= 0 && c < 32) || c == 127));
		UK_TEST_EXPECT(!isascii(c) == !(c >= 0 && c < 128));
	}
}

UK_TESTCASE(nolibc_ctype, conversion)
{
	for (int c = EOF; c < 256; c++) {
		const char *low = c > 0 ? strchr(LOWER, c) : NULL;
		const char *up = c > 0 ? strchr(UPPER, c) : NULL;

		UK_TEST_EXPECT_SNUM_EQ(toupper(c),
				       low ? UPPER[low - LOWER] : c);
		UK_TEST_EXPECT_SNUM_EQ(tolower(c), up ? LOWER[up - UPPER] : c);
	}
	UK_TEST_EXPECT_SNUM_EQ(toascii('a' | 0x80), 'a');
}

uk_testsuite_register(nolibc_ctype, NULL);
