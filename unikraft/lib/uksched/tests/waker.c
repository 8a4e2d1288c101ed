/* SPDX-License-Identifier: BSD-3-Clause */
#include "waker.h"

int wake_from_handler(void *arg)
{
	struct waker *waker = arg;

	if (waker->thread) {
		waker->calls++;
		uk_thread_wake(waker->thread);
		waker->thread = NULL;
	}
	if (waker->queue) {
		waker->calls++;
		waker->condition = 1;
		uk_waitq_wake_up(waker->queue);
		waker->queue = NULL;
	}
	return 1;
}
