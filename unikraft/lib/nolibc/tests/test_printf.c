/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The printf() language except floating point.
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/test.h>

/* Formats into a buffer; not checked by the compiler, which would warn. */
static const char *format(const char *fmt, ...)
{
	static char buf[512];
	va_list ap;
	int len;

	memset(buf, '~', sizeof(buf));
	va_start(ap, fmt);
	len = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return len == (int)strlen(buf) ? buf : "the length is wrong";
}

UK_TESTCASE(nolibc_printf, signed_integers)
{
	static const struct {
		const char *fmt;
		int value;
		const char *text;
	} cases[] = {
		{ "%d", 0, "0" },
		{ "%d", INT_MAX, "2147483647" },
		{ "%i", INT_MIN, "-2147483648" },
		{ "%+d", 5, "+5" },
		{ "%+d", -5, "-5" },
		{ "%+d", 0, "+0" },
		{ "% d", 5, " 5" },
		{ "% +d", 5, "+5" },
		{ "%5d", 42, "   42" },
		{ "%5d", -42, "  -42" },
		{ "%-5d|", 42, "42   |" },
		{ "%05d", 42, "00042" },
		{ "%05d", -42, "-0042" },
		{ "%-05d|", 42, "42   |" },
		{ "%+05d", 42, "+0042" },
		{ "% 05d", 42, " 0042" },
		{ "%2d", 12345, "12345" },
		{ "%.3d", 5, "005" },
		{ "%.3d", -5, "-005" },
		{ "%.0d", 0, "" },
		{ "%.d", 0, "" },
		{ "%+.0d", 0, "+" },
		{ "%5.0d", 0, "     " },
		{ "%8.3d", 42, "     042" },
		{ "%-8.3d|", 42, "042     |" },
		/* A precision takes the meaning from the flag 0. */
		{ "%08.3d", 42, "     042" },
		{ "%08.3d", -42, "    -042" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		UK_TEST_EXPECT_STR_EQ(format(cases[i].fmt, cases[i].value),
				      cases[i].text);
}

UK_TESTCASE(nolibc_printf, unsigned_integers)
{
	static const struct {
		const char *fmt;
		unsigned int value;
		const char *text;
	} cases[] = {
		{ "%u", 0, "0" },
		{ "%u", UINT_MAX, "4294967295" },
		{ "%x", 0xdeadbeef, "deadbeef" },
		{ "%X", 0xdeadbeef, "DEADBEEF" },
		{ "%#x", 0xab, "0xab" },
		{ "%#X", 0xab, "0XAB" },
		{ "%#x", 0, "0" },
		{ "%o", 8, "10" },
		{ "%#o", 8, "010" },
		{ "%#o", 0, "0" },
		{ "%#.0o", 0, "0" },
		{ "%#.0x", 0, "" },
		{ "%#.4o", 8, "0010" },
		{ "%#.2o", 8, "010" },
		{ "%#8x", 0xab, "    0xab" },
		{ "%#08x", 0xab, "0x0000ab" },
		{ "%-#8x|", 0xab, "0xab    |" },
		{ "%#.4x", 0xab, "0x00ab" },
		{ "%#10.4x", 0xab, "    0x00ab" },
		{ "%08u", 42, "00000042" },
		/* Signs are for signed conversions. */
		{ "%+u", 42, "42" },
		{ "% x", 42, "2a" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		UK_TEST_EXPECT_STR_EQ(format(cases[i].fmt, cases[i].value),
				      cases[i].text);
}

UK_TESTCASE(nolibc_printf, lengths)
{
	UK_TEST_EXPECT_STR_EQ(format("%hhd", 0x1ff), "-1");
	UK_TEST_EXPECT_STR_EQ(format("%hhu", 0x1ff), "255");
	UK_TEST_EXPECT_STR_EQ(format("%hd", 0x18000), "-32768");
	UK_TEST_EXPECT_STR_EQ(format("%hx", 0x12345), "2345");
	UK_TEST_EXPECT_STR_EQ(format("%ld", LONG_MIN), "-9223372036854775808");
	UK_TEST_EXPECT_STR_EQ(format("%lu", ULONG_MAX),
			      "18446744073709551615");
	UK_TEST_EXPECT_STR_EQ(format("%lld", LLONG_MAX),
			      "9223372036854775807");
	UK_TEST_EXPECT_STR_EQ(format("%llo", ULLONG_MAX),
			      "1777777777777777777777");
	UK_TEST_EXPECT_STR_EQ(format("%jd", INTMAX_MIN),
			      "-9223372036854775808");
	UK_TEST_EXPECT_STR_EQ(format("%zu", SIZE_MAX), "18446744073709551615");
	UK_TEST_EXPECT_STR_EQ(format("%zd", (ssize_t)-1), "-1");
	UK_TEST_EXPECT_STR_EQ(format("%td", (ptrdiff_t)-2), "-2");
	UK_TEST_EXPECT_STR_EQ(format("%" PRIx64 " %" PRId32 " %" PRIuPTR,
				     UINT64_MAX, INT32_MIN, UINTPTR_MAX),
			      "ffffffffffffffff -2147483648 "
			      "18446744073709551615");
}

UK_TESTCASE(nolibc_printf, strings_and_characters)
{
	static const char open_end[3] = { 'a', 'b', 'c' };
	const char *null = NULL;

	UK_TEST_EXPECT_STR_EQ(format("%s", ""), "");
	UK_TEST_EXPECT_STR_EQ(format("<%s>", "abc"), "<abc>");
	UK_TEST_EXPECT_STR_EQ(format("%5s|%-5s|", "ab", "cd"), "   ab|cd   |");
	UK_TEST_EXPECT_STR_EQ(format("%2s", "abcdef"), "abcdef");
	UK_TEST_EXPECT_STR_EQ(format("%.2s", "abcdef"), "ab");
	UK_TEST_EXPECT_STR_EQ(format("%.0s|", "abcdef"), "|");
	UK_TEST_EXPECT_STR_EQ(format("%.s|", "abcdef"), "|");
	UK_TEST_EXPECT_STR_EQ(format("%5.2s|", "abcdef"), "   ab|");
	/* Within the precision, the end of the string is not looked for. */
	UK_TEST_EXPECT_STR_EQ(format("%.3s", open_end), "abc");
	UK_TEST_EXPECT_STR_EQ(format("%.10s", "abc"), "abc");
	UK_TEST_EXPECT_STR_EQ(format("%s", null), "(null)");
	UK_TEST_EXPECT_STR_EQ(format("%c%c", 'x', 'y'), "xy");
	UK_TEST_EXPECT_STR_EQ(format("%3c|%-3c|", 'x', 'y'), "  x|y  |");
	UK_TEST_EXPECT_STR_EQ(format("100%%"), "100%");
}

UK_TESTCASE(nolibc_printf, pointers)
{
	UK_TEST_EXPECT_STR_EQ(format("%p", (void *)0xdeadbeef), "0xdeadbeef");
	UK_TEST_EXPECT_STR_EQ(format("%p", NULL), "(nil)");
	UK_TEST_EXPECT_STR_EQ(format("%8p|", (void *)0x1f), "    0x1f|");
	UK_TEST_EXPECT_STR_EQ(format("%-8p|", (void *)0x1f), "0x1f    |");
}

UK_TESTCASE(nolibc_printf, star)
{
	UK_TEST_EXPECT_STR_EQ(format("%*d", 5, 42), "   42");
	UK_TEST_EXPECT_STR_EQ(format("%*d|", -5, 42), "42   |");
	UK_TEST_EXPECT_STR_EQ(format("%.*d", 4, 42), "0042");
	/* A negative precision is none. */
	UK_TEST_EXPECT_STR_EQ(format("%.*d", -1, 0), "0");
	UK_TEST_EXPECT_STR_EQ(format("%*.*s|", 6, 2, "abc"), "    ab|");
	UK_TEST_EXPECT_STR_EQ(format("%.*s", 0, "abc"), "");
}

UK_TESTCASE(nolibc_printf, count_so_far)
{
	signed char c = 0;
	short s = 0;
	int i = 0;
	long l = 0;

	format("ab%hhncd%hnef%ngh%ln", &c, &s, &i, &l);
	UK_TEST_EXPECT_SNUM_EQ(c, 2);
	UK_TEST_EXPECT_SNUM_EQ(s, 4);
	UK_TEST_EXPECT_SNUM_EQ(i, 6);
	UK_TEST_EXPECT_SNUM_EQ(l, 8);
}

UK_TESTCASE(nolibc_printf, bounded)
{
	char buf[8];
	const char *text = "abcdef";

	for (int size = 0; size <= 8; size++) {
		memset(buf, '~', sizeof(buf));
		UK_TEST_EXPECT_SNUM_EQ(snprintf(buf, size, "%s", text), 6);
		if (size) {
			int len = size > 6 ? 6 : size - 1;

			UK_TEST_EXPECT_BYTES_EQ(buf, text, len);
			UK_TEST_EXPECT_SNUM_EQ(buf[len], '\0');
		}
		if (size < 7)
			UK_TEST_EXPECT_SNUM_EQ(buf[size], '~');
	}
	UK_TEST_EXPECT_SNUM_EQ(snprintf(NULL, 0, "%d", 12345), 5);
}

UK_TESTCASE(nolibc_printf, limits)
{
	/* Zeros before a width are one flag, however many. */
	UK_TEST_EXPECT_STR_EQ(format("%-0000000000000000000000005d|", 1),
			      "1    |");
	UK_TEST_EXPECT_SNUM_EQ(strlen(format("%300d", 1)), 300);
	UK_TEST_EXPECT_SNUM_EQ(strlen(format("%.300d", 1)), 300);
}

UK_TESTCASE(nolibc_printf, not_a_conversion)
{
	UK_TEST_EXPECT_STR_EQ(format("a%"), "a%");
	UK_TEST_EXPECT_STR_EQ(format("%5"), "%5");
	UK_TEST_EXPECT_STR_EQ(format("%k"), "%k");
	UK_TEST_EXPECT_STR_EQ(format(""), "");
}

UK_TESTCASE(nolibc_printf, other_targets)
{
	char buf[32];
	char *text;

	UK_TEST_EXPECT_SNUM_EQ(sprintf(buf, "%d-%s", 7, "x"), 3);
	UK_TEST_EXPECT_STR_EQ(buf, "7-x");
	UK_TEST_EXPECT_SNUM_EQ(asprintf(&text, "%0200d", 7), 200);
	UK_TEST_EXPECT_SNUM_EQ(strlen(text), 200);
	free(text);
	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(dprintf(77, "x"), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EBADF);
	UK_TEST_EXPECT_SNUM_EQ(dprintf(77, "%s", ""), 0);
}

uk_testsuite_register(nolibc_printf, NULL);
