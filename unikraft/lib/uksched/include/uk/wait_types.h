/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Wait queues: their types, for structures that hold one. See uk/wait.h.
 */
#ifndef __UK_SCHED_WAIT_TYPES_H__
#define __UK_SCHED_WAIT_TYPES_H__

#include <uk/list.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_thread;

/* One thread that waits; lies on its stack. Written with interrupts off */
struct uk_waitq_entry {
	int waiting;			/* it is in a queue */
	struct uk_thread *thread;
	UK_TAILQ_ENTRY(struct uk_waitq_entry) thread_list;
};

/* Those who wait, the longest waiting first. With interrupts off */
UK_TAILQ_HEAD(uk_waitq, struct uk_waitq_entry);

#define __WAIT_QUEUE_INITIALIZER(name)	UK_TAILQ_HEAD_INITIALIZER(name)

#define DEFINE_WAIT_QUEUE(name)						\
	struct uk_waitq name = __WAIT_QUEUE_INITIALIZER(name)

/* An entry of the current thread */
#define DEFINE_WAIT(name)						\
	struct uk_waitq_entry name = {					\
		.waiting = 0,						\
		.thread = uk_thread_current(),				\
	}

#ifdef __cplusplus
}
#endif

#endif /* __UK_SCHED_WAIT_TYPES_H__ */
