/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * 16550 serial ports.
 */
#include <uart/ns16550.h>
#include <uk/asm/io.h>

#define DATA		0		/* divisor, low byte */
#define INTERRUPTS	1		/* divisor, high byte */
#define FIFO		2		/* what interrupts, when read */
#define LINE		3
#define MODEM		4
#define STATUS		5
#define SCRATCH		7

#define INTERRUPTS_INPUT 0x01
#define FIFO_ON		0x01		/* told byte by byte */
#define FIFO_IS_ON	0xc0		/* as it reads */
#define LINE_8N1	0x03
#define LINE_DIVISOR	0x80
#define MODEM_READY	0x01
#define MODEM_SEND	0x02
/* A wire to the interrupt controller, on PCs */
#define MODEM_INTERRUPT	0x08
#define STATUS_INPUT	0x01
#define STATUS_EMPTY	0x20
#define STATUS_SENT	0x40		/* the last byte, to its last bit */

/* Longer than the slowest line needs for a byte */
#define PATIENCE	1000000

/*
 * To switch the queues on drops what has come in. They stay off when that is
 * something: it could be taken first, but then the next one may come any time.
 */
static void queues_on(const struct ns16550 *uart)
{
	int is_on = (inb(uart->port + FIFO) & FIFO_IS_ON) == FIFO_IS_ON;

	if (is_on || !(inb(uart->port + STATUS) & STATUS_INPUT))
		outb(uart->port + FIFO, FIFO_ON);
}

void ns16550_init(struct ns16550 *uart, __u16 port, __u16 divisor)
{
	uart->port = port;
	outb(port + SCRATCH, 0x5a);
	uart->present = inb(port + SCRATCH) == 0x5a;
	if (!uart->present)
		return;
	outb(port + INTERRUPTS, 0);
	outb(port + LINE, LINE_8N1 | LINE_DIVISOR);
	outb(port + DATA, (__u8)divisor);
	outb(port + INTERRUPTS, (__u8)(divisor >> 8));
	outb(port + LINE, LINE_8N1);
	queues_on(uart);
	outb(port + MODEM, MODEM_READY | MODEM_SEND);
}

static void wait_for(const struct ns16550 *uart, __u8 status)
{
	unsigned int i;

	for (i = 0; i < PATIENCE; i++)
		if (inb(uart->port + STATUS) & status)
			break;
}

void ns16550_put(const struct ns16550 *uart, __u8 byte)
{
	if (!uart->present)
		return;
	wait_for(uart, STATUS_EMPTY);
	outb(uart->port + DATA, byte);
}

void ns16550_flush(const struct ns16550 *uart)
{
	if (uart->present)
		wait_for(uart, STATUS_SENT);
}

int ns16550_get(const struct ns16550 *uart)
{
	if (!uart->present || !(inb(uart->port + STATUS) & STATUS_INPUT))
		return -1;
	return inb(uart->port + DATA);
}

void ns16550_receive(const struct ns16550 *uart, int on)
{
	if (!uart->present)
		return;
	outb(uart->port + MODEM, on
	     ? MODEM_READY | MODEM_SEND | MODEM_INTERRUPT : MODEM_READY);
	outb(uart->port + INTERRUPTS, on ? INTERRUPTS_INPUT : 0);
}
