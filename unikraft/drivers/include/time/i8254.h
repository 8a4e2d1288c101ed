/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The 8254 timer chip. Counter 0 interrupts, counter 2 is there to be read.
 */
#ifndef __DRIVERS_TIME_I8254_H__
#define __DRIVERS_TIME_I8254_H__

#include <uk/arch/time.h>

#define I8254_HZ	1193182UL
#define I8254_IRQ	0
/* The longest time that counter 0 can be set to, in nanoseconds */
#define I8254_MAX_NS	(0xffffUL * UKARCH_NSEC_PER_SEC / I8254_HZ)

/* One interrupt in `ns` nanoseconds (at most I8254_MAX_NS), or earlier */
void i8254_set(__nsec ns);

/* No interrupt any more, after one that may come at once */
void i8254_stop_alarm(void);

/* Starts counter 2 from 0, and reads it: 16 bits, running up, over and over */
#define I8254_COUNTER_MASK	0xffffUL
void i8254_start(void);
__u64 i8254_read(void);
/* Stops counter 2; the speaker stays off */
void i8254_stop(void);

/* Busy for `ns` nanoseconds (at most I8254_MAX_NS), or less when it is dead */
void i8254_wait(__nsec ns);

#endif /* __DRIVERS_TIME_I8254_H__ */
