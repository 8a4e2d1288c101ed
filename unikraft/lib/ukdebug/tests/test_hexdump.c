/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Hex dumps into strings.
 */

#include <stdint.h>
#include <string.h>
#include <uk/hexdump.h>
#include <uk/test.h>

static char buf[1024];

static const char *dump(const void *data, size_t len, size_t addr, int flags,
			unsigned int groups, const char *prefix)
{
	int total;

	memset(buf, '~', sizeof(buf));
	total = uk_hexdumpsn(buf, sizeof(buf), data, len, addr, flags, groups,
			     prefix);
	return total == (int)strlen(buf) ? buf : "the length is wrong";
}

UK_TESTCASE(ukdebug_hexdump, groups)
{
	const char *data = "\x00\x01\x7f\x80\xff" "abc";

	UK_TEST_EXPECT_STR_EQ(dump(data, 8, 0, UK_HXDF_GRPBYTE, 8, NULL),
			      "00 01 7f 80 ff 61 62 63 \n");
	UK_TEST_EXPECT_STR_EQ(dump(data, 8, 0, UK_HXDF_GRPWORD, 4, NULL),
			      "0001 7f80 ff61 6263 \n");
	UK_TEST_EXPECT_STR_EQ(dump(data, 8, 0, UK_HXDF_GRPDWORD, 2, NULL),
			      "00017f80 ff616263 \n");
	UK_TEST_EXPECT_STR_EQ(dump(data, 8, 0, UK_HXDF_GRPQWORD, 1, "p: "),
			      "p: 00017f80ff616263 \n");
	UK_TEST_EXPECT_STR_EQ(dump(data, 0, 0, UK_HXDF_GRPBYTE, 8, NULL), "");
}

UK_TESTCASE(ukdebug_hexdump, address_and_text)
{
	UK_TEST_EXPECT_STR_EQ(dump("abc\n\x80xyz!", 9, 0x1000,
				   UK_HXDF_ADDR | UK_HXDF_ASCIISEC, 4, NULL),
			      "0000000000001000  61 62 63 0a |abc.|\n"
			      "0000000000001004  80 78 79 7a |.xyz|\n"
			      "0000000000001008  21          |!|\n");
}

UK_TESTCASE(ukdebug_hexdump, compressed)
{
	char data[20];

	memset(data, 0, sizeof(data));
	data[17] = 'x';
	UK_TEST_EXPECT_STR_EQ(dump(data, 20, 0, UK_HXDF_COMPRESS, 4, NULL),
			      "00 00 00 00 \n*\n00 78 00 00 \n");
	/* A last line that is shorter is shown. */
	memset(data, 1, sizeof(data));
	UK_TEST_EXPECT_STR_EQ(dump(data, 10, 0, UK_HXDF_COMPRESS, 4, NULL),
			      "01 01 01 01 \n*\n01 01       \n");
}

UK_TESTCASE(ukdebug_hexdump, bounded)
{
	static const char wide[100];
	char small[8];

	memset(small, '~', sizeof(small));
	UK_TEST_EXPECT_SNUM_EQ(uk_hexdumpsn(small, 6, "abc", 3, 0, 0, 3, NULL),
			       10);
	UK_TEST_EXPECT_BYTES_EQ(small, "61 62\0~~", 8);
	UK_TEST_EXPECT_SNUM_EQ(uk_hexdumpsn(NULL, 0, "abc", 3, 0, 0, 3, NULL),
			       10);
	/* Lines that would be too wide are broken. */
	UK_TEST_EXPECT_SNUM_EQ(strcspn(dump(wide, 100, 0, UK_HXDF_GRPBYTE,
					    10000, NULL), "\n"), 16 * 3);
}

uk_testsuite_register(ukdebug_hexdump, NULL);
