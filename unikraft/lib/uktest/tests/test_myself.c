/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * uktest tests itself: expectations that hold and that do not hold, in a case
 * of our own that nobody reports.
 */

#include <uk/test.h>

static struct uk_testcase probe(void)
{
	return (struct uk_testcase){
		.suite = "uktest", .name = "probe", .silent = 1,
	};
}

static void all_hold(struct uk_testcase *esac)
{
	int x = 1;

	UK_TEST_EXPECT(x);
	UK_TEST_ASSERT(x == 1);
	UK_TEST_ASSERTF(x, "x is %d", x);
	UK_TEST_EXPECT_NULL(NULL);
	UK_TEST_EXPECT_NOT_NULL(&x);
	UK_TEST_EXPECT_PTR_EQ(&x, &x);
	UK_TEST_EXPECT_ZERO(x - 1);
	UK_TEST_EXPECT_NOT_ZERO(x);
	UK_TEST_EXPECT_SNUM_EQ(x, 1);
	UK_TEST_EXPECT_SNUM_NQ(x, -1);
	UK_TEST_EXPECT_SNUM_GT(x, 0);
	UK_TEST_EXPECT_SNUM_GE(x, 1);
	UK_TEST_EXPECT_SNUM_LT(-x, 0);
	UK_TEST_EXPECT_SNUM_LE(x, 1);
	UK_TEST_EXPECT_BYTES_EQ("abc", "abd", 2);
	UK_TEST_EXPECT_STR_EQ("abc", "abc");
}

static void none_holds(struct uk_testcase *esac)
{
	int x = 1;

	UK_TEST_EXPECT(!x);
	UK_TEST_ASSERT(x == 2);
	UK_TEST_ASSERTF(!x, "x is %d", x);
	UK_TEST_EXPECT_NULL(&x);
	UK_TEST_EXPECT_NOT_NULL(NULL);
	UK_TEST_EXPECT_PTR_EQ(&x, NULL);
	UK_TEST_EXPECT_ZERO(x);
	UK_TEST_EXPECT_NOT_ZERO(x - 1);
	UK_TEST_EXPECT_SNUM_EQ(x, -1);
	UK_TEST_EXPECT_SNUM_NQ(x, 1);
	UK_TEST_EXPECT_SNUM_GT(x, 1);
	UK_TEST_EXPECT_SNUM_GE(x, 2);
	UK_TEST_EXPECT_SNUM_LT(x, 1);
	UK_TEST_EXPECT_SNUM_LE(x, 0);
	UK_TEST_EXPECT_BYTES_EQ("abc", "abd", 3);
	UK_TEST_EXPECT_STR_EQ("abc", "abcd");
}

UK_TESTCASE(uktest, expectations_that_hold)
{
	struct uk_testcase p = probe();

	all_hold(&p);
	UK_TEST_EXPECT_SNUM_EQ(p.checks, 16);
	UK_TEST_EXPECT_SNUM_EQ(p.failures, 0);
	UK_TEST_EXPECT_NULL(p.failed_expr);
}

UK_TESTCASE(uktest, expectations_that_do_not)
{
	struct uk_testcase p = probe();

	none_holds(&p);
	UK_TEST_EXPECT_SNUM_EQ(p.checks, 16);
	UK_TEST_EXPECT_SNUM_EQ(p.failures, 16);
	/* The first failure is the one remembered. */
	UK_TEST_EXPECT_STR_EQ(p.failed_expr, "!x");
}

static int init_calls;

static int count_init(struct uk_testsuite *suite)
{
	init_calls += !strcmp(suite->name, "uktest");
	return 0;
}

UK_TESTCASE_DESC(uktest, init_function_ran_once, "before the first case")
{
	UK_TEST_EXPECT_SNUM_EQ(init_calls, 1);
}

UK_TESTCASE(uktest, case_describes_itself)
{
	UK_TEST_EXPECT_STR_EQ(esac->suite, "uktest");
	UK_TEST_EXPECT_STR_EQ(esac->name, "case_describes_itself");
	UK_TEST_EXPECT_NULL(esac->desc);
	UK_TEST_EXPECT_NOT_NULL(strstr(esac->file, "test_myself.c"));
}

uk_testsuite_register(uktest, count_init);
