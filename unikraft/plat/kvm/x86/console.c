/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console: the first serial port. Bytes go out as they are, polled; a
 * terminal on a real line has to add carriage returns itself. What comes in is
 * kept until it is asked for; when there is no more room, it waits in the port,
 * and the other side of the line is told to stop.
 */
#include <kvm/cpu.h>
#include <uart/ns16550.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/init.h>
#include <uk/plat/console.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>

#define COM1		0x3f8
#define COM1_IRQ	4

#if CONFIG_KVM_SERIAL_BAUD_19200
#define DIVISOR		6
#elif CONFIG_KVM_SERIAL_BAUD_38400
#define DIVISOR		3
#elif CONFIG_KVM_SERIAL_BAUD_57600
#define DIVISOR		2
#else
#define DIVISOR		1
#endif

#define RING_LEN	1024U	/* a power of 2 */

static struct ns16550 uart;

/*
 * Bytes [taken, put) of the input, modulo the length. With interrupts off:
 * the handler puts, ukplat_cink() takes.
 */
static __u8 ring[RING_LEN];
static unsigned int put, taken;
/* The port has been stopped for lack of room */
static int stopped;

void kvm_serial_init(void)
{
	ns16550_init(&uart, COM1, DIVISOR);
}

static void fill_ring(void)
{
	int byte;

	while (put - taken < RING_LEN && (byte = ns16550_get(&uart)) >= 0)
		ring[put++ % RING_LEN] = (__u8)byte;
}

static int on_input(void *arg __unused)
{
	fill_ring();
	if (put - taken == RING_LEN) {
		ns16550_receive(&uart, 0);
		stopped = 1;
	}
	/* Its own even when ukplat_cink() has been here before */
	return 1;
}

/* Until then, and where the interrupt cannot be had, input is polled */
static int receive_by_interrupt(void)
{
	if (!uart.present || ukplat_irq_register(COM1_IRQ, on_input, __NULL))
		return 0;
	ns16550_receive(&uart, 1);
	return 0;
}
uk_early_initcall(receive_by_interrupt);

int ukplat_coutk(const char *buf, unsigned int len)
{
	unsigned int i;

	if (!len)
		while (buf[len])
			len++;
	for (i = 0; i < len; i++)
		ns16550_put(&uart, (__u8)buf[i]);
	return (int)len;
}

int ukplat_coutd(const char *buf, unsigned int len)
{
	return ukplat_coutk(buf, len);
}

int ukplat_cink(char *buf, unsigned int maxlen)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	unsigned int n = 0;

	fill_ring();
	while (n < maxlen && taken != put)
		buf[n++] = (char)ring[taken++ % RING_LEN];
	if (stopped && put - taken < RING_LEN / 2) {
		stopped = 0;
		ns16550_receive(&uart, 1);
	}
	ukplat_lcpu_restore_irqf(flags);
	return (int)n;
}
