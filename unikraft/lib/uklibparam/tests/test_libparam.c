/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Library parameters: the variables below are parameters with the prefix
 * uklibparam_test, which tests set through command lines.
 */

#include <errno.h>
#include <string.h>
#include <uk/libparam.h>
#include <uk/test.h>

static __s8 s8;
static __u8 u8;
static __s16 s16;
static __u16 u16;
static int number;
static __u32 u32;
static __s64 s64;
static __u64 u64;
static char *text = "unset";
static __u16 list[3];
static char *words[2];

UK_LIB_PARAM(s8, __s8);
UK_LIB_PARAM(u8, __u8);
UK_LIB_PARAM(s16, __s16);
UK_LIB_PARAM(u16, __u16);
UK_LIB_PARAM(number, int);
UK_LIB_PARAM(u32, __u32);
UK_LIB_PARAM(s64, __s64);
UK_LIB_PARAM(u64, __u64);
UK_LIB_PARAM_STR(text);
UK_LIB_PARAM_ARR(list, __u16);
UK_LIB_PARAM_ARR(words, charp);

#define P	"uklibparam_test."

/* One parameter, followed by `--`. The strings stay: text points into them. */
static int set(const char *param)
{
	static char buf[80];
	char end[] = "--";
	char *argv[] = { buf, end };

	strlcpy(buf, param, sizeof(buf));
	return uk_libparam_parse("test", 2, argv);
}

UK_TESTCASE(uklibparam, every_type)
{
	UK_TEST_EXPECT_SNUM_EQ(set(P "s8=-128"), 2);
	UK_TEST_EXPECT_SNUM_EQ(s8, -128);
	UK_TEST_EXPECT_SNUM_EQ(set(P "u8=255"), 2);
	UK_TEST_EXPECT_SNUM_EQ(u8, 255);
	UK_TEST_EXPECT_SNUM_EQ(set(P "s16=-32768"), 2);
	UK_TEST_EXPECT_SNUM_EQ(s16, -32768);
	UK_TEST_EXPECT_SNUM_EQ(set(P "u16=0xffff"), 2);
	UK_TEST_EXPECT_SNUM_EQ(u16, 0xffff);
	UK_TEST_EXPECT_SNUM_EQ(set(P "number=-1"), 2);
	UK_TEST_EXPECT_SNUM_EQ(number, -1);
	UK_TEST_EXPECT_SNUM_EQ(set(P "u32=4294967295"), 2);
	UK_TEST_EXPECT_SNUM_EQ(u32, 4294967295);
	UK_TEST_EXPECT_SNUM_EQ(set(P "s64=-9223372036854775808"), 2);
	UK_TEST_EXPECT(s64 == -9223372036854775807 - 1);
	UK_TEST_EXPECT_SNUM_EQ(set(P "u64=18446744073709551615"), 2);
	UK_TEST_EXPECT(u64 == ~(__u64)0);
	UK_TEST_EXPECT_SNUM_EQ(set(P "u8=010"), 2);
	UK_TEST_EXPECT_SNUM_EQ(u8, 8);
}

UK_TESTCASE(uklibparam, strings)
{
	UK_TEST_EXPECT_SNUM_EQ(set(P "text=hello"), 2);
	UK_TEST_EXPECT_STR_EQ(text, "hello");
	UK_TEST_EXPECT_SNUM_EQ(set(P "text=\"a b\""), 2);
	UK_TEST_EXPECT_STR_EQ(text, "a b");
	UK_TEST_EXPECT_SNUM_EQ(set(P "text='a=b'"), 2);
	UK_TEST_EXPECT_STR_EQ(text, "a=b");
	UK_TEST_EXPECT_SNUM_EQ(set(P "text="), 2);
	UK_TEST_EXPECT_STR_EQ(text, "");
}

