/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Floating point to text and back. The expected texts are exact values, or
 * known hard cases of rounding.
 */

#include <errno.h>
#include <float.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/test.h>

#define INF	__builtin_inf()

static uint64_t bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static double of_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static const struct {
	const char *fmt;
	double value;
	const char *text;
} printed[] = {
	{ "%f", 0.0, "0.000000" },
	{ "%f", -0.0, "-0.000000" },
	{ "%f", 1.5, "1.500000" },
	{ "%f", 3.14159265358979, "3.141593" },
	{ "%.0f", 0.5, "0" },
	{ "%.0f", 1.5, "2" },
	{ "%.0f", 2.5, "2" },
	{ "%.0f", 0.51, "1" },
	{ "%#.0f", 1.0, "1." },
	{ "%.1f", 0.25, "0.2" },
	{ "%.1f", 0.35, "0.3" },
	{ "%.2f", 999.995, "1000.00" },
	{ "%.2f", 9.999, "10.00" },
	{ "%.3f", 0.0004, "0.000" },
	{ "%.3f", 0.0005, "0.001" },
	{ "%.20f", 0.1, "0.10000000000000000555" },
	{ "%.0f", 1e22, "10000000000000000000000" },
	{ "%.0f", 1e23, "99999999999999991611392" },
	{ "%10.2f|", 3.14159, "      3.14|" },
	{ "%-10.2f|", 3.14159, "3.14      |" },
	{ "%010.2f", -3.14159, "-000003.14" },
	{ "%+.1f", 1.0, "+1.0" },
	{ "% .1f", 1.0, " 1.0" },
	{ "%e", 0.0, "0.000000e+00" },
	{ "%e", 12345.678, "1.234568e+04" },
	{ "%.0e", 15.0, "2e+01" },
	{ "%.0e", 25.0, "2e+01" },
	{ "%#.0e", 1.0, "1.e+00" },
	{ "%.2e", 9.999e99, "1.00e+100" },
	{ "%E", 1e-5, "1.000000E-05" },
	{ "%.16e", 1.7976931348623157e308, "1.7976931348623157e+308" },
	{ "%.3e", 4.9406564584124654e-324, "4.941e-324" },
	{ "%12.3e|", 1234.5, "   1.234e+03|" },
	{ "%g", 0.0, "0" },
	{ "%g", 100000.0, "100000" },
	{ "%g", 1000000.0, "1e+06" },
	{ "%g", 999999.5, "1e+06" },
	{ "%g", 0.0001, "0.0001" },
	{ "%g", 0.00001, "1e-05" },
	{ "%g", 123456789.0, "1.23457e+08" },
	{ "%.3g", 1234.0, "1.23e+03" },
	{ "%.0g", 0.5, "0.5" },
	{ "%#g", 1.0, "1.00000" },
	{ "%#.3g", 1e10, "1.00e+10" },
	{ "%G", 1e-10, "1E-10" },
	{ "%.17g", 0.1, "0.10000000000000001" },
	{ "%.15g", 0.1, "0.1" },
	{ "%a", 1.0, "0x1p+0" },
	{ "%a", 0.0, "0x0p+0" },
	{ "%a", -0.15625, "-0x1.4p-3" },
	{ "%.1a", 1.96875, "0x2.0p+0" },
	{ "%.3A", 255.5, "0X1.FF0P+7" },
	{ "%f", INF, "inf" },
	{ "%F", -INF, "-INF" },
	{ "%05e", INF, "  inf" },
	{ "%-5g|", INF, "inf  |" },
};

UK_TESTCASE(nolibc_float, print)
{
	char buf[512];

	for (size_t i = 0; i < ARRAY_SIZE(printed); i++) {
		snprintf(buf, sizeof(buf), printed[i].fmt, printed[i].value);
		UK_TEST_EXPECT_STR_EQ(buf, printed[i].text);
	}
	snprintf(buf, sizeof(buf), "%f %G", __builtin_nan(""),
		 __builtin_nan(""));
	UK_TEST_EXPECT_STR_EQ(buf, "nan NAN");
	snprintf(buf, sizeof(buf), "%Lf %.1Le", 1.25L, 12.0L);
	UK_TEST_EXPECT_STR_EQ(buf, "1.250000 1.2e+01");
}

UK_TESTCASE(nolibc_float, print_all_digits)
{
	static char buf[1200];

	/* The largest number, and the smallest: 2^-1074 has 751 digits. */
	UK_TEST_EXPECT_SNUM_EQ(snprintf(buf, sizeof(buf), "%.0f", DBL_MAX),
			       309);
	UK_TEST_EXPECT_BYTES_EQ(buf, "17976931348623157081452742373170435679", 38);
	UK_TEST_EXPECT_STR_EQ(buf + 300, "124858368");
	UK_TEST_EXPECT_SNUM_EQ(snprintf(buf, sizeof(buf), "%.1074f",
					DBL_TRUE_MIN), 1076);
	UK_TEST_EXPECT_STR_EQ(buf + 1076 - 12, "533447265625");
	UK_TEST_EXPECT_SNUM_EQ(snprintf(buf, sizeof(buf), "%.1100f", 0.5),
			       1102);
	UK_TEST_EXPECT_BYTES_EQ(buf, "0.5000", 6);
	UK_TEST_EXPECT_STR_EQ(buf + 1098, "0000");
}

