/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What headers under uk/ do without any library behind them.
 */
#include <uk/bitops.h>
#include <uk/errptr.h>
#include <uk/event.h>
#include <uk/list.h>
#include <uk/page.h>
#include <uk/test.h>

UK_TESTCASE(essentials, evaluates_arguments_once)
{
	int i = 1, j = 5;

	UK_TEST_EXPECT_SNUM_EQ(MIN(i++, j++), 1);
	UK_TEST_EXPECT_SNUM_EQ(MAX(i++, j++), 6);
	UK_TEST_EXPECT_SNUM_EQ(i, 3);
	UK_TEST_EXPECT_SNUM_EQ(j, 7);
	UK_TEST_EXPECT_SNUM_EQ(MIN4(4, 3, 2, 9), 2);
	UK_TEST_EXPECT_SNUM_EQ(MAX4(4, 3, 2, 9), 9);
}

UK_TESTCASE(essentials, rounds)
{
	UK_TEST_EXPECT_SNUM_EQ(ALIGN_UP(0x1001UL, 0x1000UL), 0x2000);
	UK_TEST_EXPECT_SNUM_EQ(ALIGN_UP(0x1000UL, 0x1000UL), 0x1000);
	UK_TEST_EXPECT_SNUM_EQ(ALIGN_DOWN(0x1fffUL, 0x1000UL), 0x1000);
	UK_TEST_EXPECT_SNUM_EQ(DIV_ROUND_UP(9, 4), 3);
	UK_TEST_EXPECT(IS_ALIGNED(0x3000UL, 0x1000UL));
	UK_TEST_EXPECT(!IS_ALIGNED(0x3008UL, 0x1000UL));
	UK_TEST_EXPECT(POWER_OF_2(64));
	UK_TEST_EXPECT(!POWER_OF_2(0));
	UK_TEST_EXPECT(!POWER_OF_2(48));
	UK_TEST_EXPECT_SNUM_EQ(round_pgup(1UL), __PAGE_SIZE);
}

UK_TESTCASE(essentials, compares_ranges)
{
	UK_TEST_EXPECT(IN_RANGE(5U, 5U, 1U));
	UK_TEST_EXPECT(!IN_RANGE(6U, 5U, 1U));
	UK_TEST_EXPECT(RANGE_OVERLAP(0U, 10U, 9U, 1U));
	UK_TEST_EXPECT(!RANGE_OVERLAP(0U, 10U, 10U, 1U));
	UK_TEST_EXPECT(RANGE_OVERLAP(5U, 1U, 0U, 10U));
	UK_TEST_EXPECT(RANGE_CONTAIN(0U, 10U, 9U, 1U));
	UK_TEST_EXPECT(!RANGE_CONTAIN(0U, 10U, 9U, 2U));
	UK_TEST_EXPECT_SNUM_EQ(UK_NARGS(), 0);
	UK_TEST_EXPECT_SNUM_EQ(UK_NARGS(1, 2, 3), 3);
}

struct item {
	int value;
	struct uk_list_head link;
};

static int joined(struct uk_list_head *list)
{
	struct item *item;
	int digits = 0;

	uk_list_for_each_entry(item, list, link)
		digits = digits * 10 + item->value;
	return digits;
}

UK_TESTCASE(list, keeps_order)
{
	struct item a = { 1, { 0 } }, b = { 2, { 0 } }, c = { 3, { 0 } };
	struct item *item, *n;
	UK_LIST_HEAD(list);
	UK_LIST_HEAD(other);

	UK_TEST_EXPECT(uk_list_empty(&list));
	uk_list_add_tail(&a.link, &list);
	UK_TEST_EXPECT(uk_list_is_singular(&list));
	uk_list_add_tail(&b.link, &list);
	uk_list_add(&c.link, &list);
	UK_TEST_EXPECT_SNUM_EQ(joined(&list), 312);
	uk_list_move_tail(&c.link, &list);
	UK_TEST_EXPECT_SNUM_EQ(joined(&list), 123);
	uk_list_splice_tail_init(&list, &other);
	UK_TEST_EXPECT(uk_list_empty(&list));
	uk_list_for_each_entry_safe(item, n, &other, link)
		if (item->value == 2)
			uk_list_del_init(&item->link);
	UK_TEST_EXPECT_SNUM_EQ(joined(&other), 13);
	UK_TEST_EXPECT(uk_list_is_last(&c.link, &other));
	UK_TEST_EXPECT_PTR_EQ(uk_list_first_entry(&other, struct item, link),
			      &a);
}

