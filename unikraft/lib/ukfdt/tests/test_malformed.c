/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Blobs that are no device trees, though they begin like one. The fuzzer
 * (fuzz.c) tries more of them.
 */
#include <errno.h>
#include <uk/fdt.h>
#include <uk/test.h>
#include "build.h"

#define NODES		8
#define NAMES		12
#define RESERVED	16
#define VERSION		20
#define COMPATIBLE	24
#define NAMES_SIZE	32
#define NODES_SIZE	36

static struct build built;
static struct uk_fdt fdt;

static void begin(void)
{
	memset(&built, 0, sizeof(built));
}

static int open_built(void)
{
	return uk_fdt_open(&fdt, built.blob, built.size);
}

static int open_poked(uint32_t offset, uint32_t word)
{
	begin();
	build_machine(&built);
	build_poke(&built, offset, word);
	return open_built();
}

UK_TESTCASE(fdt_malformed, takes_what_is_well_formed)
{
	begin();
	build_machine(&built);
	UK_TEST_EXPECT_ZERO(open_built());
	/* More room than it needs, and where words are not aligned */
	memmove(built.blob + 1, built.blob, built.size);
	UK_TEST_EXPECT_ZERO(uk_fdt_open(&fdt, built.blob + 1,
					sizeof(built.blob) - 1));
}

UK_TESTCASE(fdt_malformed, refuses_every_truncation)
{
	uint32_t size;
	int opened = 0;

	begin();
	build_machine(&built);
	for (size = 0; size < built.size; size++)
		opened += !uk_fdt_open(&fdt, built.blob, size);
	UK_TEST_EXPECT_ZERO(opened);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_open(&fdt, NULL, 100), -EINVAL);
}

UK_TESTCASE(fdt_malformed, refuses_headers_that_lie)
{
	static const uint32_t offsets[] = { NODES, NAMES, RESERVED };
	static const uint32_t words[] = {
		0, 4, 39, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff,
	};
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(offsets); i++)
		for (j = 0; j < ARRAY_SIZE(words); j++)
			UK_TEST_EXPECT_SNUM_EQ(open_poked(offsets[i],
							  words[j]), -EINVAL);
	for (j = 0; j < ARRAY_SIZE(words); j++)
		UK_TEST_EXPECT_SNUM_EQ(open_poked(NODES_SIZE, words[j]),
				       -EINVAL);
	/* Those that can be too large only */
	for (j = 3; j < ARRAY_SIZE(words); j++)
		UK_TEST_EXPECT_SNUM_EQ(open_poked(NAMES_SIZE, words[j]),
				       -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(open_poked(0, 0xedfe0dd0), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(open_poked(4, 0xffffffff), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(open_poked(4, 16), -EINVAL);
}

UK_TESTCASE(fdt_malformed, knows_versions)
{
	UK_TEST_EXPECT_SNUM_EQ(open_poked(VERSION, 15), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(open_poked(COMPATIBLE, 18), -EINVAL);
	UK_TEST_EXPECT_ZERO(open_poked(VERSION, 18));
	/* Without that field what it says does not count */
	begin();
	build_machine(&built);
	build_poke(&built, VERSION, 16);
	build_poke(&built, NODES_SIZE, 0xffffffff);
	UK_TEST_EXPECT_ZERO(open_built());
}

UK_TESTCASE(fdt_malformed, wants_one_root)
{
	begin();
	build_finish(&built);
	UK_TEST_EXPECT_SNUM_EQ(open_built(), -EINVAL);

	begin();
	build_node(&built, "");
	build_end(&built);
	build_node(&built, "");
	build_end(&built);
	build_finish(&built);
	UK_TEST_EXPECT_SNUM_EQ(open_built(), -EINVAL);
}

UK_TESTCASE(fdt_malformed, wants_nodes_closed)
{
	begin();
	build_node(&built, "");
	build_finish(&built);
	UK_TEST_EXPECT_SNUM_EQ(open_built(), -EINVAL);

	begin();
	build_node(&built, "");
	build_end(&built);
	build_end(&built);
	build_finish(&built);
	UK_TEST_EXPECT_SNUM_EQ(open_built(), -EINVAL);
}

UK_TESTCASE(fdt_malformed, wants_properties_first)
{
	begin();
	build_node(&built, "");
	build_node(&built, "child");
	build_end(&built);
	BUILD_CELLS(&built, "late", 1);
	build_end(&built);
	build_finish(&built);
	UK_TEST_EXPECT_SNUM_EQ(open_built(), -EINVAL);

	begin();
	BUILD_CELLS(&built, "nobodys", 1);
	build_node(&built, "");
	build_end(&built);
	build_finish(&built);
	UK_TEST_EXPECT_SNUM_EQ(open_built(), -EINVAL);
}

UK_TESTCASE(fdt_malformed, refuses_unknown_tokens)
{
	static const uint32_t tokens[] = { 0, 5, 8, 10, 0x01000000, ~0U };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tokens); i++) {
		begin();
		build_node(&built, "");
		build_word(&built, tokens[i]);
		build_end(&built);
		build_finish(&built);
		UK_TEST_EXPECT_SNUM_EQ(open_built(), -EINVAL);
	}
}

UK_TESTCASE(fdt_malformed, passes_over_what_means_nothing)
{
	begin();
	build_word(&built, 4);
	build_node(&built, "");
	build_word(&built, 4);
	build_word(&built, 4);
	BUILD_CELLS(&built, "a", 7);
	build_word(&built, 4);
	build_node(&built, "child");
	build_word(&built, 4);
	build_end(&built);
	build_end(&built);
	build_word(&built, 4);
	build_finish(&built);
	UK_TEST_ASSERT(!open_built());
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_parent(&fdt, uk_fdt_child(&fdt, 0)), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_next(&fdt, uk_fdt_child(&fdt, 0), NULL),
			       -ENOENT);
}

UK_TESTCASE(fdt_malformed, refuses_values_and_names_outside)
{
	static const uint32_t words[] = {
		100, 0x7ffffffe, 0x7fffffff, 0xfffffffc, 0xffffffff,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		begin();
		build_node(&built, "");
		build_word(&built, 3);
		build_word(&built, words[i]);
		build_word(&built, 0);
		build_end(&built);
		build_finish(&built);
		UK_TEST_EXPECT_SNUM_EQ(open_built(), -EINVAL);

		begin();
		build_node(&built, "");
		BUILD_CELLS(&built, "name", 1);
		build_word(&built, 3);
		build_word(&built, 0);
		build_word(&built, words[i]);
		build_end(&built);
		build_finish(&built);
		UK_TEST_EXPECT_SNUM_EQ(open_built(), -EINVAL);
	}
}

UK_TESTCASE(fdt_malformed, refuses_trees_too_deep)
{
	unsigned int depth, i;

	for (depth = UK_FDT_MAX_DEPTH; depth <= UK_FDT_MAX_DEPTH + 1;
	     depth++) {
		begin();
		for (i = 0; i <= depth; i++)
			build_node(&built, i ? "n" : "");
		for (i = 0; i <= depth; i++)
			build_end(&built);
		build_finish(&built);
		UK_TEST_EXPECT_SNUM_EQ(open_built(),
				       depth > UK_FDT_MAX_DEPTH ? -EINVAL : 0);
	}
}

uk_testsuite_register(fdt_malformed, NULL);
