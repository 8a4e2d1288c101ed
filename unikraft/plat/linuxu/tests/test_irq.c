/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals that come as interrupts, sent by the test itself.
 */
#include <linuxu/syscall.h>
#include <uk/arch/lcpu.h>
#include <uk/essentials.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/irq.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/test.h>

#define SIGUSR1		10
#define SIGUSR2		12
#define SIGURG		23

static volatile int calls, second_calls, were_off;
static volatile __uptr handler_sp;

static int count(void *arg)
{
	*(volatile int *)arg += 1;
	were_off = ukplat_lcpu_irqs_disabled();
	handler_sp = ukarch_read_sp();
	return 1;
}

static int register_handlers(struct uk_testsuite *suite __unused)
{
	int rc = ukplat_irq_register(SIGUSR1, count, (void *)&calls);

	if (!rc)
		rc = ukplat_irq_register(SIGUSR2, count, (void *)&second_calls);
	return rc;
}

UK_TESTCASE(linuxu_irq, calls_a_handler_at_once)
{
	int before = calls;

	UK_TEST_EXPECT(!ukplat_lcpu_irqs_disabled());
	sys_raise(SIGUSR1);
	UK_TEST_EXPECT_SNUM_EQ(calls, before + 1);
	UK_TEST_EXPECT(were_off);
	UK_TEST_EXPECT(!ukplat_lcpu_irqs_disabled());
}

UK_TESTCASE(linuxu_irq, runs_handlers_on_a_stack_of_their_own)
{
	struct ukarch_stack mine, handlers;

	sys_raise(SIGUSR1);
	UK_TEST_ASSERT(plat_stack_find(ukarch_read_sp(), &mine));
	UK_TEST_ASSERT(plat_stack_find(handler_sp, &handlers));
	UK_TEST_EXPECT(mine.base != handlers.base);
	UK_TEST_EXPECT(plat_stack_guards(mine.base - 1));
	UK_TEST_EXPECT(plat_stack_guards(handlers.base - 1));
	UK_TEST_EXPECT(!plat_stack_guards(handlers.base));
}

UK_TESTCASE(linuxu_irq, waits_while_interrupts_are_off)
{
	int before = calls, before2 = second_calls;
	unsigned long outer, inner;

	outer = ukplat_lcpu_save_irqf();
	sys_raise(SIGUSR1);
	sys_raise(SIGUSR2);
	sys_raise(SIGUSR1);
	inner = ukplat_lcpu_save_irqf();
	ukplat_lcpu_restore_irqf(inner);
	UK_TEST_EXPECT_SNUM_EQ(calls, before);
	UK_TEST_EXPECT_SNUM_EQ(second_calls, before2);
	ukplat_lcpu_restore_irqf(outer);
	/* A line is a level: twice the same is one interrupt */
	UK_TEST_EXPECT_SNUM_EQ(calls, before + 1);
	UK_TEST_EXPECT_SNUM_EQ(second_calls, before2 + 1);
}

UK_TESTCASE(linuxu_irq, waits_while_a_line_is_masked)
{
	int before = calls, before2 = second_calls;

	UK_TEST_EXPECT_ZERO(plat_irq_mask(SIGUSR1));
	sys_raise(SIGUSR1);
	sys_raise(SIGUSR2);
	ukplat_lcpu_irqs_handle_pending();
	UK_TEST_EXPECT_SNUM_EQ(calls, before);
	UK_TEST_EXPECT_SNUM_EQ(second_calls, before2 + 1);
	UK_TEST_EXPECT_ZERO(plat_irq_unmask(SIGUSR1));
	UK_TEST_EXPECT_SNUM_EQ(calls, before + 1);
}

UK_TESTCASE(linuxu_irq, ends_a_wait)
{
	unsigned long flags;
	int before = calls;

	flags = ukplat_lcpu_save_irqf();
	sys_raise(SIGUSR1);
	ukplat_lcpu_halt_irq();
	UK_TEST_EXPECT_SNUM_EQ(calls, before + 1);
	UK_TEST_EXPECT(ukplat_lcpu_irqs_disabled());
	sys_raise(SIGUSR1);
	/* Not for as long as that */
	ukplat_lcpu_halt_to(__NSEC_MAX);
	UK_TEST_EXPECT_SNUM_EQ(calls, before + 2);
	ukplat_lcpu_restore_irqf(flags);
}

UK_TESTCASE(linuxu_irq, keeps_floating_point_numbers)
{
	volatile double half = 0.5;
	double sum = 0;
	int i;

	for (i = 0; i < 100; i++) {
		sum += half;
		sys_raise(SIGUSR1);
	}
	UK_TEST_EXPECT(sum == 50.0);
}

static volatile int ticks;

static int on_tick(void *arg __unused)
{
	ticks++;
	return 1;
}

UK_TESTCASE(linuxu_irq, has_the_timer_interrupt)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	int i, before;

	UK_TEST_EXPECT_ZERO(ukplat_irq_register(ukplat_time_get_irq(), on_tick,
						NULL));
	before = ticks;
	for (i = 0; i < 500; i++)
		ukplat_lcpu_halt_to(ukplat_monotonic_clock()
				    + (1000UL << i % 10));
	ukplat_lcpu_restore_irqf(flags);
	/* Some deadlines pass before the timer is set; not the long ones */
	UK_TEST_EXPECT_SNUM_GE(ticks, before + 1);
	UK_TEST_EXPECT(ticks <= before + 501);
}

UK_TESTCASE(linuxu_irq, refuses_what_is_no_interrupt)
{
	static const unsigned long none[] = {
		0, 4, 5, 7, 8, 9, 11, 19, 65, 1UL << 40
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(none); i++)
		UK_TEST_EXPECT_SNUM_LT(ukplat_irq_register(none[i], count,
							   NULL), 0);
	UK_TEST_EXPECT_SNUM_LT(ukplat_irq_register(SIGURG, NULL, NULL), 0);
}

uk_testsuite_register(linuxu_irq, register_handlers);
