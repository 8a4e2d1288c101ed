/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For test_interrupts.c: the periodic interrupt of the battery-backed clock.
 */
#ifndef __KVM_TESTS_RTC_HANDLER_H__
#define __KVM_TESTS_RTC_HANDLER_H__

#define RTC_IRQ		8

/* How often, as the chip says it */
#define RTC_1024_HZ	6
#define RTC_8192_HZ	3

struct rtc_state {
	volatile unsigned long count;	/* of interrupts */
	volatile int refuse;		/* the handler says: not mine */
};

extern struct rtc_state rtc;

/* A handler, whose argument is &rtc */
int on_rtc(void *arg);

void rtc_start(unsigned int rate);
void rtc_stop(void);

#endif /* __KVM_TESTS_RTC_HANDLER_H__ */
