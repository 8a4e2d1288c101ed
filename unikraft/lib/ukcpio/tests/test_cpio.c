/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Archives: made here, damaged, and extracted into a list.
 */

#include <stdio.h>
#include <string.h>
#include <uk/cpio.h>
#include <uk/test.h>

#define SIZE	2048

static char archive[SIZE] __align(4);
static size_t used;

static void append(const void *data, size_t len)
{
	memcpy(archive + used, data, len);
	used += len;
	while (used % 4)
		archive[used++] = '\0';
}

static void member_as(const char *magic, const char *name, unsigned int mode,
		      const char *data, unsigned int sum)
{
	char head[111 + 64];
	int len;

	len = snprintf(head, sizeof(head),
		       "%s%08x%08x%08x%08X%08x%08x%08x%08x%08x%08x%08x%08x%08x%s",
		       magic, 1, mode, 0xab, 0xCD, 1, 1000000000u,
		       (unsigned int)strlen(data), 0, 0, 0, 0,
		       (unsigned int)strlen(name) + 1, sum, name);
	append(head, len + 1);
	append(data, strlen(data));
}

static void member(const char *name, unsigned int mode, const char *data)
{
	member_as("070701", name, mode, data, 0);
}

static void begin(void)
{
	memset(archive, 0, SIZE);
	used = 0;
}

static void end(void)
{
	member("TRAILER!!!", 0, "");
}

/* A file system that keeps a diary, and fails on demand */
static char diary[512];
static const char *failing;
static int mode_fails;

static int note(const char *what, const char *path)
{
	size_t len = strlen(diary);

	if (failing && !strcmp(failing, what))
		return -1;
	snprintf(diary + len, sizeof(diary) - len, "%s %s;", what, path);
	return 3;
}

static int fake_create(const char *path)
{
	return note("create", path);
}

static long fake_write(int handle __unused, const void *data, size_t len)
{
	char part[8];
	size_t taken = len < 5 ? len : 5;

	memcpy(part, data, taken);
	part[taken] = '\0';
	return note("write", part) < 0 ? -1 : (long)taken;
}

static int fake_close(int handle __unused)
{
	return note("close", "it");
}

static int fake_chmod(const char *path __unused, unsigned int mode)
{
	char text[12];

	snprintf(text, sizeof(text), "%o", mode);
	return mode_fails ? -1 : note("chmod", text);
}

static int fake_mkdir(const char *path, unsigned int mode __unused)
{
	return note("mkdir", path);
}

static int fake_symlink(const char *to, const char *path)
{
	return note("to", to) < 0 ? -1 : note("link", path);
}

static const struct ukcpio_files fake = {
	fake_create, fake_write, fake_close, fake_chmod, fake_mkdir,
	fake_symlink
};

static int extract(const char *dest, size_t len)
{
	diary[0] = '\0';
	return (int)ukcpio_extract_to(&fake, dest, archive, len);
}

static void tree(void)
{
	begin();
	member(".", 0040755, "");
	member("./etc", 0040755, "");
	member("etc/hosts", 0100644, "127.0.0.1\n");
	member("/empty", 0100600, "");
	member("link", 0120777, "etc/hosts");
	member("null", 0020666, "");
	end();
}

static const char expected[] =
	"mkdir /r/etc;"
	"create /r/etc/hosts;write 127.0;write .0.1\n;close it;chmod 644;"
	"create /r/empty;close it;chmod 600;"
	"to etc/hosts;link /r/link;";

UK_TESTCASE(ukcpio, extracts)
{
	tree();
	UK_TEST_EXPECT_ZERO(extract("/r", used));
	UK_TEST_EXPECT_STR_EQ(diary, expected);
	UK_TEST_EXPECT_ZERO(extract("/r//", used));
	UK_TEST_EXPECT_STR_EQ(diary, expected);
	UK_TEST_EXPECT_ZERO(extract("/", used));
	UK_TEST_EXPECT(!strncmp(diary, "mkdir /etc;", 11));
	UK_TEST_EXPECT_SNUM_EQ(extract(NULL, used), -UKCPIO_NODEST);
	mode_fails = 1;
	UK_TEST_EXPECT_ZERO(extract("/r", used));
	mode_fails = 0;
}

/* What is written below a name does not go where a link of that name leads */
UK_TESTCASE(ukcpio, links_come_last)
{
	begin();
	member("a", 0120777, "/etc");
	member("a/passwd", 0100644, "x");
	end();
	UK_TEST_EXPECT_ZERO(extract("/r", used));
	UK_TEST_EXPECT_STR_EQ(diary,
			      "create /r/a/passwd;write x;close it;chmod 644;"
			      "to /etc;link /r/a;");
}

