/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts: a process has none, so there is no number to register for.
 */
#include <uk/essentials.h>
#include <uk/plat/irq.h>
#include <uk/plat/time.h>

#define EINVAL	22

int ukplat_irq_init(struct uk_alloc *a __unused)
{
	return 0;
}

int ukplat_irq_register(unsigned long irq __unused,
			irq_handler_func_t func __unused, void *arg __unused)
{
	return -EINVAL;
}

/* Sleeping ends by itself (lcpu.c): no number, as above */
__u32 ukplat_time_get_irq(void)
{
	return 0;
}
