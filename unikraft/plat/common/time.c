/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks and waiting, made of a counter and a timer. Does not know which.
 */
#include <uk/arch/lcpu.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/irq.h>
#include <uk/plat/common/time.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/print.h>

/* Set once by ukplat_time_init(), with interrupts off */
static struct plat_time parts;

/* Until then no time passes */
static struct {
	__u64 zero;		/* the counter when time began */
	__u64 scale;		/* nanoseconds per tick, times 2^32 */
} counter;

/* The timer's interrupts so far: they alone do not end a wait */
static volatile unsigned long timer_irqs;

static int on_timer(void *arg __unused)
{
	timer_irqs++;
	return 1;
}

const struct plat_time *plat_time(void)
{
	return &parts;
}

void ukplat_time_init(void)
{
	plat_time_setup(&parts);
	if (ukplat_irq_register(parts.timer->irq, on_timer, __NULL)) {
		plat_print("The timer's interrupt cannot be handled\n");
		ukplat_exit(UKPLAT_CRASH_STATUS);
	}
	counter.zero = plat_counter_read();
	counter.scale = (UKARCH_NSEC_PER_SEC << 32) / parts.clock->hz;
	uk_pr_info("Clock: %s, %lu Hz. Timer: %s. Interrupts: %s\n",
		   parts.clock->name, (unsigned long)parts.clock->hz,
		   parts.timer->name, plat_irq_controller()->name);
}

void ukplat_time_fini(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (parts.timer)
		parts.timer->stop();
	ukplat_lcpu_restore_irqf(flags);
}

__u32 ukplat_time_get_irq(void)
{
	return parts.timer ? (__u32)parts.timer->irq : 0;
}

__nsec ukplat_time_get_ticks(void)
{
	return counter.scale ? plat_counter_read() - counter.zero : 0;
}

__nsec ukplat_monotonic_clock(void)
{
	__u64 ticks = plat_counter_read() - counter.zero;

	return (__nsec)((unsigned __int128)ticks * counter.scale >> 32);
}

__nsec ukplat_wall_clock(void)
{
	return parts.wall + ukplat_monotonic_clock();
}

void ukplat_time_set_timer(__nsec ns)
{
	parts.timer->set(MIN(ns, parts.timer->max));
}

/* Interrupts that were somebody's, the timer's not counted */
static unsigned long other_irqs(void)
{
	struct plat_irq_counts counts;

	plat_irq_count(&counts);
	return counts.handled - timer_irqs;
}

/*
 * A timer that cannot be set for as long, or that is early, is set again;
 * whoever waits learns of other interrupts at once.
 */
void ukplat_lcpu_halt_to(__nsec until)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	unsigned long before = other_irqs();
	__nsec now;

	while ((now = ukplat_monotonic_clock()) < until
	       && other_irqs() == before) {
		parts.timer->set(MIN(until - now, parts.timer->max));
		ukplat_lcpu_halt_irq();
	}
	ukplat_lcpu_restore_irqf(flags);
}
