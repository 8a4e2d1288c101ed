/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * 16550 serial ports, by ports or memory of x86. Knows nothing of consoles.
 */
#ifndef __DRIVERS_UART_NS16550_H__
#define __DRIVERS_UART_NS16550_H__

#include <uk/arch/types.h>

/* `port`: the first of its eight ports */
struct ns16550 {
	__u16 port;
	int present;
};

/*
 * Finds out whether it is there and sets it up: 8 bits, no parity, 115200 bits
 * per second divided by `divisor`, no interrupts, FIFOs on unless that would
 * drop input that came before: it can be taken.
 */
void ns16550_init(struct ns16550 *uart, __u16 port, __u16 divisor);

/* Sends a byte; one that the line does not take in reasonable time is lost */
void ns16550_put(const struct ns16550 *uart, __u8 byte);
/* Waits, in reason, until all bytes have been sent */
void ns16550_flush(const struct ns16550 *uart);
/* Takes a received byte; -1 for none */
int ns16550_get(const struct ns16550 *uart);

/*
 * Whether it interrupts when it has received something, and tells the other
 * side of the line that it may send.
 */
void ns16550_receive(const struct ns16550 *uart, int on);
#endif /* __DRIVERS_UART_NS16550_H__ */
