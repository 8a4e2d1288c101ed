/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The 8254 timer chip, by its ports.
 */
#include <time/i8254.h>
#include <uk/asm/io.h>

#define MAX_TICKS	0xffffUL

#define COUNTER0	0x40
#define COUNTER2	0x42
#define CONTROL		0x43
/* Counter, both bytes, mode 0: one shot, output rises at the end */
#define ONE_SHOT0	0x30
#define ONE_SHOT2	0xb0
/* Keeps what counter 2 shows until it has been read */
#define LATCH2		0x80

/* Gate of counter 2; the speaker stays off */
#define GATE		0x61
#define GATE_ON		0x01
#define GATE_SPEAKER	0x02

/* More reads of a port than fit into the longest wait, if the chip is dead */
#define PATIENCE	1000000

static __u16 ticks(__nsec ns)
{
	__u64 n = ns >= I8254_MAX_NS ? MAX_TICKS
		: ns * I8254_HZ / UKARCH_NSEC_PER_SEC;

	return n ? (__u16)n : 1;
}

void i8254_set(__nsec ns)
{
	__u16 n = ticks(ns);

	outb(CONTROL, ONE_SHOT0);
	outb(COUNTER0, (__u8)n);
	outb(COUNTER0, (__u8)(n >> 8));
}

/* In this mode an interrupt comes once, whenever it was set to */
void i8254_stop_alarm(void)
{
	i8254_set(0);
}

void i8254_start(void)
{
	__u8 gate = inb(GATE) & (__u8)~(GATE_ON | GATE_SPEAKER);

	outb(GATE, gate);
	outb(CONTROL, ONE_SHOT2);
	outb(COUNTER2, 0xff);
	outb(COUNTER2, 0xff);
	outb(GATE, gate | GATE_ON);
}

__u64 i8254_read(void)
{
	__u16 left;

	outb(CONTROL, LATCH2);
	left = inb(COUNTER2);
	left |= (__u16)(inb(COUNTER2) << 8);
	return (__u16)(MAX_TICKS - left);
}

void i8254_stop(void)
{
	outb(GATE, inb(GATE) & (__u8)~(GATE_ON | GATE_SPEAKER));
}

void i8254_wait(__nsec ns)
{
	__u16 n = ticks(ns);
	unsigned int i;

	i8254_start();
	for (i = 0; i < PATIENCE && i8254_read() < n; i++)
		;
	i8254_stop();
}
