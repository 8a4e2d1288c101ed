/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stacks of threads.
 */
#include <errno.h>
#include <uk/alloc.h>
#include <uk/plat/config.h>
#include "thread_impl.h"

int thread_stack_alloc(struct uk_thread *t, struct uk_alloc *a, size_t len)
{
	void *memory;

	if (!len)
		len = STACK_SIZE;
	memory = uk_malloc(a, len);
	if (!memory)
		return -ENOMEM;
	t->_mem.stack_a = a;
	t->_mem.stack_mem = memory;
	t->_mem.stack = memory;
	t->_mem.stack_len = len;
	return 0;
}

void thread_stack_free(struct uk_thread *t)
{
	if (t->_mem.stack_mem)
		uk_free(t->_mem.stack_a, t->_mem.stack_mem);
}
