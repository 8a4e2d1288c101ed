/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For test_irq.c: what runs inside interrupts.
 */
#include <uk/arch/lcpu.h>
#include <uk/plat/common/irq.h>
#include <uk/plat/common/time.h>
#include <uk/plat/lcpu.h>
#include "irq_handlers.h"

static unsigned long calls;

int see(void *arg)
{
	struct seen *seen = arg;

	seen->count++;
	seen->order = calls++;
	seen->stack = ukarch_read_sp();
	seen->irqs_disabled = ukplat_lcpu_irqs_disabled();
	seen->in_handler = ukplat_irq_in_handler();
	return 1;
}

void set_timer(__nsec ns)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	plat_time()->timer->set(ns);
	ukplat_lcpu_restore_irqf(flags);
}
