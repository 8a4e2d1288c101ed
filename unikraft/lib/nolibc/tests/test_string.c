/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Strings.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uk/test.h>

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

UK_TESTCASE(nolibc_string, length)
{
	UK_TEST_EXPECT_SNUM_EQ(strlen(""), 0);
	UK_TEST_EXPECT_SNUM_EQ(strlen("abc\0def"), 3);
	UK_TEST_EXPECT_SNUM_EQ(strnlen("abc", 0), 0);
	UK_TEST_EXPECT_SNUM_EQ(strnlen("abc", 2), 2);
	UK_TEST_EXPECT_SNUM_EQ(strnlen("abc", 3), 3);
	UK_TEST_EXPECT_SNUM_EQ(strnlen("abc", 100), 3);
}

UK_TESTCASE(nolibc_string, copy)
{
	char buf[8];

	UK_TEST_EXPECT_PTR_EQ(strcpy(buf, "abc"), buf);
	UK_TEST_EXPECT_STR_EQ(buf, "abc");
	UK_TEST_EXPECT_PTR_EQ(stpcpy(buf, "xy"), buf + 2);
	UK_TEST_EXPECT_STR_EQ(buf, "xy");

	/* strncpy() fills up with zeros, or leaves the end open. */
	memset(buf, '-', sizeof(buf));
	strncpy(buf, "abc", 6);
	UK_TEST_EXPECT_BYTES_EQ(buf, "abc\0\0\0--", 8);
	memset(buf, '-', sizeof(buf));
	strncpy(buf, "abcdef", 3);
	UK_TEST_EXPECT_BYTES_EQ(buf, "abc-----", 8);
	UK_TEST_EXPECT_PTR_EQ(stpncpy(buf, "ab", 4), buf + 2);
	UK_TEST_EXPECT_PTR_EQ(stpncpy(buf, "abcdef", 4), buf + 4);
	strncpy(buf, "x", 0);
	UK_TEST_EXPECT_SNUM_EQ(buf[0], 'a');
}

UK_TESTCASE(nolibc_string, append)
{
	char buf[10] = "ab";

	UK_TEST_EXPECT_PTR_EQ(strcat(buf, "cd"), buf);
	UK_TEST_EXPECT_STR_EQ(buf, "abcd");
	strncat(buf, "efgh", 2);
	UK_TEST_EXPECT_STR_EQ(buf, "abcdef");
	strncat(buf, "gh", 100);
	UK_TEST_EXPECT_STR_EQ(buf, "abcdefgh");
	strncat(buf, "i", 0);
	UK_TEST_EXPECT_STR_EQ(buf, "abcdefgh");
}

UK_TESTCASE(nolibc_string, bounded_copy_and_append)
{
	char buf[6] = "-----";

	UK_TEST_EXPECT_SNUM_EQ(strlcpy(buf, "abc", sizeof(buf)), 3);
	UK_TEST_EXPECT_STR_EQ(buf, "abc");
	UK_TEST_EXPECT_SNUM_EQ(strlcat(buf, "de", sizeof(buf)), 5);
	UK_TEST_EXPECT_STR_EQ(buf, "abcde");
	UK_TEST_EXPECT_SNUM_EQ(strlcat(buf, "fgh", sizeof(buf)), 8);
	UK_TEST_EXPECT_STR_EQ(buf, "abcde");
	UK_TEST_EXPECT_SNUM_EQ(strlcpy(buf, "uvwxyz", 4), 6);
	UK_TEST_EXPECT_STR_EQ(buf, "uvw");
	UK_TEST_EXPECT_SNUM_EQ(strlcpy(buf, "zz", 0), 2);
	UK_TEST_EXPECT_STR_EQ(buf, "uvw");
	/* One byte too long, and just right */
	memset(buf, '-', sizeof(buf));
	UK_TEST_EXPECT_SNUM_EQ(strlcpy(buf, "abc", 3), 3);
	UK_TEST_EXPECT_BYTES_EQ(buf, "ab\0---", 6);
	UK_TEST_EXPECT_SNUM_EQ(strlcpy(buf, "abc", 4), 3);
	UK_TEST_EXPECT_BYTES_EQ(buf, "abc\0--", 6);
	strlcpy(buf, "uvw", sizeof(buf));
	/* No end of the string within the size: nothing is written. */
	UK_TEST_EXPECT_SNUM_EQ(strlcat(buf, "zz", 2), 4);
	UK_TEST_EXPECT_STR_EQ(buf, "uvw");
}

