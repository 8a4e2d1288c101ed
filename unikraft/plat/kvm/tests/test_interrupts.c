/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts of a device, of software, and what becomes of those that nobody
 * wants. The device is the battery-backed clock, whose periodic interrupt the
 * tests turn on and off again.
 */
#include <kvm/x86/cpu.h>
#include <uk/arch/lcpu.h>
#include <uk/plat/common/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/test.h>
#include "rtc_handler.h"

#define MS	1000000UL

static int register_handler(struct uk_testsuite *suite __unused)
{
	return ukplat_irq_register(RTC_IRQ, on_rtc, &rtc);
}

static void wait(__nsec ns, unsigned long until_count)
{
	__nsec end = ukplat_monotonic_clock() + ns;

	while (ukplat_monotonic_clock() < end && rtc.count < until_count)
		;
}

UK_TESTCASE(kvm_interrupts, come_from_devices)
{
	unsigned long before = rtc.count;

	rtc_start(RTC_1024_HZ);
	wait(10000 * MS, before + 20);
	rtc_stop();
	UK_TEST_EXPECT_SNUM_GE(rtc.count, before + 20);
}

UK_TESTCASE(kvm_interrupts, end_a_wait_early)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	__nsec begin = ukplat_monotonic_clock();

	rtc_start(RTC_1024_HZ);
	ukplat_lcpu_halt_to(begin + 20000 * MS);
	begin = ukplat_monotonic_clock() - begin;
	rtc_stop();
	ukplat_lcpu_restore_irqf(flags);
	UK_TEST_EXPECT_SNUM_LT(begin, 19000 * MS);
}

UK_TESTCASE(kvm_interrupts, leave_all_registers_alone)
{
	unsigned long before = rtc.count, wrong = 0, gpr;
	__u64 value = 0x0123456789abcdefUL, after;
	__nsec end = ukplat_monotonic_clock() + 10000 * MS;

	rtc_start(RTC_1024_HZ);
	while (rtc.count < before + 20 && ukplat_monotonic_clock() < end) {
		gpr = 1000;
		__asm__ __volatile__("movq %2, %%xmm5\n"
				     "movq %2, %%r11\n"
				     "1: decq %1\n"
				     "jnz 1b\n"
				     "movq %%xmm5, %0\n"
				     "cmpq %%r11, %0\n"
				     "setne %b1\n"
				     : "=&r"(after), "+&r"(gpr) : "r"(value)
				     : "xmm5", "r11", "cc");
		wrong += after != value || (gpr & 0xff);
	}
	rtc_stop();
	UK_TEST_EXPECT_SNUM_GE(rtc.count, before + 20);
	UK_TEST_EXPECT_ZERO(wrong);
}

UK_TESTCASE(kvm_interrupts, are_told_when_unknown)
{
	struct plat_irq_counts before, after;

	plat_irq_count(&before);
	__asm__ __volatile__("int $0x77");
	plat_irq_count(&after);
	UK_TEST_EXPECT_SNUM_EQ(after.unknown, before.unknown + 1);
}

/* Vectors that controllers give to what went away: the 8259's line 7, 255 */
UK_TESTCASE(kvm_interrupts, are_counted_when_they_went_away)
{
	struct plat_irq_counts before, after;
	unsigned long flags;

	/* Nothing else may come in between; what software raises does */
	flags = ukplat_lcpu_save_irqf();
	plat_irq_count(&before);
	if (kvm_intctrl_has_lapic())
		__asm__ __volatile__("int $0xff");
	else
		__asm__ __volatile__("int $0x27");
	plat_irq_count(&after);
	ukplat_lcpu_restore_irqf(flags);
	UK_TEST_EXPECT_SNUM_EQ(after.spurious, before.spurious + 1);
	UK_TEST_EXPECT_SNUM_EQ(after.unknown, before.unknown);
	UK_TEST_EXPECT_SNUM_EQ(after.handled, before.handled);
}

UK_TESTCASE(kvm_interrupts, are_stopped_when_nobody_wants_them)
{
	struct plat_irq_counts before, after;
	unsigned long count;

	plat_irq_count(&before);
	rtc.refuse = 1;
	rtc_start(RTC_8192_HZ);
	wait(100000 * MS, rtc.count + 1000);
	/* One may have been under way already */
	wait(20 * MS, ~0UL);
	plat_irq_count(&after);
	UK_TEST_EXPECT_SNUM_GE(after.unhandled, before.unhandled + 1000);
	UK_TEST_EXPECT_SNUM_LE(after.unhandled, before.unhandled + 1001);
	count = rtc.count;
	wait(20 * MS, ~0UL);
	UK_TEST_EXPECT_SNUM_EQ(rtc.count, count);
	rtc_stop();
	rtc.refuse = 0;
	UK_TEST_EXPECT_ZERO(plat_irq_unmask(RTC_IRQ));
}

uk_testsuite_register(kvm_interrupts, register_handler);
