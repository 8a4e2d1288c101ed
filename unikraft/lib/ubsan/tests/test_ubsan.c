/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mistakes, and what is said of them.
 */

#include <limits.h>
#include <string.h>
#include <uk/test.h>
#include "../ubsan.h"
#include "mistakes.h"

/* Expects one finding, in the file with the mistakes, that says `text` */
#define FINDS(text, call)						\
	do {								\
		unsigned long before = ubsan_findings.count;		\
									\
		ubsan_findings.quiet = 1;				\
		(void)(call);						\
		ubsan_findings.quiet = 0;				\
		UK_TEST_EXPECT_SNUM_EQ(ubsan_findings.count, before + 1); \
		UK_TEST_EXPECT_STR_EQ(ubsan_findings.message, text);	\
		UK_TEST_EXPECT(ubsan_findings.file &&			\
			       strstr(ubsan_findings.file,		\
				      "mistakes.c"));			\
		UK_TEST_EXPECT(ubsan_findings.line >= 8);		\
	} while (0)

/* The same, where the text has addresses in it */
#define FINDS_PART(part, call)						\
	do {								\
		unsigned long before = ubsan_findings.count;		\
									\
		ubsan_findings.quiet = 1;				\
		(void)(call);						\
		ubsan_findings.quiet = 0;				\
		UK_TEST_EXPECT_SNUM_GT(ubsan_findings.count, before);	\
		UK_TEST_ASSERTF(strstr(ubsan_findings.message, part),	\
				"%s", ubsan_findings.message);		\
	} while (0)

#define FINDS_NOTHING(call)						\
	do {								\
		unsigned long before = ubsan_findings.count;		\
									\
		(void)(call);						\
		UK_TEST_EXPECT_SNUM_EQ(ubsan_findings.count, before);	\
	} while (0)

UK_TESTCASE(ubsan, arithmetic)
{
	FINDS("2147483647 + 1 does not fit into type 'int'",
	      mistake_add(INT_MAX, 1));
	FINDS("-2147483648 + -1 does not fit into type 'int'",
	      mistake_add(INT_MIN, -1));
	FINDS_PART("-9223372036854775808 - 1 does not fit into type 'long",
		   mistake_sub(LONG_MIN, 1));
	FINDS("65536 * 65536 does not fit into type 'int'",
	      mistake_mul(65536, 65536));
	FINDS("-(-2147483648) does not fit into type 'int'",
	      mistake_negate(INT_MIN));
	FINDS_NOTHING(mistake_add(INT_MAX, 0));
	FINDS_NOTHING(mistake_sub(-1, LONG_MAX));
	FINDS_NOTHING(mistake_negate(INT_MAX));
}

UK_TESTCASE(ubsan, shifts)
{
	FINDS("1 is shifted by 32, but type 'int' has 32 bits",
	      mistake_shift(1, 32));
	FINDS("1 is shifted by -1, less than 0", mistake_shift(1, -1));
	FINDS("-1, less than 0, is shifted to the left",
	      mistake_shift(-1, 1));
	FINDS("8, shifted by 30, does not fit into type 'int'",
	      mistake_shift(8, 30));
	FINDS_PART("is shifted by 64, but type", mistake_shift_wide(1, 64));
	FINDS_NOTHING(mistake_shift(1, 30));
	FINDS_NOTHING(mistake_shift_wide(1, 63));
}

UK_TESTCASE(ubsan, memory)
{
	static const struct {
		int one;
		char bytes[16];
	} words = { 1, "0123456789" };
	static char bytes[4];
	static const unsigned char odd = 5;

	FINDS_PART("index 4 is outside of type 'int", mistake_index(4));
	FINDS_NOTHING(mistake_index(3));
	FINDS_PART("needs an alignment of 4",
		   mistake_read((const int *)(words.bytes + 1)));
	FINDS_NOTHING(mistake_read(&words.one));
	FINDS_PART("at the other end of memory",
		   mistake_offset((char *)-2L, 4));
	FINDS_NOTHING(mistake_offset(bytes, 4));
	/* Compilers call the type by either name */
	FINDS_PART("5 is no value of type '", mistake_bool(&odd));
}

UK_TESTCASE(ubsan, calls)
{
	FINDS("an array has the length -1", mistake_vla(-1));
	FINDS_NOTHING(mistake_vla(1));
	FINDS("argument 1 is a null pointer, and must not be one",
	      mistake_nonnull(NULL));
	FINDS_NOTHING(mistake_nonnull(""));
	FINDS_NOTHING(mistake_ctz(8));
#if !(defined(__clang__) && defined(__aarch64__))
	/* Else the compiler knows that the instruction has a result for it */
	FINDS_PART("the trailing zero bits of 0 are counted", mistake_ctz(0));
#endif
}

uk_testsuite_register(ubsan, NULL);
