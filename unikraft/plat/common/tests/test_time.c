/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks, waiting, and the measuring of one counter by another.
 */
#include <uk/plat/common/time.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/test.h>

#define MS	1000000UL

UK_TESTCASE(plat_time, never_goes_back)
{
	__nsec before = 0, now;
	int i, wrong = 0;

	for (i = 0; i < 10000; i++) {
		now = ukplat_monotonic_clock();
		wrong += now < before;
		before = now;
	}
	UK_TEST_EXPECT_ZERO(wrong);
}

UK_TESTCASE(plat_time, has_clocks_of_one_pace)
{
	__nsec wall = ukplat_wall_clock(), mono = ukplat_monotonic_clock();
	__nsec ticks = ukplat_time_get_ticks();
	unsigned long flags = ukplat_lcpu_save_irqf();

	while (ukplat_monotonic_clock() < mono + 20 * MS)
		ukplat_lcpu_halt_to(mono + 20 * MS);
	ukplat_lcpu_restore_irqf(flags);
	wall = ukplat_wall_clock() - wall;
	mono = ukplat_monotonic_clock() - mono;
	UK_TEST_EXPECT(MAX(wall, mono) - MIN(wall, mono) < 500 * MS);
	UK_TEST_EXPECT(ukplat_time_get_ticks() > ticks);
}

/* How long ukplat_lcpu_halt_to() takes for a time from now */
static __nsec waits(__snsec ns)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	__nsec begin = ukplat_monotonic_clock();

	ukplat_lcpu_halt_to(begin + (__nsec)ns);
	begin = ukplat_monotonic_clock() - begin;
	ukplat_lcpu_restore_irqf(flags);
	return begin;
}

/* Nobody else interrupts meanwhile, so that it waits to the end */
UK_TESTCASE(plat_time, waits_until_its_deadline)
{
	UK_TEST_EXPECT(waits(0) < 1000 * MS);
	UK_TEST_EXPECT(waits(-5) < 1000 * MS);
	UK_TEST_EXPECT(waits(1) < 1000 * MS);
	UK_TEST_EXPECT_SNUM_GE(waits(10 * MS), 10 * MS);
	/* Longer than the oldest of timers can be set to */
	UK_TEST_EXPECT_SNUM_GE(waits(130 * MS), 130 * MS);
}

UK_TESTCASE(plat_time, keeps_the_interrupt_flag_while_waiting)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	ukplat_lcpu_halt_to(ukplat_monotonic_clock() + MS);
	UK_TEST_EXPECT(ukplat_lcpu_irqs_disabled());
	ukplat_lcpu_enable_irq();
	ukplat_lcpu_halt_to(ukplat_monotonic_clock() + MS);
	UK_TEST_EXPECT(!ukplat_lcpu_irqs_disabled());
	ukplat_lcpu_restore_irqf(flags);
}

UK_TESTCASE(plat_time, has_a_clock_and_a_timer)
{
	const struct plat_time *time = plat_time();

	UK_TEST_EXPECT_SNUM_GE(time->clock->hz, 1000);
	UK_TEST_EXPECT_SNUM_GT(time->timer->max, MS);
	UK_TEST_EXPECT_SNUM_EQ(time->timer->irq, ukplat_time_get_irq());
}

/* Counters of a time that goes on by a step with each look at one of them */
static __u64 fake_now, fake_step, fake_slow_hz, fake_slow_mask, fake_pause;

static __u64 fake_ns(void)
{
	fake_now += fake_step;
	/* The host ran something else */
	if (fake_pause && fake_now % 7919 < fake_step)
		fake_now += fake_pause;
	return fake_now;
}

static __u64 read_slow(void)
{
	return fake_ns() * fake_slow_hz / UKARCH_NSEC_PER_SEC & fake_slow_mask;
}

static __u64 read_fast(void)
{
	return fake_ns() * 3;
}

static __u64 read_dead(void)
{
	return 0xffff;
}

static __u64 measured(__u64 step, __u64 mask, __u64 pause)
{
	struct plat_counter slow = { read_slow, mask, 1193182 };
	struct plat_counter fast = { read_fast, ~0UL, 0 };

	fake_now = 12345;
	fake_step = step;
	fake_pause = pause;
	fake_slow_hz = slow.hz;
	fake_slow_mask = mask;
	return plat_time_measure(&slow, &fast, 500000);
}

#define EXPECT_3_GHZ(hz)						\
	do {								\
		UK_TEST_EXPECT_SNUM_GT(hz, 2900000000L);		\
		UK_TEST_EXPECT_SNUM_LT(hz, 3100000000L);		\
	} while (0)

UK_TESTCASE(plat_time, measures_a_counter_by_another)
{
	EXPECT_3_GHZ(measured(100, ~0UL, 0));
	EXPECT_3_GHZ(measured(3000, ~0UL, 0));
	/* One that wraps meanwhile */
	EXPECT_3_GHZ(measured(100, 0x3ff, 0));
	/* With pauses of a tenth of the time */
	EXPECT_3_GHZ(measured(100, ~0UL, 50000));
}

UK_TESTCASE(plat_time, does_not_measure_what_stands_still)
{
	struct plat_counter dead = { read_dead, 0xffff, 1193182 };
	struct plat_counter alive = { read_fast, ~0UL, 3000000000 };

	fake_step = 100;
	fake_pause = 0;
	UK_TEST_EXPECT_ZERO(plat_time_measure(&dead, &alive, 500000));
	UK_TEST_EXPECT_ZERO(plat_time_measure(&alive, &dead, 500000));
}

uk_testsuite_register(plat_time, NULL);
