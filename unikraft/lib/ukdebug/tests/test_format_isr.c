/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Formats for interrupt handlers, against those of the C library.
 */

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <uk/test.h>
#include "../lines.h"

#define SAME(...)							\
	do {								\
		char __ours[64], __theirs[64];				\
		int __len = lines_format(__ours, sizeof(__ours),	\
					 __VA_ARGS__);			\
									\
		UK_TEST_EXPECT_SNUM_EQ(snprintf(__theirs,		\
						sizeof(__theirs),	\
						__VA_ARGS__), __len);	\
		UK_TEST_EXPECT_STR_EQ(__ours, __theirs);		\
	} while (0)

UK_TESTCASE(ukdebug_format_isr, integers)
{
	static const long long values[] = {
		0, 1, -1, 42, INT_MAX, INT_MIN, UINT_MAX, LLONG_MAX, LLONG_MIN
	};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		int n = (int)values[i];

		SAME("<%d|%5d|%-12d|%012d>", n, n, n, n);
		SAME("<%i|%+d|% d|%.5d>", n, n, n, n);
		SAME("<%u|%x|%X|%o>", n, n, n, n);
		SAME("<%#x|%#X|%08x|%-10x|%#10x>", n, n, n, n, n);
		SAME("<%lld|%lx>", values[i], (long)values[i]);
		SAME("<%zu|%jd|%td>", (size_t)values[i], (intmax_t)values[i],
		     (ptrdiff_t)values[i]);
		SAME("<%hd|%hhu|%hhx>", (short)n, (unsigned char)n,
		     (unsigned char)n);
		SAME("<%*d|%-*d>", 7, n, 7, n);
	}
	SAME("<%.0d|%+.3d>", 0, 7);
}

UK_TESTCASE(ukdebug_format_isr, text)
{
	const char *volatile none = NULL;

	SAME("plain %% text");
	SAME("<%s|%8s|%-8s|%.2s|%.*s>", "abc", "abc", "abc", "abc", 1, "abc");
	SAME("<%c|%3c|%-3c>", 'x', 'y', 'z');
	SAME("<%s>", none);
	SAME("<%p>", (void *)(uintptr_t)0xabcdef);
}

UK_TESTCASE(ukdebug_format_isr, cuts)
{
	char buf[6] = "12345";

	UK_TEST_EXPECT_SNUM_EQ(lines_format(buf, 4, "%s", "abcdef"), 6);
	UK_TEST_EXPECT_STR_EQ(buf, "abc");
	UK_TEST_EXPECT_SNUM_EQ(buf[4], '5');
	UK_TEST_EXPECT_SNUM_EQ(lines_format(buf, 0, "%d", 17), 2);
	UK_TEST_EXPECT_STR_EQ(buf, "abc");
}

uk_testsuite_register(ukdebug_format_isr, NULL);
