/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Dates.
 */

#include <uk/test.h>
#include <uk/timeconv.h>

static __u64 seconds(__s64 year, int mon, int day, int hour, int min, int sec)
{
	struct uktimeconv_bmkclock dt = {
		.dt_year = year, .dt_mon = mon, .dt_day = day,
		.dt_hour = hour, .dt_min = min, .dt_sec = sec,
	};

	return ukarch_time_nsec_to_sec(uktimeconv_bmkclock_to_nsec(&dt));
}

UK_TESTCASE(uktimeconv, known_moments)
{
	UK_TEST_EXPECT_SNUM_EQ(seconds(1970, 1, 1, 0, 0, 0), 0);
	UK_TEST_EXPECT_SNUM_EQ(seconds(1970, 1, 1, 23, 59, 59), 86399);
	UK_TEST_EXPECT_SNUM_EQ(seconds(1972, 2, 29, 0, 0, 0), 68169600);
	UK_TEST_EXPECT_SNUM_EQ(seconds(1999, 12, 31, 23, 59, 60), 946684800);
	UK_TEST_EXPECT_SNUM_EQ(seconds(2000, 1, 1, 0, 0, 0), 946684800);
	UK_TEST_EXPECT_SNUM_EQ(seconds(2000, 2, 29, 12, 0, 0), 951825600);
	UK_TEST_EXPECT_SNUM_EQ(seconds(2001, 9, 9, 1, 46, 40), 1000000000);
	UK_TEST_EXPECT_SNUM_EQ(seconds(2009, 2, 13, 23, 31, 30), 1234567890);
	UK_TEST_EXPECT_SNUM_EQ(seconds(2038, 1, 19, 3, 14, 8), 2147483648);
	UK_TEST_EXPECT_SNUM_EQ(seconds(2100, 3, 1, 0, 0, 0), 4107542400);
}

UK_TESTCASE(uktimeconv, every_day_follows_the_one_before)
{
	__u64 expected = 0;

	for (__s64 year = 1970; year < 2450; year++) {
		int leap = uktimeconv_is_leap_year(year);
		int days = 0;

		for (int mon = 1; mon <= 12; mon++) {
			int last = uktimeconv_days_in_month(mon, leap);

			UK_TEST_EXPECT(seconds(year, mon, 1, 0, 0, 0) ==
				       expected);
			UK_TEST_EXPECT(seconds(year, mon, last, 0, 0, 0) ==
				       expected + (last - 1) * 86400ULL);
			expected += last * 86400ULL;
			days += last;
		}
		UK_TEST_EXPECT_SNUM_EQ(days, uktimeconv_days_per_year(year));
	}
}

UK_TESTCASE(uktimeconv, calendar)
{
	UK_TEST_EXPECT_NOT_ZERO(uktimeconv_is_leap_year(2000));
	UK_TEST_EXPECT_NOT_ZERO(uktimeconv_is_leap_year(2024));
	UK_TEST_EXPECT_ZERO(uktimeconv_is_leap_year(1900));
	UK_TEST_EXPECT_ZERO(uktimeconv_is_leap_year(2023));
	UK_TEST_EXPECT_SNUM_EQ(uktimeconv_days_in_month(2, 1), 29);
	UK_TEST_EXPECT_SNUM_EQ(uktimeconv_days_in_month(2, 0), 28);
	UK_TEST_EXPECT_SNUM_EQ(uktimeconv_days_in_month(7, 0), 31);
	UK_TEST_EXPECT_SNUM_EQ(uktimeconv_days_in_month(8, 0), 31);
	UK_TEST_EXPECT_SNUM_EQ(uktimeconv_days_in_month(9, 0), 30);
	UK_TEST_EXPECT_SNUM_EQ(uktimeconv_days_in_month(0, 0), 0);
	UK_TEST_EXPECT_SNUM_EQ(uktimeconv_days_in_month(13, 0), 0);
	UK_TEST_EXPECT_SNUM_EQ(uktimeconv_bcdtobin(0x59), 59);
	UK_TEST_EXPECT_SNUM_EQ(uktimeconv_bcdtobin(0x00), 0);
}

uk_testsuite_register(uktimeconv, NULL);
