/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happens when the function that a context began with returns: there is
 * nothing to return to.
 */
#include <uk/plat/bootstrap.h>
#include <uk/plat/console.h>
#include "ctx.h"

void context_entry_returned(void)
{
	static const char message[] =
		"\nCrash: the entry function of a context (a thread function) returned: it must end with uk_sched_thread_exit()\n";

	ukplat_coutk(message, sizeof(message) - 1);
	ukplat_crash();
}
