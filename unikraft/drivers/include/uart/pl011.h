/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Arm's PL011 UART. Bytes go out as they are.
 */
#ifndef __DRIVERS_UART_PL011_H__
#define __DRIVERS_UART_PL011_H__

#include <uk/arch/types.h>

#define PL011_REGISTERS		0x1000UL	/* bytes */

/*
 * Turns sender and receiver on and interrupts off; speed and queues stay what
 * firmware has set.
 */
void pl011_init(volatile void *registers);
/* Waits, for a bounded time, until there is room */
void pl011_put(volatile void *registers, char c);
/* Waits, for a bounded time, until all bytes have been sent */
void pl011_flush(volatile void *registers);
/* A byte that has come in, 0 to 255, or -1 */
int pl011_get(volatile void *registers);
/* Whether it interrupts when it has received something */
void pl011_receive(volatile void *registers, int on);

#endif /* __DRIVERS_UART_PL011_H__ */
