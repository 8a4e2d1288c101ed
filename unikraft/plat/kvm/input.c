/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Input of the console, kept in a ring between its interrupts and those who
 * read it. Knows no port.
 */
#include <kvm/input.h>
#include <uk/arch/types.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>

#define RING_LEN	1024U	/* a power of 2 */

/*
 * Bytes [taken, put) of the input, modulo the length. With interrupts off:
 * the handler puts, kvm_input_take() takes.
 */
static __u8 ring[RING_LEN];
static unsigned int put, taken;
/* The port has been stopped for lack of room */
static int stopped;

static void fill_ring(const struct kvm_input_port *port)
{
	int byte;

	while (put - taken < RING_LEN && (byte = port->get()) >= 0)
		ring[put++ % RING_LEN] = (__u8)byte;
}

static int on_input(void *arg)
{
	const struct kvm_input_port *port = arg;

	fill_ring(port);
	if (put - taken == RING_LEN) {
		port->receive(0);
		stopped = 1;
	}
	/* Its own even when kvm_input_take() has been here before */
	return 1;
}

int kvm_input_init(const struct kvm_input_port *port, unsigned long irq)
{
	int rc = ukplat_irq_register(irq, on_input, (void *)(__uptr)port);
	unsigned long flags;

	if (rc)
		return rc;
	/* What came before may not be told any more */
	flags = ukplat_lcpu_save_irqf();
	port->receive(1);
	fill_ring(port);
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}

int kvm_input_take(const struct kvm_input_port *port, char *buf,
		   unsigned int maxlen)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	unsigned int n = 0;

	fill_ring(port);
	while (n < maxlen && taken != put)
		buf[n++] = (char)ring[taken++ % RING_LEN];
	if (stopped && put - taken < RING_LEN / 2) {
		stopped = 0;
		port->receive(1);
	}
	ukplat_lcpu_restore_irqf(flags);
	return (int)n;
}
