/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The 8254 timer chip: a known span of time to measure others by, and an alarm
 * that ends an idle processor's sleep.
 */
#include <kvm/cpu.h>

#define PIT_HZ		1193182UL
#define PIT_MAX		0xffffUL

#define COUNTER0	0x40
#define COUNTER2	0x42
#define CONTROL		0x43
/* Counter, both bytes, mode 0: one shot, output rises at the end */
#define ONE_SHOT0	0x30
#define ONE_SHOT2	0xb0

/* Gate and output of counter 2; the speaker stays off */
#define GATE		0x61
#define GATE_ON		0x01
#define GATE_SPEAKER	0x02
#define GATE_OUTPUT	0x20

/* More reads of a port than fit into the longest wait, if the chip is dead */
#define PATIENCE	1000000

static __u16 ticks(__u64 ns)
{
	/* Above this many the product could overflow, and is too much anyway */
	__u64 n = ns > 1000000000UL ? PIT_MAX : ns * PIT_HZ / 1000000000UL;

	if (n > PIT_MAX)
		n = PIT_MAX;
	return n ? (__u16)n : 1;
}

void kvm_pit_wait(unsigned int ns)
{
	__u16 n = ticks(ns);
	unsigned int i;
	__u8 gate = inb(GATE) & (__u8)~(GATE_ON | GATE_SPEAKER);

	outb(GATE, gate);
	outb(CONTROL, ONE_SHOT2);
	outb(COUNTER2, (__u8)n);
	outb(COUNTER2, (__u8)(n >> 8));
	outb(GATE, gate | GATE_ON);
	for (i = 0; i < PATIENCE && !(inb(GATE) & GATE_OUTPUT); i++)
		;
	outb(GATE, gate);
}

void kvm_pit_alarm(__u64 ns)
{
	__u16 n = ticks(ns);

	outb(CONTROL, ONE_SHOT0);
	outb(COUNTER0, (__u8)n);
	outb(COUNTER0, (__u8)(n >> 8));
}