UK_TESTCASE(bitops, searches_rows)
{
	unsigned long row[3] = { 0, 0, 0 };
	unsigned long bit;
	int n = 0;

	UK_TEST_EXPECT_SNUM_EQ(uk_find_first_bit(row, 150), 150);
	__uk_set_bit(3, row);
	uk_set_bit(64, row);
	uk_set_bit(140, row);
	UK_TEST_EXPECT_SNUM_EQ(uk_find_first_bit(row, 150), 3);
	UK_TEST_EXPECT_SNUM_EQ(uk_find_next_bit(row, 150, 4), 64);
	UK_TEST_EXPECT_SNUM_EQ(uk_find_next_bit(row, 150, 65), 140);
	UK_TEST_EXPECT_SNUM_EQ(uk_find_next_bit(row, 140, 65), 140);
	UK_TEST_EXPECT_SNUM_EQ(uk_find_last_bit(row, 150), 140);
	UK_TEST_EXPECT_SNUM_EQ(uk_find_next_zero_bit(row, 150, 3), 4);
	uk_for_each_set_bit(bit, row, 150)
		n++;
	UK_TEST_EXPECT_SNUM_EQ(n, 3);
	UK_TEST_EXPECT(uk_test_and_clear_bit(64, row));
	UK_TEST_EXPECT(!uk_test_and_set_bit(64, row));
	UK_TEST_EXPECT(uk_test_bit(64, row));
}

UK_TESTCASE(bitops, counts_and_shifts)
{
	UK_TEST_EXPECT_SNUM_EQ(uk_get_count_order(1), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_get_count_order(4), 2);
	UK_TEST_EXPECT_SNUM_EQ(uk_get_count_order(5), 3);
	UK_TEST_EXPECT_SNUM_EQ(UK_GENMASK(7, 4), 0xf0);
	UK_TEST_EXPECT_SNUM_EQ(uk_ror32(1, 1), 0x80000000U);
	UK_TEST_EXPECT_SNUM_EQ(uk_ror32(5, 0), 5);
	UK_TEST_EXPECT_SNUM_EQ(uk_sign_extend64(0x80, 7), -128);
	UK_TEST_EXPECT_SNUM_EQ(ukarch_ffsl(0x10), 4);
	UK_TEST_EXPECT_SNUM_EQ(ukarch_flsl(~0UL), 63);
	UK_TEST_EXPECT_SNUM_EQ(uk_hweight64(~0UL), 64);
}

UK_TESTCASE(errptr, carries_small_numbers_only)
{
	int object;

	UK_TEST_EXPECT(PTRISERR(ERR2PTR(-12)));
	UK_TEST_EXPECT_SNUM_EQ(PTR2ERR(ERR2PTR(-12)), -12);
	UK_TEST_EXPECT(PTRISERR(NULL));
	UK_TEST_EXPECT(!PTRISERR(&object));
	UK_TEST_EXPECT(!PTRISERR(ERR2PTR(-MAXERRNO - 1)));
}

static int order;

static int first(void *data __unused)
{
	order = order * 10 + 1;
	return UK_EVENT_HANDLED_CONT;
}

static int second(void *data)
{
	order = order * 10 + 2;
	return *(int *)data;
}

static int third(void *data __unused)
{
	order = order * 10 + 3;
	return UK_EVENT_NOT_HANDLED;
}

/* One name begins as the other does: their tables must stay apart */
UK_EVENT(headers_test);
UK_EVENT(headers_test2);
UK_EVENT_HANDLER_PRIO(headers_test, third, UK_PRIO_LATEST);
UK_EVENT_HANDLER_PRIO(headers_test, first, UK_PRIO_EARLIEST);
UK_EVENT_HANDLER_PRIO(headers_test, second, UK_PRIO_AFTER(UK_PRIO_EARLIEST));

UK_TESTCASE(event, calls_handlers_by_priority)
{
	int answer = UK_EVENT_NOT_HANDLED;

	order = 0;
	UK_TEST_EXPECT_SNUM_EQ(uk_raise_event(headers_test, &answer),
			       UK_EVENT_HANDLED_CONT);
	UK_TEST_EXPECT_SNUM_EQ(order, 123);
}

UK_TESTCASE(event, stops_when_handled)
{
	int answer = UK_EVENT_HANDLED;

	order = 0;
	UK_TEST_EXPECT_SNUM_EQ(uk_raise_event(headers_test, &answer),
			       UK_EVENT_HANDLED);
	UK_TEST_EXPECT_SNUM_EQ(order, 12);
}

UK_TESTCASE(event, knows_events_that_nobody_handles)
{
	order = 0;
	UK_TEST_EXPECT_SNUM_EQ(uk_raise_event(headers_test2, NULL),
			       UK_EVENT_NOT_HANDLED);
	UK_TEST_EXPECT_ZERO(order);
}

uk_testsuite_register(essentials, NULL);
uk_testsuite_register(list, NULL);
uk_testsuite_register(bitops, NULL);
uk_testsuite_register(errptr, NULL);
uk_testsuite_register(event, NULL);
