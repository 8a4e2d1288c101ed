/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between the clocks and timers of a machine and the functions of
 * uk/plat/time.h, which plat/common/time.c makes of them.
 */
#ifndef __PLAT_CMN_TIME_H__
#define __PLAT_CMN_TIME_H__

#include <uk/arch/time.h>
#include <uk/essentials.h>

/*
 * From the platform: a counter that runs on at an even pace and does not wrap.
 * From any context
 */
__u64 plat_counter_read(void) __hidden;

/* What is known of it */
struct plat_clock {
	const char *name;		/* for people */
	__u64 hz;			/* 1 kHz or more */
};

/* Something that interrupts once when its time has come */
struct plat_timer {
	const char *name;		/* for people */
	unsigned long irq;
	/* The longest time that it can be set to; longer ones are cut */
	__nsec max;
	/*
	 * One interrupt on `irq` in `ns` nanoseconds, instead of the one that
	 * was set before. With interrupts off.
	 */
	void (*set)(__nsec ns);
	/* No interrupt. With interrupts off */
	void (*stop)(void);
};

/* What a machine tells the time by */
struct plat_time {
	const struct plat_clock *clock;
	const struct plat_timer *timer;
	/* Nanoseconds since 1970 UTC now */
	__nsec wall;
};

/*
 * From the platform, called once by ukplat_time_init(), with interrupts off
 * and the interrupt controller ready: finds, starts and measures them. Ends
 * the run with a message when there is no usable clock or timer.
 */
void plat_time_setup(struct plat_time *time);

/* What it found; all null before */
const struct plat_time *plat_time(void);

/*
 * The pace of an unknown counter by that of a known one: both are watched for
 * `ns` nanoseconds (known->hz says how long that is), until two results in a
 * row agree. Returns the unknown's hz, or 0 if one of the two stands still.
 * The counters run up, and wrap after `mask` (a power of 2 less 1).
 */
struct plat_counter {
	__u64 (*read)(void);
	__u64 mask;
	__u64 hz;			/* of the known one */
};

__u64 plat_time_measure(const struct plat_counter *known,
			const struct plat_counter *unknown, __nsec ns);

#endif /* __PLAT_CMN_TIME_H__ */
