/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reports of schedulers that are called where they must not be: from interrupt
 * handlers, too, which rules out printk.
 */
#include <uk/plat/bootstrap.h>
#include <uk/plat/console.h>
#include <uk/plat/irq.h>
#include <uk/sched_impl.h>
#include "thread_impl.h"

static void print(const char *text)
{
	unsigned int len = 0;

	while (text[len])
		len++;
	ukplat_coutk(text, len);
}

static void __noreturn report(const struct uk_thread *t, const char *what)
{
	print("\nCrash: thread ");
	print(t ? thread_name(t) : "<none>");
	print(what);
	print(ukplat_irq_in_handler() ? " in an interrupt handler\n"
				      : " with interrupts off\n");
	ukplat_crash();
}

void __uk_sched_yield_forbidden(void)
{
	report(uk_thread_current(), " was to yield, sleep, wait or end");
}

void thread_block_forbidden(const struct uk_thread *t)
{
	report(t, " was to be blocked");
}
