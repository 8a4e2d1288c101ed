/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console: the first serial port. Bytes go out as they are, polled; a
 * terminal on a real line has to add carriage returns itself. What comes in is
 * kept until it is asked for; when there is no more room, it waits in the port,
 * and the other side of the line is told to stop.
 */
#include <kvm/boot.h>
#include <kvm/input.h>
#include <kvm/x86/cpu.h>
#include <uart/ns16550.h>
#include <uk/config.h>
#include <uk/init.h>
#include <uk/plat/console.h>

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

static struct ns16550 uart;

static int get(void)
{
	return ns16550_get(&uart);
}

static void receive(int on)
{
	ns16550_receive(&uart, on);
}

static const struct kvm_input_port input = { get, receive };

void kvm_serial_init(void)
{
	ns16550_init(&uart, COM1, DIVISOR);
}

/* Until then, and where the interrupt cannot be had, input is polled */
static int receive_by_interrupt(void)
{
	if (uart.present)
		kvm_input_init(&input, COM1_IRQ);
	return 0;
}
uk_early_initcall(receive_by_interrupt);

void kvm_console_flush(void)
{
	ns16550_flush(&uart);
}

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
	return kvm_input_take(&input, buf, maxlen);
}
