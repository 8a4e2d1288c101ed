/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For test_interrupts.c: the periodic interrupt of the battery-backed clock.
 */
#include <kvm/x86/cpu.h>
#include <uk/plat/lcpu.h>
#include "rtc_handler.h"

#define ADDRESS		0x70
#define DATA		0x71
#define RATE		0x0a
#define CONTROL		0x0b
#define CONTROL_PERIODIC 0x40
#define CAUSE		0x0c

struct rtc_state rtc;

static __u8 read_reg(__u8 reg)
{
	outb(ADDRESS, reg);
	return inb(DATA);
}

static void write_reg(__u8 reg, __u8 value)
{
	outb(ADDRESS, reg);
	outb(DATA, value);
}

int on_rtc(void *arg)
{
	struct rtc_state *state = arg;

	/* The next one comes when the cause has been read */
	read_reg(CAUSE);
	state->count++;
	return !state->refuse;
}

void rtc_start(unsigned int rate)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	write_reg(RATE, (__u8)(0x20 | rate));
	write_reg(CONTROL, read_reg(CONTROL) | CONTROL_PERIODIC);
	read_reg(CAUSE);
	ukplat_lcpu_restore_irqf(flags);
}

void rtc_stop(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	write_reg(CONTROL, read_reg(CONTROL) & (__u8)~CONTROL_PERIODIC);
	read_reg(CAUSE);
	ukplat_lcpu_restore_irqf(flags);
}
