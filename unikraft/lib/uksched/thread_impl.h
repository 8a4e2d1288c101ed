/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of uksched ask of each other.
 */
#ifndef __UKSCHED_THREAD_IMPL_H__
#define __UKSCHED_THREAD_IMPL_H__

#include <uk/thread.h>

static inline const char *thread_name(const struct uk_thread *t)
{
	return t->name ? t->name : "<unnamed>";
}

/* The init functions of the image for `t`; undone again when one fails */
int thread_call_init(struct uk_thread *t);

/*
 * A stack of `len` bytes (0: the usual size) in t->_mem. 0, or -ENOMEM.
 * Freeing works on a copy of the thread, too, and on one without stack.
 */
int thread_stack_alloc(struct uk_thread *t, struct uk_alloc *a, size_t len);
void thread_stack_free(struct uk_thread *t);

/* Takes it out of all queues that it waits in */
void thread_stop_waiting(struct uk_thread *t);

/* Ends the run with a report */
void thread_block_forbidden(const struct uk_thread *t) __noreturn;

#endif /* __UKSCHED_THREAD_IMPL_H__ */