static const struct {
	const char *text;
	double value;
	int length;	/* -1: all of it */
} read_cases[] = {
	{ "0", 0.0, -1 },
	{ "  1.5", 1.5, -1 },
	{ "+2.5e1x", 25.0, 6 },
	{ "-1e-2", -0.01, -1 },
	{ ".5", 0.5, -1 },
	{ "5.", 5.0, -1 },
	{ "1e", 1.0, 1 },
	{ "1e+", 1.0, 1 },
	{ "1.2.3", 1.2, 3 },
	{ "0x", 0.0, 1 },
	{ "0x1.8p1", 3.0, -1 },
	{ "0x.8", 0.5, -1 },
	{ "0x1p-1074", 4.9406564584124654e-324, -1 },
	{ "0x1.fffffffffffff7p0", 1.9999999999999998, -1 },
	{ "0x1.fffffffffffff8p0", 2.0, -1 },
	{ "inf", INF, -1 },
	{ "-Infinity!", -INF, 9 },
	{ "infinit", INF, 3 },
	{ "9007199254740993", 9007199254740992.0, -1 },
	{ "9007199254740993.0000000001", 9007199254740994.0, -1 },
	{ "9007199254740995", 9007199254740996.0, -1 },
	{ "1.7976931348623157e308", DBL_MAX, -1 },
	{ "2.2250738585072011e-308", 2.2250738585072011e-308, -1 },
	{ "4.9406564584124654e-324", DBL_TRUE_MIN, -1 },
	{ "1e23", 1e23, -1 },
	{ "0.000000000000000000000000000000000000000001e42", 1.0, -1 },
	{ "", 0.0, 0 },
	{ ".", 0.0, 0 },
	{ "e5", 0.0, 0 },
	{ "-", 0.0, 0 },
	{ "in", 0.0, 0 },
};

UK_TESTCASE(nolibc_float, read)
{
	for (size_t i = 0; i < ARRAY_SIZE(read_cases); i++) {
		const char *text = read_cases[i].text;
		int length = read_cases[i].length;
		char *end;
		double value = strtod(text, &end);

		if (length < 0)
			length = strlen(text);
		UK_TEST_ASSERTF(bits_of(value) == bits_of(read_cases[i].value),
				"strtod(\"%s\") is %a", text, value);
		UK_TEST_ASSERTF(end == text + length,
				"strtod(\"%s\") stops at %d", text,
				(int)(end - text));
	}
	UK_TEST_EXPECT(strtod("nan", NULL) != strtod("nan(1x)", NULL));
	UK_TEST_EXPECT(atof("12.5") == 12.5);
}

UK_TESTCASE(nolibc_float, read_out_of_range)
{
	errno = 0;
	UK_TEST_EXPECT(strtod("1e309", NULL) == INF);
	UK_TEST_EXPECT_SNUM_EQ(errno, ERANGE);
	errno = 0;
	UK_TEST_EXPECT(strtod("-1e999999999999", NULL) == -INF);
	UK_TEST_EXPECT_SNUM_EQ(errno, ERANGE);
	errno = 0;
	UK_TEST_EXPECT(strtod("1e-400", NULL) == 0);
	UK_TEST_EXPECT_SNUM_EQ(errno, ERANGE);
	errno = 0;
	/* Halfway between 0 and the smallest: to even, and just above */
	UK_TEST_EXPECT(strtod("0x1p-1075", NULL) == 0);
	UK_TEST_EXPECT_SNUM_EQ(errno, ERANGE);
	UK_TEST_EXPECT(strtod("0x1.0000000000001p-1075", NULL) ==
		       DBL_TRUE_MIN);
	errno = 0;
	UK_TEST_EXPECT(strtod("1.7976931348623158e308", NULL) == DBL_MAX);
	UK_TEST_EXPECT_SNUM_EQ(errno, 0);
	UK_TEST_EXPECT(strtod("1.7976931348623159e308", NULL) == INF);
	UK_TEST_EXPECT_SNUM_EQ(errno, ERANGE);
}

UK_TESTCASE(nolibc_float, read_float)
{
	/* Rounding to double first would give the even neighbour. */
	UK_TEST_EXPECT(strtof("1.00000017881393432617187499", NULL) ==
		       0x1.000002p0f);
	UK_TEST_EXPECT(strtof("3.4028235e38", NULL) == FLT_MAX);
	errno = 0;
	UK_TEST_EXPECT(strtof("3.5e38", NULL) == (float)INF);
	UK_TEST_EXPECT_SNUM_EQ(errno, ERANGE);
	UK_TEST_EXPECT(strtof("1e-45", NULL) == FLT_TRUE_MIN);
}

UK_TESTCASE(nolibc_float, round_trip)
{
	uint64_t state = 88172645463325252u;
	char buf[64];

	/* 17 digits tell any double from its neighbours. */
	for (int i = 0; i < 2000; i++) {
		double value;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		value = of_bits(state);
		if (value != value)
			continue;
		snprintf(buf, sizeof(buf), "%.17g", value);
		UK_TEST_ASSERTF(bits_of(strtod(buf, NULL)) == bits_of(value),
				"%a printed as %s", value, buf);
		snprintf(buf, sizeof(buf), "%a", value);
		UK_TEST_ASSERTF(bits_of(strtod(buf, NULL)) == bits_of(value),
				"%a does not come back", value);
	}
}

uk_testsuite_register(nolibc_float, NULL);