UK_TESTCASE(uklibparam, arrays)
{
	UK_TEST_EXPECT_SNUM_EQ(set(P "list=1,2,3"), 2);
	UK_TEST_EXPECT_SNUM_EQ(list[0], 1);
	UK_TEST_EXPECT_SNUM_EQ(list[1], 2);
	UK_TEST_EXPECT_SNUM_EQ(list[2], 3);
	/* Fewer values leave the others as they are. */
	UK_TEST_EXPECT_SNUM_EQ(set(P "list='7 8'"), 2);
	UK_TEST_EXPECT_SNUM_EQ(list[1], 8);
	UK_TEST_EXPECT_SNUM_EQ(list[2], 3);
	UK_TEST_EXPECT_SNUM_EQ(set(P "words=a,b c"), 2);
	UK_TEST_EXPECT_STR_EQ(words[0], "a,b");
	UK_TEST_EXPECT_STR_EQ(words[1], "c");
	UK_TEST_EXPECT_SNUM_EQ(set(P "list=1,2,3,4"), -E2BIG);
	UK_TEST_EXPECT_SNUM_EQ(set(P "list="), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(set(P "list=1,x"), -EINVAL);
}

UK_TESTCASE(uklibparam, refused)
{
	number = 5;
	u8 = 5;
	s8 = 5;
	UK_TEST_EXPECT_SNUM_EQ(set(P "u8=256"), -ERANGE);
	UK_TEST_EXPECT_SNUM_EQ(set(P "u8=-1"), -ERANGE);
	UK_TEST_EXPECT_SNUM_EQ(set(P "s8=128"), -ERANGE);
	UK_TEST_EXPECT_SNUM_EQ(set(P "s8=-129"), -ERANGE);
	UK_TEST_EXPECT_SNUM_EQ(set(P "number=2147483648"), -ERANGE);
	UK_TEST_EXPECT_SNUM_EQ(set(P "u64=18446744073709551616"), -ERANGE);
	UK_TEST_EXPECT_SNUM_EQ(set(P "u64=-1"), -ERANGE);
	UK_TEST_EXPECT_SNUM_EQ(set(P "number=5x"), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(set(P "number="), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(set(P "text=\"open"), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(set(P "unknown=1"), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(set("nolib.number=1"), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(number, 5);
	UK_TEST_EXPECT_SNUM_EQ(u8, 5);
	UK_TEST_EXPECT_SNUM_EQ(s8, 5);
}

static int parse(int argc, const char *const *words_)
{
	static char buf[6][40];
	char *argv[6];

	for (int i = 0; i < argc; i++) {
		strlcpy(buf[i], words_[i], sizeof(buf[i]));
		argv[i] = buf[i];
	}
	return uk_libparam_parse("test", argc, argv);
}

UK_TESTCASE(uklibparam, whose_words)
{
	static const char *const two[] = {
		P "u8=1", P "u16=2", "--", P "u8=3", "x"
	};
	static const char *const open[] = { P "u8=4", P "u16=5" };
	static const char *const mixed[] = { P "u8=6", "x", "--" };
	static const char *const late[] = { "a", "--", "b" };
	static const char *const none[] = { "--", P "u8=7" };

	UK_TEST_EXPECT_SNUM_EQ(parse(5, two), 3);
	UK_TEST_EXPECT_SNUM_EQ(u8, 1);
	UK_TEST_EXPECT_SNUM_EQ(u16, 2);
	/* No `--`, or other words before it: all is the application's. */
	UK_TEST_EXPECT_SNUM_EQ(parse(2, open), 0);
	UK_TEST_EXPECT_SNUM_EQ(parse(3, mixed), 0);
	UK_TEST_EXPECT_SNUM_EQ(parse(3, late), 0);
	UK_TEST_EXPECT_SNUM_EQ(parse(2, none), 1);
	UK_TEST_EXPECT_SNUM_EQ(parse(0, none), 0);
	UK_TEST_EXPECT_SNUM_EQ(u8, 1);
}

uk_testsuite_register(uklibparam, NULL);
