/* SPDX-License-Identifier: BSD-3-Clause */
#include <uart/pl011.h>
#include <uk/arch/lcpu.h>

#define DATA		0x00
#define FLAGS		0x18
#define LINE		0x2c
#define CONTROL		0x30
#define INTERRUPTS	0x38

#define DATA_ERRORS	0xf00		/* with the byte that they are about */
#define FLAGS_BUSY	(1 << 3)	/* until the last byte's last bit */
#define FLAGS_RX_EMPTY	(1 << 4)
#define FLAGS_TX_FULL	(1 << 5)
#define LINE_8N1	0x60
#define LINE_FIFO	0x10
#define CONTROL_ON	0x301		/* UART, sender, receiver */
/* Something has come, or a few bytes and no more for a while */
#define INTERRUPT_INPUT	0x50

/* Longer than the slowest line needs for a byte; then the byte is lost */
#define PATIENCE	1000000

static volatile __u32 *at(volatile void *registers, unsigned int offset)
{
	return (volatile __u32 *)((volatile char *)registers + offset);
}

void pl011_init(volatile void *registers)
{
	__u32 line = ioreg_read32(at(registers, LINE));

	/*
	 * To switch the queues on or off drops what has come in. What is
	 * received and pending stays so, for it is not told again.
	 */
	ioreg_write32(at(registers, INTERRUPTS), 0);
	ioreg_write32(at(registers, LINE), LINE_8N1 | (line & LINE_FIFO));
	ioreg_write32(at(registers, CONTROL), CONTROL_ON);
}

static void wait_while(volatile void *registers, __u32 flags)
{
	unsigned int i;

	for (i = 0; i < PATIENCE; i++)
		if (!(ioreg_read32(at(registers, FLAGS)) & flags))
			break;
}

void pl011_put(volatile void *registers, char c)
{
	wait_while(registers, FLAGS_TX_FULL);
	ioreg_write32(at(registers, DATA), (__u8)c);
}

void pl011_flush(volatile void *registers)
{
	wait_while(registers, FLAGS_BUSY);
}

int pl011_get(volatile void *registers)
{
	__u32 data;

	/* What came in wrong (or too fast) is dropped */
	while (!(ioreg_read32(at(registers, FLAGS)) & FLAGS_RX_EMPTY)) {
		data = ioreg_read32(at(registers, DATA));
		if (!(data & DATA_ERRORS))
			return (int)(data & 0xff);
	}
	return -1;
}

void pl011_receive(volatile void *registers, int on)
{
	ioreg_write32(at(registers, INTERRUPTS), on ? INTERRUPT_INPUT : 0);
}
