/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Splitting command lines.
 */

#include <string.h>
#include <uk/argparse.h>
#include <uk/test.h>

#define ARGS_MAX	8

static const struct {
	const char *text;
	int argc;
	const char *argv[ARGS_MAX];
} cases[] = {
	{ "", 0, { NULL } },
	{ "   \t\n", 0, { NULL } },
	{ "one", 1, { "one" } },
	{ "path/file -test 1 --x=y", 4, { "path/file", "-test", "1",
					  "--x=y" } },
	{ "  a\t\tb\n\v\f\rc  ", 3, { "a", "b", "c" } },
	{ "\"a b\" 'c d'", 2, { "a b", "c d" } },
	{ "a\"b c\"d", 1, { "ab cd" } },
	{ "a''b \"\"c", 2, { "ab", "c" } },
	{ "'' \"\" x", 3, { "", "", "x" } },
	{ "\"it's\" 'say \"hi\"'", 2, { "it's", "say \"hi\"" } },
	{ "a\\ b c\\\\d", 2, { "a b", "c\\d" } },
	{ "\\\"x\\\"", 1, { "\"x\"" } },
	{ "\"a\\\"b\\\\c\\d\"", 1, { "a\"b\\c\\d" } },
	{ "'a\\b' 'c\\'", 2, { "a\\b", "c\\" } },
	{ "\"open end", 1, { "open end" } },
	{ "end\\", 1, { "end\\" } },
	{ "'", 1, { "" } },
	{ "\xc3\xa4 \x80", 2, { "\xc3\xa4", "\x80" } },
};

UK_TESTCASE(ukargparse, rules)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[64];
		char *argv[ARGS_MAX] = { NULL };
		int argc;

		strcpy(text, cases[i].text);
		argc = uk_argparse(text, argv, ARGS_MAX);
		UK_TEST_ASSERTF(argc == cases[i].argc, "%d arguments in <%s>",
				argc, cases[i].text);
		for (int k = 0; k < argc && k < cases[i].argc; k++)
			UK_TEST_EXPECT_STR_EQ(argv[k], cases[i].argv[k]);
		if (argc < ARGS_MAX)
			UK_TEST_EXPECT_NULL(argv[argc]);
	}
}

UK_TESTCASE(ukargparse, at_most_so_many)
{
	char text[] = "a b c d";
	char *argv[3] = { NULL, NULL, NULL };

	UK_TEST_EXPECT_SNUM_EQ(uk_argparse(text, argv, 2), 2);
	UK_TEST_EXPECT_STR_EQ(argv[0], "a");
	UK_TEST_EXPECT_STR_EQ(argv[1], "b");
	UK_TEST_EXPECT_NULL(argv[2]);
	UK_TEST_EXPECT_SNUM_EQ(uk_argparse(text, argv, 0), 0);
}

UK_TESTCASE(ukargparse, bounded_text)
{
	char text[] = "ab cd ef";
	char *argv[4];

	/* The text is "ab cd"; what follows is not touched. */
	text[5] = '\0';
	UK_TEST_EXPECT_SNUM_EQ(uk_argnparse(text, 5, argv, 4), 2);
	UK_TEST_EXPECT_STR_EQ(argv[0], "ab");
	UK_TEST_EXPECT_STR_EQ(argv[1], "cd");
	UK_TEST_EXPECT_STR_EQ(text + 6, "ef");

	/* Where quotes went away, there is room for the end of the string. */
	strcpy(text, "'a'bcdef");
	UK_TEST_EXPECT_SNUM_EQ(uk_argnparse(text, 4, argv, 4), 1);
	UK_TEST_EXPECT_STR_EQ(argv[0], "ab");
	UK_TEST_EXPECT_STR_EQ(text + 4, "cdef");
	UK_TEST_EXPECT_SNUM_EQ(uk_argnparse(text, 0, argv, 4), 0);
}

UK_TESTCASE(ukargparse, never_writes_behind)
{
	static const char alphabet[] = "ab '\"\\";
	unsigned int state = 1;

	for (int round = 0; round < 5000; round++) {
		char text[16];
		char *argv[ARGS_MAX];
		int len = 0, argc;

		memset(text, '~', sizeof(text));
		for (; len < round % 12; len++) {
			state = state * 1103515245 + 12345;
			text[len] = alphabet[(state >> 16) % 6];
		}
		text[len] = '\0';
		argc = uk_argnparse(text, len, argv, ARGS_MAX);
		for (int k = 0; k < argc; k++) {
			UK_TEST_EXPECT(argv[k] >= text && argv[k] <= text + len);
			UK_TEST_EXPECT(argv[k] + strlen(argv[k]) <= text + len);
		}
		UK_TEST_EXPECT_SNUM_EQ(text[len], '\0');
		UK_TEST_EXPECT_SNUM_EQ(text[len + 1], '~');
	}
}

uk_testsuite_register(ukargparse, NULL);
