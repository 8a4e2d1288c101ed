/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * getopt(): each case is a command line with the options that it means,
 * written as text.
 */

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <uk/test.h>

#define WORDS_MAX	8

static int flag;

static const struct option longs[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "alpha", required_argument, NULL, 'A' },
	{ "beta", optional_argument, NULL, 'B' },
	{ "flag", no_argument, &flag, 5 },
	{ NULL, 0, NULL, 0 },
};

enum mode { SHORT, LONG, ONLY };

static const struct {
	enum mode mode;
	const char *opts;
	const char *words[WORDS_MAX];
	/* Options with =argument, then | and the operands */
	const char *meaning;
} cases[] = {
	{ SHORT, "ab:c::", { NULL }, "|" },
	{ SHORT, "ab:c::", { "-a", "-b", "x", "y" }, "a b=x | y" },
	{ SHORT, "ab:c::", { "-ab", "x" }, "a b=x |" },
	{ SHORT, "ab:c::", { "-bx", "-cy", "-c", "z" }, "b=x c=y c | z" },
	{ SHORT, "ab:c::", { "x", "-a", "y", "-b", "z", "w" },
	  "a b=z | x y w" },
	{ SHORT, "+ab:c::", { "-a", "x", "-a" }, "a | x -a" },
	{ SHORT, "-ab:c::", { "x", "-a", "y" }, "\1=x a \1=y |" },
	{ SHORT, "ab:c::", { "x", "-a", "--", "-b", "y" }, "a | x -b y" },
	{ SHORT, "ab:c::", { "-", "-a" }, "a | -" },
	{ SHORT, ":ab:c::", { "-z", "-b" }, "? : |" },
	{ SHORT, "ab:c::", { "-az" }, "a ? |" },
	{ SHORT, ":a", { "-:" }, "? |" },
	{ LONG, ":ab:", { "--all", "x", "--alpha", "1", "--alpha=2" },
	  "a A=1 A=2 | x" },
	{ LONG, ":ab:", { "--beta", "x", "--beta=y", "--flag" },
	  "B B=y \5 | x" },
	/* Beginnings of names: one option, and several */
	{ LONG, ":ab:", { "--be", "--alp=x", "--al" }, "B A=x ? |" },
	{ LONG, ":ab:", { "--all=x", "--none", "--alpha" }, "? ? : |" },
	{ LONG, ":ab:", { "-alpha", "-b", "x" }, "a ? ? ? a b=x |" },
	{ ONLY, ":ab:", { "-alpha", "x", "-a", "-by" }, "A=x a b=y |" },
};

/* Appends what one call of getopt() returned. */
static void describe(char *text, int opt)
{
	size_t len = strlen(text);

	/* An option with a flag: what the flag got */
	text[len] = opt ? opt : flag;
	sprintf(text + len + 1, "%s%s ", optarg ? "=" : "",
		optarg ? optarg : "");
}

static void parse(enum mode mode, int argc, char **argv, const char *opts,
		  char *text)
{
	text[0] = '\0';
	optind = 0;
	for (;;) {
		int opt = mode == SHORT ? getopt(argc, argv, opts)
			: mode == LONG
			? getopt_long(argc, argv, opts, longs, NULL)
			: getopt_long_only(argc, argv, opts, longs, NULL);

		if (opt == -1)
			break;
		describe(text, opt);
	}
	strcat(text, "|");
	for (; optind < argc; optind++)
		sprintf(text + strlen(text), " %s", argv[optind]);
}

UK_TESTCASE(nolibc_getopt, command_lines)
{
	opterr = 0;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *argv[WORDS_MAX + 2] = { "program" };
		char text[128];
		int argc = 1;

		for (int k = 0; k < WORDS_MAX && cases[i].words[k]; k++)
			argv[argc++] = (char *)cases[i].words[k];
		parse(cases[i].mode, argc, argv, cases[i].opts, text);
		UK_TEST_EXPECT_STR_EQ(text, cases[i].meaning);
	}
	opterr = 1;
}

UK_TESTCASE(nolibc_getopt, details)
{
	char *argv[] = { "program", "--beta=x", "-q", NULL };
	int index = -1;

	optind = 0;
	UK_TEST_EXPECT_SNUM_EQ(getopt_long(3, argv, ":a", longs, &index), 'B');
	UK_TEST_EXPECT_SNUM_EQ(index, 2);
	UK_TEST_EXPECT_STR_EQ(optarg, "x");
	UK_TEST_EXPECT_SNUM_EQ(getopt_long(3, argv, ":a", longs, &index), '?');
	UK_TEST_EXPECT_SNUM_EQ(optopt, 'q');
	UK_TEST_EXPECT_SNUM_EQ(getopt_long(3, argv, ":a", longs, &index), -1);
	UK_TEST_EXPECT_SNUM_EQ(optind, 3);
	/* From the start again */
	optreset = 1;
	UK_TEST_EXPECT_SNUM_EQ(getopt_long(3, argv, ":a", longs, &index), 'B');
	optind = 0;
}

uk_testsuite_register(nolibc_getopt, NULL);
