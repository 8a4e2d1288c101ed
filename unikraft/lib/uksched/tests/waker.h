/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef __UKSCHED_TESTS_WAKER_H__
#define __UKSCHED_TESTS_WAKER_H__

#include <uk/wait.h>

/* What the handler is to wake, and how often it did */
struct waker {
	struct uk_thread *volatile thread;
	struct uk_waitq *volatile queue;
	volatile int condition;
	volatile int calls;
};

/* A handler of the timer's interrupt */
int wake_from_handler(void *arg);

#endif /* __UKSCHED_TESTS_WAKER_H__ */
