/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Integers from text.
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <uk/test.h>

static const struct {
	const char *text;
	int base;
	long value;
	int length;	/* of what was read */
	int err;
} cases[] = {
	{ "0", 10, 0, 1, 0 },
	{ "42", 10, 42, 2, 0 },
	{ "-42", 10, -42, 3, 0 },
	{ " \t\n+42", 10, 42, 6, 0 },
	{ "42abc", 10, 42, 2, 0 },
	{ "abc", 10, 0, 0, 0 },
	{ "", 10, 0, 0, 0 },
	{ "-", 10, 0, 0, 0 },
	{ "+-1", 10, 0, 0, 0 },
	{ "   ", 10, 0, 0, 0 },
	{ "ff", 16, 255, 2, 0 },
	{ "0xFf", 16, 255, 4, 0 },
	{ "0xff", 0, 255, 4, 0 },
	{ "-0X10", 0, -16, 5, 0 },
	{ "0xg", 0, 0, 1, 0 },
	{ "0x", 16, 0, 1, 0 },
	{ "010", 0, 8, 3, 0 },
	{ "010", 10, 10, 3, 0 },
	{ "08", 0, 0, 1, 0 },
	{ "0", 0, 0, 1, 0 },
	{ "1012", 2, 5, 3, 0 },
	{ "zZ", 36, 35 * 36 + 35, 2, 0 },
	{ "9", 9, 0, 0, 0 },
	{ "9223372036854775807", 10, LONG_MAX, 19, 0 },
	{ "9223372036854775808", 10, LONG_MAX, 19, ERANGE },
	{ "-9223372036854775808", 10, LONG_MIN, 20, 0 },
	{ "-9223372036854775809", 10, LONG_MIN, 20, ERANGE },
	{ "99999999999999999999999", 10, LONG_MAX, 23, ERANGE },
	{ "7fffffffffffffff", 16, LONG_MAX, 16, 0 },
	{ "8000000000000000", 16, LONG_MAX, 16, ERANGE },
	{ "-8000000000000000", 16, LONG_MIN, 17, 0 },
	{ "1", 1, 0, 0, EINVAL },
	{ "1", 37, 0, 0, EINVAL },
	{ "1", -1, 0, 0, EINVAL },
};

UK_TESTCASE(nolibc_strtol, signed_numbers)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *text = cases[i].text;
		char *end;
		long value;

		errno = 0;
		value = strtol(text, &end, cases[i].base);
		UK_TEST_ASSERTF(value == cases[i].value,
				"\"%s\" in base %d: %ld", text, cases[i].base,
				value);
		UK_TEST_ASSERTF(end == text + cases[i].length,
				"\"%s\" in base %d: stops at %d", text,
				cases[i].base, (int)(end - text));
		UK_TEST_ASSERTF(errno == cases[i].err,
				"\"%s\" in base %d: errno %d", text,
				cases[i].base, errno);
		UK_TEST_EXPECT(strtoll(text, NULL, cases[i].base) ==
			       cases[i].value);
	}
}

UK_TESTCASE(nolibc_strtol, unsigned_numbers)
{
	char *end;

	errno = 0;
	UK_TEST_EXPECT(strtoul("18446744073709551615", &end, 10) == ULONG_MAX);
	UK_TEST_EXPECT_SNUM_EQ(errno, 0);
	UK_TEST_EXPECT(strtoul("18446744073709551616", &end, 10) == ULONG_MAX);
	UK_TEST_EXPECT_SNUM_EQ(errno, ERANGE);
	UK_TEST_EXPECT_SNUM_EQ(*end, '\0');
	errno = 0;
	/* A sign is accepted, and counts modulo 2^64. */
	UK_TEST_EXPECT(strtoul("-1", NULL, 10) == ULONG_MAX);
	UK_TEST_EXPECT(strtoul("-18446744073709551615", NULL, 10) == 1);
	UK_TEST_EXPECT_SNUM_EQ(errno, 0);
	UK_TEST_EXPECT(strtoul("-18446744073709551616", NULL, 10) ==
		       ULONG_MAX);
	UK_TEST_EXPECT_SNUM_EQ(errno, ERANGE);
	UK_TEST_EXPECT(strtoull("0xffffffffffffffff", NULL, 0) == ULLONG_MAX);
	UK_TEST_EXPECT(strtoumax("7", NULL, 8) == 7);
	UK_TEST_EXPECT(strtoimax("-7", NULL, 8) == -7);
}

UK_TESTCASE(nolibc_strtol, errno_stays_without_error)
{
	errno = ENOENT;
	UK_TEST_EXPECT_SNUM_EQ(strtol("1", NULL, 10), 1);
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOENT);
}

UK_TESTCASE(nolibc_strtol, short_forms)
{
	UK_TEST_EXPECT_SNUM_EQ(atoi("-12x"), -12);
	UK_TEST_EXPECT_SNUM_EQ(atoi("x"), 0);
	UK_TEST_EXPECT_SNUM_EQ(atol("9223372036854775807"), LONG_MAX);
	UK_TEST_EXPECT_SNUM_EQ(atoll(" 5"), 5);
}

uk_testsuite_register(nolibc_strtol, NULL);
