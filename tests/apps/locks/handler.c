/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An interrupt handler that does what none may do.
 */

#include "handler.h"

struct uk_mutex *handler_mutex;
struct uk_semaphore *handler_semaphore;

int handler(void *arg __unused)
{
	if (handler_mutex)
		uk_mutex_lock(handler_mutex);
	if (handler_semaphore)
		uk_semaphore_down(handler_semaphore);
	return 0;
}