UK_TESTCASE(nolibc_string, compare)
{
	static const struct {
		const char *a, *b;
		int order, order_caseless;
	} cases[] = {
		{ "", "", 0, 0 },
		{ "a", "", 1, 1 },
		{ "", "a", -1, -1 },
		{ "abc", "abc", 0, 0 },
		{ "abc", "abd", -1, -1 },
		{ "abc", "abcd", -1, -1 },
		{ "ABC", "abc", -1, 0 },
		{ "aZ", "Ab", 1, 1 },
		{ "\x80", "\x7f", 1, 1 },
		{ "[", "a", -1, -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *a = cases[i].a, *b = cases[i].b;

		UK_TEST_EXPECT_SNUM_EQ(sign(strcmp(a, b)), cases[i].order);
		UK_TEST_EXPECT_SNUM_EQ(sign(strcmp(b, a)), -cases[i].order);
		UK_TEST_EXPECT_SNUM_EQ(sign(strncmp(a, b, 10)),
				       cases[i].order);
		UK_TEST_EXPECT_SNUM_EQ(sign(strcoll(a, b)), cases[i].order);
		UK_TEST_EXPECT_SNUM_EQ(sign(strcasecmp(a, b)),
				       cases[i].order_caseless);
	}
	UK_TEST_EXPECT_ZERO(strncmp("abc", "abd", 2));
	UK_TEST_EXPECT_ZERO(strncmp("a", "b", 0));
	UK_TEST_EXPECT_SNUM_LT(strncmp("abc", "abd", 3), 0);
	/* What follows the end does not count. */
	UK_TEST_EXPECT_ZERO(strncmp("a\0x", "a\0y", 3));
	UK_TEST_EXPECT_ZERO(strncasecmp("ABx", "aby", 2));
	UK_TEST_EXPECT_SNUM_LT(strncasecmp("ABx", "abY", 3), 0);
}

UK_TESTCASE(nolibc_string, search_character)
{
	static const char str[] = "abcabc";

	UK_TEST_EXPECT_PTR_EQ(strchr(str, 'b'), str + 1);
	UK_TEST_EXPECT_PTR_EQ(strrchr(str, 'b'), str + 4);
	UK_TEST_EXPECT_NULL(strchr(str, 'x'));
	UK_TEST_EXPECT_NULL(strrchr(str, 'x'));
	UK_TEST_EXPECT_PTR_EQ(strchrnul(str, 'x'), str + 6);
	UK_TEST_EXPECT_PTR_EQ(strchr(str, '\0'), str + 6);
	UK_TEST_EXPECT_PTR_EQ(strrchr(str, '\0'), str + 6);
	UK_TEST_EXPECT_PTR_EQ(strchr(str, 'a' + 256), str);
	UK_TEST_EXPECT_NOT_NULL(strchr("\xff", 0xff));
	UK_TEST_EXPECT_PTR_EQ(index(str, 'c'), str + 2);
	UK_TEST_EXPECT_PTR_EQ(rindex(str, 'c'), str + 5);
}

UK_TESTCASE(nolibc_string, search_set)
{
	static const char str[] = "abcabc";

	UK_TEST_EXPECT_SNUM_EQ(strspn(str, "ab"), 2);
	UK_TEST_EXPECT_SNUM_EQ(strspn(str, "cba"), 6);
	UK_TEST_EXPECT_SNUM_EQ(strspn(str, ""), 0);
	UK_TEST_EXPECT_SNUM_EQ(strcspn(str, "c"), 2);
	UK_TEST_EXPECT_SNUM_EQ(strcspn(str, "x"), 6);
	UK_TEST_EXPECT_SNUM_EQ(strcspn(str, ""), 6);
	UK_TEST_EXPECT_PTR_EQ(strpbrk(str, "xc"), str + 2);
	UK_TEST_EXPECT_NULL(strpbrk(str, "xyz"));
	UK_TEST_EXPECT_NULL(strpbrk(str, ""));
}

UK_TESTCASE(nolibc_string, search_string)
{
	static const char str[] = "aabaabaaab";

	UK_TEST_EXPECT_PTR_EQ(strstr(str, "aaab"), str + 6);
	UK_TEST_EXPECT_PTR_EQ(strstr(str, "aab"), str);
	UK_TEST_EXPECT_PTR_EQ(strstr(str, ""), str);
	UK_TEST_EXPECT_PTR_EQ(strstr(str, str), str);
	UK_TEST_EXPECT_NULL(strstr(str, "aabaabaaabb"));
	UK_TEST_EXPECT_NULL(strstr("", "a"));
	UK_TEST_EXPECT_PTR_EQ(strcasestr(str, "AAAB"), str + 6);
	UK_TEST_EXPECT_NULL(strcasestr(str, "BB"));
	UK_TEST_EXPECT_NOT_NULL(strcasestr("", ""));
}

UK_TESTCASE(nolibc_string, tokens)
{
	char text[] = ",,a,b;;c,";
	char only[] = ";;;";
	char *state, *pos;

	UK_TEST_EXPECT_STR_EQ(strtok_r(text, ",;", &state), "a");
	UK_TEST_EXPECT_STR_EQ(strtok_r(NULL, ",", &state), "b;;c");
	UK_TEST_EXPECT_NULL(strtok_r(NULL, ",", &state));
	UK_TEST_EXPECT_NULL(strtok_r(NULL, ",", &state));
	UK_TEST_EXPECT_NULL(strtok_r(only, ";", &state));

	strcpy(text, "x y");
	UK_TEST_EXPECT_STR_EQ(strtok(text, " "), "x");
	UK_TEST_EXPECT_STR_EQ(strtok(NULL, " "), "y");
	UK_TEST_EXPECT_NULL(strtok(NULL, " "));

	/* strsep() also finds empty words. */
	strcpy(text, ":a:");
	pos = text;
	UK_TEST_EXPECT_STR_EQ(strsep(&pos, ":"), "");
	UK_TEST_EXPECT_STR_EQ(strsep(&pos, ":"), "a");
	UK_TEST_EXPECT_STR_EQ(strsep(&pos, ":"), "");
	UK_TEST_EXPECT_NULL(strsep(&pos, ":"));
}

UK_TESTCASE(nolibc_string, duplicate)
{
	char *copy = strdup("abc");

	UK_TEST_EXPECT_STR_EQ(copy, "abc");
	free(copy);
	copy = strndup("abcdef", 3);
	UK_TEST_EXPECT_STR_EQ(copy, "abc");
	free(copy);
	copy = strndup("ab", 30);
	UK_TEST_EXPECT_STR_EQ(copy, "ab");
	free(copy);
}

UK_TESTCASE(nolibc_string, error_texts)
{
	char buf[32];

	UK_TEST_EXPECT_STR_EQ(strerror(ENOMEM), "Out of memory");
	UK_TEST_EXPECT_STR_EQ(strerror(0), "No error");
	UK_TEST_EXPECT_STR_EQ(strerror(-5), "Unknown error -5");
	UK_TEST_EXPECT_STR_EQ(strerror_r(9999, buf, sizeof(buf)),
			      "Unknown error 9999");
	UK_TEST_EXPECT_STR_EQ(strerror_r(9999, buf, 8), "Unknown");
	UK_TEST_EXPECT_STR_EQ(strsignal(11), "Segmentation fault");
	UK_TEST_EXPECT_STR_EQ(strsignal(99), "Unknown signal 99");
}

UK_TESTCASE(nolibc_string, first_bit)
{
	UK_TEST_EXPECT_SNUM_EQ(ffs(0), 0);
	UK_TEST_EXPECT_SNUM_EQ(ffs(1), 1);
	UK_TEST_EXPECT_SNUM_EQ(ffs(0x50), 5);
	UK_TEST_EXPECT_SNUM_EQ(ffs((int)0x80000000), 32);
	UK_TEST_EXPECT_SNUM_EQ(ffsl(0), 0);
	UK_TEST_EXPECT_SNUM_EQ(ffsll(1LL << 63), 64);
}

uk_testsuite_register(nolibc_string, NULL);
