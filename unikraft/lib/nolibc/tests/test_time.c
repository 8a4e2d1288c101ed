/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calendar, and that the clocks run.
 */

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>
#include <uk/test.h>

static const struct {
	time_t t;
	int year, mon, mday, hour, min, sec, wday, yday;
} dates[] = {
	{ 0, 70, 0, 1, 0, 0, 0, 4, 0 },
	{ -1, 69, 11, 31, 23, 59, 59, 3, 364 },
	{ 951782399, 100, 1, 28, 23, 59, 59, 1, 58 },
	{ 951782400, 100, 1, 29, 0, 0, 0, 2, 59 },
	{ 951868800, 100, 2, 1, 0, 0, 0, 3, 60 },
	{ 978307199, 100, 11, 31, 23, 59, 59, 0, 365 },
	{ 1078012800, 104, 1, 29, 0, 0, 0, 0, 59 },
	{ 4107542400, 200, 2, 1, 0, 0, 0, 1, 59 },
	{ 2147483647, 138, 0, 19, 3, 14, 7, 2, 18 },
	{ -62135596800, -1899, 0, 1, 0, 0, 0, 1, 0 },
};

UK_TESTCASE(nolibc_time, known_dates)
{
	for (size_t i = 0; i < ARRAY_SIZE(dates); i++) {
		struct tm tm;

		UK_TEST_EXPECT_PTR_EQ(gmtime_r(&dates[i].t, &tm), &tm);
		UK_TEST_EXPECT_SNUM_EQ(tm.tm_year, dates[i].year);
		UK_TEST_EXPECT_SNUM_EQ(tm.tm_mon, dates[i].mon);
		UK_TEST_EXPECT_SNUM_EQ(tm.tm_mday, dates[i].mday);
		UK_TEST_EXPECT_SNUM_EQ(tm.tm_hour, dates[i].hour);
		UK_TEST_EXPECT_SNUM_EQ(tm.tm_min, dates[i].min);
		UK_TEST_EXPECT_SNUM_EQ(tm.tm_sec, dates[i].sec);
		UK_TEST_EXPECT_SNUM_EQ(tm.tm_wday, dates[i].wday);
		UK_TEST_EXPECT_SNUM_EQ(tm.tm_yday, dates[i].yday);
		UK_TEST_EXPECT_SNUM_EQ(timegm(&tm), dates[i].t);
	}
}

UK_TESTCASE(nolibc_time, every_day_follows)
{
	struct tm last = { .tm_year = 0 }, tm;

	/* From 1890 to 2110, day by day */
	for (long day = -29220; day < 51135; day++) {
		time_t t = day * 86400;

		gmtime_r(&t, &tm);
		if (last.tm_mday) {
			int next = tm.tm_mday == last.tm_mday + 1;

			UK_TEST_EXPECT(next || tm.tm_mday == 1);
			UK_TEST_EXPECT_SNUM_EQ(tm.tm_wday,
					       (last.tm_wday + 1) % 7);
			UK_TEST_EXPECT(tm.tm_yday == last.tm_yday + 1 ||
				       (!tm.tm_yday && !tm.tm_mon));
		}
		last = tm;
	}
}

UK_TESTCASE(nolibc_time, fields_out_of_range)
{
	struct tm tm = {
		.tm_year = 100, .tm_mon = 14, .tm_mday = 0, .tm_hour = -1,
		.tm_min = 61, .tm_sec = -1,
	};
	time_t late = INT64_MAX;

	/* 2001-02-28 00:00 minus an hour, plus 61 minutes, minus a second */
	UK_TEST_EXPECT_SNUM_EQ(timegm(&tm), 983318459);
	UK_TEST_EXPECT_SNUM_EQ(tm.tm_year, 101);
	UK_TEST_EXPECT_SNUM_EQ(tm.tm_mon, 1);
	UK_TEST_EXPECT_SNUM_EQ(tm.tm_mday, 28);
	UK_TEST_EXPECT_SNUM_EQ(tm.tm_hour, 0);
	UK_TEST_EXPECT_SNUM_EQ(tm.tm_min, 0);
	UK_TEST_EXPECT_SNUM_EQ(tm.tm_sec, 59);

	errno = 0;
	UK_TEST_EXPECT_NULL(gmtime(&late));
	UK_TEST_EXPECT_SNUM_EQ(errno, EOVERFLOW);
}

UK_TESTCASE(nolibc_time, clocks)
{
	struct timespec a, b;
	struct timeval tv;
	time_t now;

	UK_TEST_EXPECT_ZERO(clock_gettime(CLOCK_MONOTONIC, &a));
	UK_TEST_EXPECT(a.tv_nsec >= 0 && a.tv_nsec < 1000000000);
	/* It must move, sooner or later. */
	do {
		clock_gettime(CLOCK_MONOTONIC, &b);
	} while (a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec);
	UK_TEST_EXPECT(b.tv_sec > a.tv_sec ||
		       (b.tv_sec == a.tv_sec && b.tv_nsec > a.tv_nsec));

	UK_TEST_EXPECT_SNUM_EQ(time(&now), now);
	UK_TEST_EXPECT_ZERO(gettimeofday(&tv, NULL));
	UK_TEST_EXPECT(tv.tv_sec >= now && tv.tv_sec <= now + 10);
	UK_TEST_EXPECT(tv.tv_usec >= 0 && tv.tv_usec < 1000000);
	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(clock_gettime(77, &a), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EINVAL);
}

uk_testsuite_register(nolibc_time, NULL);
