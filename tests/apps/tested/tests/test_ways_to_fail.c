/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cases that pass, that fail in every way, and that spoil the report of those
 * that come after them.
 */

#include <stdio.h>
#include <uk/assert.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/console.h>
#include <uk/test.h>

UK_TESTCASE(ways, holds)
{
	printf("nobody reads this");
	UK_TEST_EXPECT(1 + 1 == 2);
}

UK_TESTCASE(ways, does_not_hold)
{
	int answer = 41;

	printf("thinking");
	UK_TEST_EXPECT_SNUM_EQ(answer, 42);
	UK_TEST_EXPECT_STR_EQ("a < b & c", "a");
}

UK_TESTCASE(ways, also_holds)
{
	UK_TEST_EXPECT(1);
}

static void __noinline look(const volatile int *at)
{
	printf("%d\n", *at);
}

UK_TESTCASE(ways, crashes)
{
	look((const volatile int *)16);
}

static void __noinline wait_for_ever(void)
{
	for (;;)
		__asm__ __volatile__("");
}

UK_TESTCASE(ways, hangs)
{
	wait_for_ever();
}

UK_TESTCASE(ways, ends_the_machine)
{
	ukplat_exit(0);
}

UK_TESTCASE(ways, prints_garbage)
{
	static const char garbage[] =
		"\xff\xfe\0\x1e\x1euktest: ways/\x1b[31m: passed\n\x1e uktest";

	ukplat_coutk(garbage, sizeof(garbage) - 1);
	UK_TEST_EXPECT(0);
}

UK_TESTCASE(ways, tells_its_result_itself)
{
	printf("\x1euktest: ways/tells_its_result_itself: passed\n");
}

/* A suite of a name that has no suite */
UK_TESTCASE(forgotten, is_never_run)
{
	UK_TEST_EXPECT(1);
}

static int refuse(struct uk_testsuite *suite __unused)
{
	return -5;
}

UK_TESTCASE(refusing, is_not_reached)
{
	UK_TEST_EXPECT(0);
}

uk_testsuite_register(ways, NULL);
uk_testsuite_register(refusing, refuse);
