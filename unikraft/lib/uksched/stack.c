/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stacks of threads, each above a page that guards its end by option; and what
 * crash reports want to know of them.
 */
#include <errno.h>
#include <uk/alloc.h>
#include <uk/ctors.h>
#include <uk/plat/config.h>
#include <uk/plat/stack.h>
#include <uk/sched_impl.h>
#include "thread_impl.h"

#if CONFIG_LIBUKSCHED_STACK_GUARD
#define GUARD	__PAGE_SIZE

/* The usual size includes the guard, others do not */
static int allocate(struct uk_thread *t, struct uk_alloc *a, size_t len)
{
	size_t whole = len ? ALIGN_UP(len, __PAGE_SIZE) + GUARD : STACK_SIZE;
	void *memory;
	int rc;

	/* Nearly everything, and a guard */
	if (len && whole <= len)
		return -ENOMEM;
	memory = uk_memalign(a, __PAGE_SIZE, whole);
	if (!memory)
		return -ENOMEM;
	/* Page tables have no lock */
	uk_preempt_disable();
	rc = ukplat_stack_guard(memory);
	uk_preempt_enable();
	if (rc < 0) {
		uk_free(a, memory);
		return rc;
	}
	t->_mem.stack_mem = memory;
	t->_mem.stack = (char *)memory + GUARD;
	t->_mem.stack_len = whole - GUARD;
	return 0;
}

static void release(struct uk_thread *t)
{
	uk_preempt_disable();
	ukplat_stack_unguard(t->_mem.stack_mem);
	uk_preempt_enable();
	uk_free(t->_mem.stack_a, t->_mem.stack_mem);
}
#else
#define GUARD	0

static int allocate(struct uk_thread *t, struct uk_alloc *a, size_t len)
{
	if (!len)
		len = STACK_SIZE;
	t->_mem.stack = uk_malloc(a, len);
	t->_mem.stack_mem = t->_mem.stack;
	t->_mem.stack_len = len;
	return t->_mem.stack ? 0 : -ENOMEM;
}

static void release(struct uk_thread *t)
{
	uk_free(t->_mem.stack_a, t->_mem.stack_mem);
}
#endif

int thread_stack_alloc(struct uk_thread *t, struct uk_alloc *a, size_t len)
{
	t->_mem.stack_a = a;
	return allocate(t, a, len);
}

void thread_stack_free(struct uk_thread *t)
{
	if (t->_mem.stack_mem)
		release(t);
}

/* ---- For crash reports ---- */

static const char *current_name(void)
{
	struct uk_thread *current = uk_thread_current();

	return current ? thread_name(current) : NULL;
}

static int is_of(const struct uk_thread *t, __uptr address,
		 struct ukplat_stack *stack)
{
	__uptr base = (__uptr)t->_mem.stack;

	if (!base || !IN_RANGE(address, base - GUARD,
			       GUARD + t->_mem.stack_len))
		return 0;
	stack->memory.base = base;
	stack->memory.len = t->_mem.stack_len;
	stack->owner = thread_name(t);
	return address < base ? UKPLAT_STACK_GUARD : UKPLAT_STACK_INSIDE;
}

/* The current one may have left the lists */
static int find(__uptr address, struct ukplat_stack *stack)
{
	struct uk_thread *t = uk_thread_current();
	struct uk_sched *s;
	int found = t ? is_of(t, address, stack) : 0;

	for (s = uk_sched_head; s && !found; s = s->next) {
		uk_sched_foreach_thread(s, t) {
			found = is_of(t, address, stack);
			if (found)
				break;
		}
	}
	return found;
}

static void tell_platform(void)
{
	static const struct ukplat_stacks stacks = {
		.current = current_name,
		.find = find,
	};

	ukplat_stacks_set(&stacks);
}
UK_CTOR_PRIO(tell_platform, 0);