UK_TESTCASE(ukcpio, failures_of_the_file_system)
{
	static const struct {
		const char *what;
		int error;
	} cases[] = {
		{ "mkdir", UKCPIO_MKDIR_FAILED },
		{ "create", UKCPIO_FILE_CREATE_FAILED },
		{ "write", UKCPIO_FILE_WRITE_FAILED },
		{ "close", UKCPIO_FILE_CLOSE_FAILED },
		{ "link", UKCPIO_FILE_CREATE_FAILED },
	};

	tree();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		failing = cases[i].what;
		UK_TEST_EXPECT_SNUM_EQ(extract("/r", used), -cases[i].error);
	}
	failing = NULL;
}

UK_TESTCASE(ukcpio, nothing_outside_of_the_destination)
{
	static const char *const names[] = {
		"..", "../x", "a/../../x", "/../x", "a/..",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		begin();
		member(names[i], 0100644, "x");
		end();
		UK_TEST_EXPECT_SNUM_EQ(extract("/r", used),
				       -UKCPIO_MALFORMED_INPUT);
		UK_TEST_EXPECT_STR_EQ(diary, "");
	}
	begin();
	member("..a/b..", 0100644, "");
	end();
	UK_TEST_EXPECT_ZERO(extract("/r", used));
}

static int first(const struct ukcpio_entry *entry, void *arg)
{
	*(struct ukcpio_entry *)arg = *entry;
	return 17;
}

UK_TESTCASE(ukcpio, tells_of_members)
{
	struct ukcpio_entry entry;

	begin();
	member("name", 0100640, "data");
	UK_TEST_EXPECT_SNUM_EQ(ukcpio_foreach(archive, used, first, &entry),
			       17);
	UK_TEST_EXPECT_STR_EQ(entry.name, "name");
	UK_TEST_EXPECT_SNUM_EQ(entry.mode, 0100640);
	UK_TEST_EXPECT_SNUM_EQ(entry.uid, 0xab);
	UK_TEST_EXPECT_SNUM_EQ(entry.gid, 0xcd);
	UK_TEST_EXPECT_SNUM_EQ(entry.mtime, 1000000000);
	UK_TEST_EXPECT_SNUM_EQ(entry.len, 4);
	UK_TEST_EXPECT_BYTES_EQ(entry.data, "data", 4);
}

UK_TESTCASE(ukcpio, checksums)
{
	begin();
	member_as("070702", "sum", 0100644, "abc", 'a' + 'b' + 'c');
	end();
	UK_TEST_EXPECT_ZERO(extract("/r", used));
	begin();
	member_as("070702", "sum", 0100644, "abc", 1);
	end();
	UK_TEST_EXPECT_SNUM_EQ(extract("/r", used), -UKCPIO_MALFORMED_INPUT);
}

static int look(const struct ukcpio_entry *entry, void *arg)
{
	const char *data = entry->data, *last = (const char *)arg;

	/* All that an entry names lies within the archive */
	if (entry->name < archive || data < archive ||
	    entry->name + strlen(entry->name) >= last ||
	    data + entry->len > last)
		return 99;
	return 0;
}

UK_TESTCASE(ukcpio, truncated)
{
	size_t whole;

	tree();
	whole = used;
	for (size_t len = 0; len < whole - 3; len++) {
		int rc = ukcpio_foreach(archive, len, look, archive + len);

		UK_TEST_EXPECT_SNUM_EQ(rc, -UKCPIO_MALFORMED_INPUT);
	}
}

UK_TESTCASE(ukcpio, damaged)
{
	unsigned int state = 3;

	for (int round = 0; round < 5000; round++) {
		int rc;

		tree();
		for (int i = 0; i < 2; i++) {
			state = state * 1103515245 + 12345;
			archive[(state >> 8) % used] =
				"0123f7x\xff"[state >> 28 & 7];
		}
		rc = ukcpio_foreach(archive, used, look, archive + used);
		UK_TEST_EXPECT(rc == 0 || rc == -UKCPIO_INVALID_HEADER ||
			       rc == -UKCPIO_MALFORMED_INPUT);
	}
	tree();
	archive[0] = '1';
	UK_TEST_EXPECT_SNUM_EQ(extract("/r", used), -UKCPIO_INVALID_HEADER);
	tree();
	archive[20] = 'g';
	UK_TEST_EXPECT_SNUM_EQ(extract("/r", used), -UKCPIO_INVALID_HEADER);
}

uk_testsuite_register(ukcpio, NULL);
