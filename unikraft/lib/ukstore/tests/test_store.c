/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values by name: entries of each type, read and set in each.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uk/arch/limits.h>
#include <uk/store.h>
#include <uk/test.h>

static __s64 small;
static __u64 large;
static __u8 byte;
static __s8 sbyte;
static char text[32] = "unset";

static int get_small(void *cookie, __s64 *out)
{
	*out = *(__s64 *)cookie;
	return 0;
}

static int set_small(void *cookie, __s64 val)
{
	*(__s64 *)cookie = val;
	return 0;
}

static int get_large(void *cookie __unused, __u64 *out)
{
	*out = large;
	return 0;
}

static int set_large(void *cookie __unused, __u64 val)
{
	large = val;
	return 0;
}

static int get_byte(void *cookie __unused, __u8 *out)
{
	*out = byte;
	return 0;
}

static int set_byte(void *cookie __unused, __u8 val)
{
	byte = val;
	return 0;
}

static int set_sbyte(void *cookie __unused, __s8 val)
{
	sbyte = val;
	return 0;
}

static int get_text(void *cookie __unused, char **out)
{
	*out = strdup(text);
	return *out ? 0 : -ENOMEM;
}

static int set_text(void *cookie __unused, const char *val)
{
	return strlcpy(text, val, sizeof(text)) < sizeof(text) ? 0 : -ENOSPC;
}

static int get_pointer(void *cookie, __uptr *out)
{
	*out = (__uptr)cookie;
	return 0;
}

static int get_nothing(void *cookie __unused, __u32 *out __unused)
{
	return -EAGAIN;
}

UK_STORE_STATIC_ENTRY(small, s64, get_small, set_small, &small);
UK_STORE_STATIC_ENTRY(large, u64, get_large, set_large, NULL);
UK_STORE_STATIC_ENTRY(byte, u8, get_byte, set_byte, NULL);
UK_STORE_STATIC_ENTRY(sbyte, s8, NULL, set_sbyte, NULL);
UK_STORE_STATIC_ENTRY(text, charp, get_text, set_text, NULL);
UK_STORE_STATIC_ENTRY(pointer, uptr, get_pointer, NULL, (void *)0xabc);
UK_STORE_STATIC_ENTRY(nothing, u32, get_nothing, NULL, NULL);

static const struct uk_store_entry *entry(const char *name)
{
	return uk_store_get_entry(libukstore, NULL, name);
}

UK_TESTCASE(ukstore, finds_entries)
{
	const struct uk_store_entry *e = entry("byte");

	UK_TEST_EXPECT_NOT_NULL(e);
	UK_TEST_EXPECT_STR_EQ(e->name, "byte");
	UK_TEST_EXPECT_SNUM_EQ(e->type, UK_STORE_ENTRY_TYPE(u8));
	UK_TEST_EXPECT(UK_STORE_ENTRY_ISSTATIC(e));
	uk_store_release_entry(e);
	UK_TEST_EXPECT_NULL(entry("bytes"));
	UK_TEST_EXPECT_NULL(uk_store_get_entry(libnobody, NULL, "byte"));
	UK_TEST_EXPECT_SNUM_EQ(uk_store_libid(libnobody), -1);
	UK_TEST_EXPECT_SNUM_GE(uk_store_libid(libukstore), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_store_libid(libukstore),
			       uk_store_libid_self());
}

UK_TESTCASE(ukstore, reads_in_other_types)
{
	__u8 n8 = 0;
	__s8 i8 = 0;
	__u16 n16 = 0;
	__s32 i32 = 0;
	__u32 n32 = 0;
	__s64 i64 = 0;
	__u64 n64 = 0;
	__uptr p = 0;

	small = -3;
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("small"), s8, &i8));
	UK_TEST_EXPECT_SNUM_EQ(i8, -3);
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("small"), s32, &i32));
	UK_TEST_EXPECT_SNUM_EQ(i32, -3);
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_value(entry("small"), u64, &n64),
			       -ERANGE);
	small = __S64_MIN;
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("small"), s64, &i64));
	UK_TEST_EXPECT(i64 == __S64_MIN);
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_value(entry("small"), s32, &i32),
			       -ERANGE);
	small = 256;
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_value(entry("small"), u8, &n8),
			       -ERANGE);
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("small"), u16, &n16));
	UK_TEST_EXPECT_SNUM_EQ(n16, 256);
	large = __U64_MAX;
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_value(entry("large"), s64, &i64),
			       -ERANGE);
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("large"), u64, &n64));
	UK_TEST_EXPECT(n64 == __U64_MAX);
	byte = 200;
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_value(entry("byte"), s8, &i8),
			       -ERANGE);
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("pointer"), uptr, &p));
	UK_TEST_EXPECT_SNUM_EQ(p, 0xabc);
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_value(entry("nothing"), u8, &n8),
			       -EAGAIN);
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_value(entry("sbyte"), s8, &i8),
			       -EIO);
	n32 = 7;
	strcpy(text, "0x10");
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("text"), u32, &n32));
	UK_TEST_EXPECT_SNUM_EQ(n32, 16);
	strcpy(text, "16 tons");
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_value(entry("text"), u32, &n32),
			       -EINVAL);
	strcpy(text, "-129");
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_value(entry("text"), s8, &i8),
			       -ERANGE);
	strcpy(text, "18446744073709551616");
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_value(entry("text"), u64, &n64),
			       -ERANGE);
}

