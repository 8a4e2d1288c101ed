/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console: a 16550 at the first serial port, polled. Bytes go out as they
 * are; a terminal on a real line has to add carriage returns itself.
 */
#include <kvm/cpu.h>
#include <uk/config.h>
#include <uk/plat/console.h>

#define COM1		0x3f8
#define DATA		(COM1 + 0)	/* divisor, low byte */
#define INTERRUPTS	(COM1 + 1)	/* divisor, high byte */
#define FIFO		(COM1 + 2)
#define LINE		(COM1 + 3)
#define MODEM		(COM1 + 4)
#define STATUS		(COM1 + 5)
#define SCRATCH		(COM1 + 7)

#define LINE_8N1	0x03
#define LINE_DIVISOR	0x80
#define FIFO_RESET	0x07
#define MODEM_READY	0x03
#define STATUS_INPUT	0x01
#define STATUS_EMPTY	0x20

#if CONFIG_KVM_SERIAL_BAUD_19200
#define DIVISOR		6
#elif CONFIG_KVM_SERIAL_BAUD_38400
#define DIVISOR		3
#elif CONFIG_KVM_SERIAL_BAUD_57600
#define DIVISOR		2
#else
#define DIVISOR		1
#endif

/* Longer than the slowest line needs for a byte; then the byte is lost */
#define PATIENCE	1000000

static int present;

void kvm_serial_init(void)
{
	outb(SCRATCH, 0x5a);
	present = inb(SCRATCH) == 0x5a;
	if (!present)
		return;
	outb(INTERRUPTS, 0);
	outb(LINE, LINE_8N1 | LINE_DIVISOR);
	outb(DATA, DIVISOR);
	outb(INTERRUPTS, 0);
	outb(LINE, LINE_8N1);
	outb(FIFO, FIFO_RESET);
	outb(MODEM, MODEM_READY);
}

static void put(char c)
{
	unsigned int i;

	for (i = 0; i < PATIENCE && !(inb(STATUS) & STATUS_EMPTY); i++)
		;
	outb(DATA, (__u8)c);
}

int ukplat_coutk(const char *buf, unsigned int len)
{
	unsigned int i;

	if (!len)
		while (buf[len])
			len++;
	for (i = 0; present && i < len; i++)
		put(buf[i]);
	return (int)len;
}

int ukplat_coutd(const char *buf, unsigned int len)
{
	return ukplat_coutk(buf, len);
}

int ukplat_cink(char *buf, unsigned int maxlen)
{
	unsigned int n = 0;

	while (present && n < maxlen && (inb(STATUS) & STATUS_INPUT))
		buf[n++] = (char)inb(DATA);
	return (int)n;
}
