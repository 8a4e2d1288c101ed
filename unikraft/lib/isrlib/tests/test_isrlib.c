/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The functions for interrupt handlers, against those of the C library.
 */

#include <string.h>
#include <uk/isr/string.h>
#include <uk/test.h>
#include "clobber.h"

#define SIZE	96

static unsigned int state = 1;

static unsigned int any(unsigned int below)
{
	state = state * 1103515245 + 12345;
	return (state >> 16) % below;
}

static int sign(int number)
{
	return (number > 0) - (number < 0);
}

UK_TESTCASE(isrlib, blocks_as_in_the_c_library)
{
	char a[SIZE], b[SIZE];

	for (int round = 0; round < 3000; round++) {
		unsigned int len = any(SIZE / 2);
		unsigned int to = any(SIZE / 2), from = any(SIZE / 2);
		int c = (int)any(4) - 1;

		for (int i = 0; i < SIZE; i++)
			a[i] = b[i] = (char)any(4);
		UK_TEST_EXPECT(memmove_isr(a + to, a + from, len) == a + to);
		memmove(b + to, b + from, len);
		UK_TEST_EXPECT_BYTES_EQ(a, b, SIZE);
		UK_TEST_EXPECT(memset_isr(a + from, c, len) == a + from);
		memset(b + from, c, len);
		UK_TEST_EXPECT_BYTES_EQ(a, b, SIZE);
		UK_TEST_EXPECT_PTR_EQ(memchr_isr(a + to, c, len),
				      memchr(a + to, c, len));
		UK_TEST_EXPECT_PTR_EQ(memrchr_isr(a + to, c, len),
				      memrchr(a + to, c, len));
		UK_TEST_EXPECT_SNUM_EQ(sign(memcmp_isr(a + to, a + from, len)),
				       sign(memcmp(a + to, a + from, len)));
		memset(b, 0, SIZE);
		UK_TEST_EXPECT(memcpy_isr(b + to, a + from, len) == b + to);
		UK_TEST_EXPECT_BYTES_EQ(b + to, a + from, len);
		UK_TEST_EXPECT_ZERO(b[to + len]);
	}
}

static void some_text(char *text, unsigned int size)
{
	unsigned int len = any(size);

	for (unsigned int i = 0; i < len; i++)
		text[i] = "ab, \xe4"[any(5)];
	text[len] = '\0';
}

UK_TESTCASE(isrlib, strings_as_in_the_c_library)
{
	char a[SIZE], b[SIZE], s[12], t[12];

	for (int round = 0; round < 3000; round++) {
		unsigned int len = any(16);
		int c = "ab\xe4x"[any(5)];

		some_text(s, sizeof(s));
		some_text(t, sizeof(t));
		UK_TEST_EXPECT_SNUM_EQ(strlen_isr(s), strlen(s));
		UK_TEST_EXPECT_SNUM_EQ(strnlen_isr(s, len), strnlen(s, len));
		UK_TEST_EXPECT_SNUM_EQ(sign(strcmp_isr(s, t)),
				       sign(strcmp(s, t)));
		UK_TEST_EXPECT_SNUM_EQ(sign(strncmp_isr(s, t, len)),
				       sign(strncmp(s, t, len)));
		UK_TEST_EXPECT_PTR_EQ(strchr_isr(s, c), strchr(s, c));
		UK_TEST_EXPECT_PTR_EQ(strrchr_isr(s, c), strrchr(s, c));
		UK_TEST_EXPECT_PTR_EQ(strchrnul_isr(s, c), strchrnul(s, c));
		UK_TEST_EXPECT_SNUM_EQ(strspn_isr(s, "a,"), strspn(s, "a,"));
		UK_TEST_EXPECT_SNUM_EQ(strcspn_isr(s, "b "), strcspn(s, "b "));

		memset(a, '~', SIZE);
		memset(b, '~', SIZE);
		UK_TEST_EXPECT(strcpy_isr(a, s) == a);
		strcpy(b, s);
		UK_TEST_EXPECT_SNUM_EQ(strlcat_isr(a, t, len),
				       strlcat(b, t, len));
		UK_TEST_EXPECT_BYTES_EQ(a, b, SIZE);
		UK_TEST_EXPECT_SNUM_EQ(strlcpy_isr(a, t, len),
				       strlcpy(b, t, len));
		UK_TEST_EXPECT_BYTES_EQ(a, b, SIZE);
		UK_TEST_EXPECT(strncpy_isr(a, s, len) == a);
		strncpy(b, s, len);
		UK_TEST_EXPECT_BYTES_EQ(a, b, SIZE);
	}
}

UK_TESTCASE(isrlib, tokens)
{
	char text[] = ",,one, two,,three,";
	char *rest;

	UK_TEST_EXPECT_STR_EQ(strtok_isr(text, ", ", &rest), "one");
	UK_TEST_EXPECT_STR_EQ(strtok_isr(NULL, ", ", &rest), "two");
	UK_TEST_EXPECT_STR_EQ(strtok_isr(NULL, ", ", &rest), "three");
	UK_TEST_EXPECT_NULL(strtok_isr(NULL, ", ", &rest));
	UK_TEST_EXPECT_NULL(strtok_isr(NULL, ", ", &rest));
	text[0] = '\0';
	UK_TEST_EXPECT_NULL(strtok_isr(text, ", ", &rest));
}

UK_TESTCASE(isrlib, vector_registers_stay)
{
	static char dst[256];
	static const char src[256] = { 1, 2, 3 };

	UK_TEST_EXPECT_ZERO(clobber_check(dst, src, sizeof(dst)));
}

uk_testsuite_register(isrlib, NULL);
