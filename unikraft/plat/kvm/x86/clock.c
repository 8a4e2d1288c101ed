/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The clock and the timer of this machine: the processor's time stamp counter,
 * and the local APIC's timer or else the 8254. The pace of the first comes from
 * the hypervisor or the processor when they tell, else from the 8254.
 */
#include <irq/lapic.h>
#include <kvm/boot.h>
#include <kvm/x86/cpu.h>
#include <rtc/mc146818.h>
#include <time/i8254.h>
#include <time/pvclock.h>
#include <uk/asm/io.h>
#include <uk/essentials.h>
#include <uk/plat/common/time.h>
#include <uk/plat/time.h>

/* How long counters are watched at a time: about 600 ticks of the 8254 */
#define MEASURE_NS	500000UL

static struct plat_clock tsc = { .name = "TSC" };

__u64 plat_counter_read(void)
{
	return rdtsc();
}

/* Ticks per nanosecond, times 2^32: of the local timer, or of the TSC */
static __u64 timer_scale;

static const struct plat_timer i8254_timer = {
	.name = "8254",
	.irq = I8254_IRQ,
	.max = I8254_MAX_NS,
	.set = i8254_set,
	.stop = i8254_stop_alarm,
};

static void scale_timer(__u64 hz)
{
	timer_scale = (hz / UKARCH_NSEC_PER_SEC << 32)
		+ (hz % UKARCH_NSEC_PER_SEC << 32) / UKARCH_NSEC_PER_SEC;
}

static __u64 timer_ticks(__nsec ns)
{
	return (__u64)((unsigned __int128)ns * timer_scale >> 32) + 1;
}

static void lapic_stop(void)
{
	lapic_timer_set(0);
}

static void deadline_set(__nsec ns)
{
	lapic_timer_set_deadline(rdtsc() + timer_ticks(ns));
}

static void deadline_stop(void)
{
	lapic_timer_set_deadline(0);
}

static const struct plat_timer deadline_timer = {
	.name = "TSC deadline",
	.irq = KVM_IRQ_TIMER,
	/* An hour, as good as any */
	.max = 3600 * UKARCH_NSEC_PER_SEC,
	.set = deadline_set,
	.stop = deadline_stop,
};

static __u64 measure_tsc(void)
{
	const struct plat_counter chip = {
		i8254_read, I8254_COUNTER_MASK, I8254_HZ
	};
	const struct plat_counter unknown = { rdtsc, ~0UL, 0 };
	__u64 hz;

	i8254_start();
	hz = plat_time_measure(&chip, &unknown, MEASURE_NS);
	i8254_stop();
	return hz;
}

static __u64 lapic_count(void)
{
	return LAPIC_TIMER_MAX - lapic_timer_left();
}

static __u64 measure_lapic(void)
{
	const struct plat_counter known = { rdtsc, ~0UL, tsc.hz };
	const struct plat_counter unknown = {
		lapic_count, LAPIC_TIMER_MAX, 0
	};
	__u64 hz;

	lapic_timer_set(LAPIC_TIMER_MAX);
	hz = plat_time_measure(&known, &unknown, MEASURE_NS);
	lapic_timer_set(0);
	return hz;
}

static void lapic_set(__nsec ns);

static struct plat_timer lapic_timer = {
	.name = "local APIC",
	.irq = KVM_IRQ_TIMER,
	/* Until more is known: less than 2^32 ticks at any pace */
	.max = UKARCH_NSEC_PER_SEC / 10,
	.set = lapic_set,
	.stop = lapic_stop,
};

static void learn_pace(void)
{
	__u64 hz = measure_lapic();

	if (!hz)
		kvm_boot_failed("the local APIC's timer stands still");
	scale_timer(hz);
	lapic_timer.max = LAPIC_TIMER_MAX / hz * UKARCH_NSEC_PER_SEC
		+ LAPIC_TIMER_MAX % hz * UKARCH_NSEC_PER_SEC / hz;
}

/* It is measured when it is first set: many images never wait */
static void lapic_set(__nsec ns)
{
	__nsec before;

	if (!timer_scale) {
		before = ukplat_monotonic_clock();
		learn_pace();
		ns -= MIN(ns, ukplat_monotonic_clock() - before);
	}
	lapic_timer_set((__u32)MIN(timer_ticks(ns), LAPIC_TIMER_MAX));
}

static const struct plat_timer *find_timer(void)
{
	if (!kvm_intctrl_has_lapic())
		return &i8254_timer;
	if (!lapic_timer_has_deadline())
		return &lapic_timer;
	scale_timer(tsc.hz);
	return &deadline_timer;
}

void plat_time_setup(struct plat_time *time)
{
	tsc.hz = pvclock_tsc_hz();
	if (!tsc.hz)
		tsc.hz = cpuid_tsc_hz_told();
	if (!tsc.hz)
		tsc.hz = measure_tsc();
	if (tsc.hz < 1000)
		kvm_boot_failed("there is no clock: nothing tells the pace of the time stamp counter");
	time->clock = &tsc;
	time->timer = find_timer();
	time->wall = pvclock_wall_clock();
	if (!time->wall)
		time->wall = mc146818_seconds() * UKARCH_NSEC_PER_SEC;
	/* Firmware may have left the chip ticking: one last interrupt */
	i8254_set(0);
}
