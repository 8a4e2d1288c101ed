/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Takes the processor from one thread wherever it is, as a preemptive scheduler
 * does, but sooner.
 */
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/preempt.h>
#include <uk/sched.h>
#include "preempting.h"

struct uk_thread *volatile preempting;

static void in_its_place(void)
{
	if (uk_thread_current() != preempting || __uk_preempt_count)
		return;
	preempting = NULL;
	ukplat_lcpu_enable_irq();
	uk_sched_yield();
	ukplat_lcpu_disable_irq();
}

int preempting_handler(void *arg __unused)
{
	if (preempting && preempting == uk_thread_current())
		ukplat_irq_then(in_its_place);
	return 0;
}