UK_TESTCASE(ukstore, reads_as_text)
{
	char *got = NULL;
	char buf[4];

	small = -42;
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("small"), charp, &got));
	UK_TEST_EXPECT_STR_EQ(got, "-42");
	free(got);
	large = __U64_MAX;
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("large"), charp, &got));
	UK_TEST_EXPECT_STR_EQ(got, "18446744073709551615");
	free(got);
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("pointer"), charp, &got));
	UK_TEST_EXPECT_STR_EQ(got, "0xabc");
	free(got);
	strcpy(text, "some text");
	UK_TEST_EXPECT_ZERO(uk_store_get_value(entry("text"), charp, &got));
	UK_TEST_EXPECT_STR_EQ(got, "some text");
	free(got);
	UK_TEST_EXPECT_ZERO(uk_store_get_ncharp(entry("text"), buf, 4));
	UK_TEST_EXPECT_STR_EQ(buf, "som");
	UK_TEST_EXPECT_ZERO(uk_store_get_ncharp(entry("small"), buf, 4));
	UK_TEST_EXPECT_STR_EQ(buf, "-42");
	UK_TEST_EXPECT_SNUM_EQ(uk_store_get_ncharp(entry("sbyte"), buf, 4),
			       -EIO);
}

UK_TESTCASE(ukstore, sets_from_other_types)
{
	UK_TEST_EXPECT_ZERO(uk_store_set_value(entry("small"), s8, -128));
	UK_TEST_EXPECT_SNUM_EQ(small, -128);
	UK_TEST_EXPECT_ZERO(uk_store_set_value(entry("small"), u32, ~0U));
	UK_TEST_EXPECT_SNUM_EQ(small, 4294967295);
	UK_TEST_EXPECT_SNUM_EQ(uk_store_set_value(entry("small"), u64,
						  __U64_MAX), -ERANGE);
	UK_TEST_EXPECT_ZERO(uk_store_set_value(entry("byte"), u64, 255));
	UK_TEST_EXPECT_SNUM_EQ(byte, 255);
	UK_TEST_EXPECT_SNUM_EQ(uk_store_set_value(entry("byte"), u64, 256),
			       -ERANGE);
	UK_TEST_EXPECT_SNUM_EQ(uk_store_set_value(entry("byte"), s8, -1),
			       -ERANGE);
	UK_TEST_EXPECT_SNUM_EQ(byte, 255);
	UK_TEST_EXPECT_ZERO(uk_store_set_value(entry("sbyte"), s64, -128));
	UK_TEST_EXPECT_SNUM_EQ(sbyte, -128);
	UK_TEST_EXPECT_ZERO(uk_store_set_value(entry("sbyte"), charp, "-7"));
	UK_TEST_EXPECT_SNUM_EQ(sbyte, -7);
	UK_TEST_EXPECT_SNUM_EQ(uk_store_set_value(entry("sbyte"), charp, ""),
			       -EINVAL);
	UK_TEST_EXPECT_ZERO(uk_store_set_value(entry("text"), charp, "abc"));
	UK_TEST_EXPECT_STR_EQ(text, "abc");
	UK_TEST_EXPECT_ZERO(uk_store_set_value(entry("text"), s16, -77));
	UK_TEST_EXPECT_STR_EQ(text, "-77");
	UK_TEST_EXPECT_SNUM_EQ(uk_store_set_value(entry("text"), charp,
			"longer than what there is room for"), -ENOSPC);
	UK_TEST_EXPECT_SNUM_EQ(uk_store_set_value(entry("pointer"), uptr, 1),
			       -EIO);
}

uk_testsuite_register(ukstore, NULL);
