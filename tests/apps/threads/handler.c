/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A handler that does what handlers must not do.
 */

#include <uk/sched.h>
#include "threads.h"

enum handler_mistake handler_mistake;

int handler(void *arg)
{
	struct uk_thread *thread = arg;

	switch (handler_mistake) {
	case YIELD:
		uk_sched_yield();
		break;
	case SLEEP:
		uk_sched_thread_sleep(1000);
		break;
	case EXIT:
		uk_sched_thread_exit();
	case BLOCK:
		uk_thread_block(thread);
		break;
	default:
		break;
	}
	return 1;
}
