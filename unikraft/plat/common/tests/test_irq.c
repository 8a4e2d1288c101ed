/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts, on whatever controller this machine has: those of the timer. The
 * handlers are in irq_handlers.c, for they have to be of the variant isr.
 */
#include <errno.h>
#include <uk/plat/common/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/spinlock.h>
#include <uk/plat/time.h>
#include <uk/test.h>
#include "irq_handlers.h"

static struct seen first, second;

static int register_handlers(struct uk_testsuite *suite __unused)
{
	unsigned long irq = ukplat_time_get_irq();

	return ukplat_irq_register(irq, see, &first)
		|| ukplat_irq_register(irq, see, &second);
}

/*
 * Waits for an interrupt of the timer, or two. On a busy host the time may be
 * over before it is waited for, and then there is none.
 */
static void interrupted(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf(), before = first.count;
	int tries;

	for (tries = 0; tries < 1000 && first.count == before; tries++)
		ukplat_lcpu_halt_to(ukplat_monotonic_clock() + 200000);
	ukplat_lcpu_restore_irqf(flags);
}

UK_TESTCASE(plat_irq, calls_all_handlers_in_order)
{
	unsigned long before = first.count;

	interrupted();
	UK_TEST_EXPECT_SNUM_GT(first.count, before);
	UK_TEST_EXPECT_SNUM_EQ(first.count, second.count);
	UK_TEST_EXPECT_SNUM_EQ(first.order + 1, second.order);
}

UK_TESTCASE(plat_irq, calls_handlers_with_interrupts_off)
{
	interrupted();
	UK_TEST_EXPECT(first.irqs_disabled);
	UK_TEST_EXPECT(first.in_handler);
	UK_TEST_EXPECT(!ukplat_irq_in_handler());
}

UK_TESTCASE(plat_irq, calls_handlers_on_another_stack)
{
	__uptr here = ukarch_read_sp(), there;

	interrupted();
	there = first.stack;
	UK_TEST_EXPECT(MAX(here, there) - MIN(here, there) > __PAGE_SIZE);
}

UK_TESTCASE(plat_irq, delivers_what_waited_for_the_flag)
{
	unsigned long before, flags = ukplat_lcpu_save_irqf();
	__nsec until = ukplat_monotonic_clock() + 100000;

	/* Leaves the timer set, and finds it late */
	ukplat_lcpu_halt_to(until);
	before = first.count;
	set_timer(50000);
	for (until += 2000000; ukplat_monotonic_clock() < until;)
		;
	UK_TEST_EXPECT_SNUM_EQ(first.count, before);
	ukplat_lcpu_enable_irq();
	for (until += 2000000000; ukplat_monotonic_clock() < until;)
		if (first.count != before)
			break;
	ukplat_lcpu_restore_irqf(flags);
	UK_TEST_EXPECT_SNUM_EQ(first.count, before + 1);
}

UK_TESTCASE(plat_irq, stops_a_masked_line)
{
	unsigned long irq = ukplat_time_get_irq(), before;
	__nsec until;

	UK_TEST_EXPECT_ZERO(plat_irq_mask(irq));
	before = first.count;
	set_timer(50000);
	for (until = ukplat_monotonic_clock() + 2000000;
	     ukplat_monotonic_clock() < until;)
		;
	UK_TEST_EXPECT_SNUM_EQ(first.count, before);
	UK_TEST_EXPECT_ZERO(plat_irq_unmask(irq));
	interrupted();
	UK_TEST_EXPECT_SNUM_GT(first.count, before);
}

UK_TESTCASE(plat_irq, refuses_what_does_not_exist)
{
	unsigned long none = plat_irq_controller()->nr_irqs;

	UK_TEST_EXPECT_SNUM_EQ(ukplat_irq_register(none, see, &first),
			       -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_irq_register(~0UL, see, &first),
			       -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_irq_register(ukplat_time_get_irq(),
						   NULL, NULL), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(plat_irq_mask(none), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(plat_irq_unmask(none), -EINVAL);
}

UK_TESTCASE(plat_irq, counts)
{
	struct plat_irq_counts before, after;

	plat_irq_count(&before);
	interrupted();
	plat_irq_count(&after);
	UK_TEST_EXPECT_SNUM_GT(after.handled, before.handled);
	UK_TEST_EXPECT_SNUM_EQ(after.unhandled, before.unhandled);
}

UK_TESTCASE(plat_irq, takes_ten_thousand_timer_interrupts)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	unsigned long goal = first.count + 10000;
	__nsec limit = ukplat_monotonic_clock() + 60 * UKARCH_NSEC_PER_SEC;

	while (first.count < goal && ukplat_monotonic_clock() < limit)
		ukplat_lcpu_halt_to(ukplat_monotonic_clock() + 10000);
	ukplat_lcpu_restore_irqf(flags);
	UK_TEST_EXPECT_SNUM_GE(first.count, goal);
	UK_TEST_EXPECT_SNUM_EQ(first.count, second.count);
}

UK_TESTCASE(plat_irq, keeps_flags_through_nested_locks)
{
	__spinlock a = UKARCH_SPINLOCK_INITIALIZER();
	__spinlock b = UKARCH_SPINLOCK_INITIALIZER();
	unsigned long outer, inner, rest = ukplat_lcpu_save_irqf();

	ukplat_lcpu_enable_irq();
	ukplat_spin_lock_irqsave(&a, outer);
	UK_TEST_EXPECT(ukplat_lcpu_irqs_disabled());
	ukplat_spin_lock_irqsave(&b, inner);
	ukplat_spin_unlock_irqrestore(&b, inner);
	UK_TEST_EXPECT(ukplat_lcpu_irqs_disabled());
	ukplat_spin_unlock_irqrestore(&a, outer);
	UK_TEST_EXPECT(!ukplat_lcpu_irqs_disabled());
	ukplat_spin_lock_irq(&a);
	UK_TEST_EXPECT(ukplat_lcpu_irqs_disabled());
	ukplat_spin_unlock_irq(&a);
	UK_TEST_EXPECT(!ukplat_lcpu_irqs_disabled());
	ukplat_lcpu_restore_irqf(rest);
}

uk_testsuite_register(plat_irq, register_handlers);
