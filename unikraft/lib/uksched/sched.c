/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What all schedulers have in common: which there are, which threads are
 * assigned to them, and how threads end.
 */
#include <uk/assert.h>
#include <uk/plat/lcpu.h>
#include <uk/print.h>
#include <uk/sched_impl.h>
#include <uk/wait.h>
#include "thread_impl.h"

struct uk_sched *uk_sched_head;
struct uk_thread *__uk_sched_thread_current;
struct ukarch_ectx *__uk_sched_ectx;

int uk_sched_register(struct uk_sched *s)
{
	struct uk_sched **link = &uk_sched_head;

	while (*link)
		link = &(*link)->next;
	s->next = NULL;
	*link = s;
	return 0;
}

int uk_sched_start(struct uk_sched *s)
{
	uintptr_t tlsp = ukplat_tlsp_get();
	struct uk_thread *main;
	int rc;

	UK_ASSERT(s && s->sched_start && !s->is_started);
	UK_ASSERT(!uk_thread_current());

	/* If there is a TLS, the boot code has made it */
	main = uk_thread_create_bare(s->a, 0, 0, tlsp, tlsp != 0, false,
				     "init", NULL, NULL);
	if (!main)
		return -ENOMEM;
	/* Assigned before it is the current one, of which there is room */
	rc = uk_sched_thread_add(s, main);
	if (rc < 0)
		goto no_room;
	uk_thread_set_runnable(main);
	__uk_sched_thread_current = main;
	__uk_sched_count_for(main);
	__uk_sched_ectx = main->ectx;
	rc = s->sched_start(s, main);
	if (rc < 0)
		goto no_start;
	s->is_started = true;
	return 0;

no_start:
	__uk_sched_thread_current = NULL;
	__uk_sched_count_for(NULL);
	uk_thread_set_blocked(main);
	uk_sched_thread_remove(main);
no_room:
	uk_thread_release(main);
	return rc;
}

int uk_sched_thread_add(struct uk_sched *s, struct uk_thread *t)
{
	unsigned long flags;
	int rc;

	UK_ASSERT(s && t && !t->sched);
	UK_ASSERT(!uk_thread_is_exited(t));

	flags = ukplat_lcpu_save_irqf();
	rc = s->thread_add(s, t);
	if (rc >= 0) {
		t->sched = s;
		UK_TAILQ_INSERT_TAIL(&s->thread_list, t, thread_list);
	}
	ukplat_lcpu_restore_irqf(flags);
	return rc;
}

int uk_sched_thread_remove(struct uk_thread *t)
{
	unsigned long flags;
	struct uk_sched *s;

	UK_ASSERT(t && t->sched);

	flags = ukplat_lcpu_save_irqf();
	s = t->sched;
	s->thread_remove(s, t);
	t->sched = NULL;
	UK_TAILQ_REMOVE(&s->thread_list, t, thread_list);
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}

/* ---- Creating ---- */

/* Those that have ended make room first */
static bool can_create(struct uk_sched *s, bool no_uktls)
{
	UK_ASSERT(s && s->a && s->a_stack);
	if (!UK_TAILQ_EMPTY(&s->exited_threads))
		uk_sched_thread_gc(s);
	return no_uktls || s->a_uktls;
}

static struct uk_thread *assign(struct uk_sched *s, struct uk_thread *t)
{
	if (t && uk_sched_thread_add(s, t) < 0) {
		uk_thread_release(t);
		return NULL;
	}
	return t;
}

struct uk_thread *uk_sched_thread_create_fn0(struct uk_sched *s,
					     uk_thread_fn0_t fn0,
					     size_t stack_len,
					     bool no_uktls, bool no_ectx,
					     const char *name, void *priv,
					     uk_thread_dtor_t dtor)
{
	if (!can_create(s, no_uktls))
		return NULL;
	return assign(s, uk_thread_create_fn0(s->a, fn0, s->a_stack, stack_len,
					      no_uktls ? NULL : s->a_uktls,
					      no_ectx, name, priv, dtor));
}

struct uk_thread *uk_sched_thread_create_fn1(struct uk_sched *s,
					     uk_thread_fn1_t fn1, void *argp,
					     size_t stack_len,
					     bool no_uktls, bool no_ectx,
					     const char *name, void *priv,
					     uk_thread_dtor_t dtor)
{
	if (!can_create(s, no_uktls))
		return NULL;
	return assign(s, uk_thread_create_fn1(s->a, fn1, argp,
					      s->a_stack, stack_len,
					      no_uktls ? NULL : s->a_uktls,
					      no_ectx, name, priv, dtor));
}

struct uk_thread *uk_sched_thread_create_fn2(struct uk_sched *s,
					     uk_thread_fn2_t fn2,
					     void *argp0, void *argp1,
					     size_t stack_len,
					     bool no_uktls, bool no_ectx,
					     const char *name, void *priv,
					     uk_thread_dtor_t dtor)
{
	if (!can_create(s, no_uktls))
		return NULL;
	return assign(s, uk_thread_create_fn2(s->a, fn2, argp0, argp1,
					      s->a_stack, stack_len,
					      no_uktls ? NULL : s->a_uktls,
					      no_ectx, name, priv, dtor));
}

/* ---- Ending ---- */

static struct uk_thread *next_exited(struct uk_sched *s)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	struct uk_thread *t = UK_TAILQ_FIRST(&s->exited_threads);

	if (t)
		UK_TAILQ_REMOVE(&s->exited_threads, t, thread_list);
	ukplat_lcpu_restore_irqf(flags);
	return t;
}

unsigned int uk_sched_thread_gc(struct uk_sched *sched)
{
	struct uk_thread *t;
	unsigned int n = 0;

	for (; (t = next_exited(sched)); n++) {
		UK_ASSERT(t != uk_thread_current() && uk_thread_is_exited(t));
		if (t->_gc_fn)
			t->_gc_fn(t, t->_gc_argp);
		uk_thread_release(t);
	}
	return n;
}

static void __noreturn leave(struct uk_sched *s, struct uk_thread *current)
{
	unsigned long flags;

	uk_sched_check_yield();
	uk_thread_set_exited(current);
	/* What it computed with need not be stored */
	if (current->ectx == __uk_sched_ectx)
		__uk_sched_ectx = NULL;
	flags = ukplat_lcpu_save_irqf();
	thread_stop_waiting(current);
	uk_sched_thread_remove(current);
	UK_TAILQ_INSERT_TAIL(&s->exited_threads, current, thread_list);
	ukplat_lcpu_restore_irqf(flags);
	s->yield(s);
	UK_CRASH("Thread %p (%s) goes on though it has exited\n", current,
		 thread_name(current));
}

void uk_sched_thread_terminate(struct uk_thread *thread)
{
	unsigned long flags;

	UK_ASSERT(thread);
	if (!thread->sched)
		UK_CRASH("uk_sched_thread_terminate: thread %p (%s) is assigned to no scheduler%s\n",
			 thread, thread_name(thread),
			 uk_thread_is_exited(thread) ? ": it has exited" : "");
	if (thread == uk_thread_current())
		leave(thread->sched, thread);
	/* Nobody hands anything to it in between */
	flags = ukplat_lcpu_save_irqf();
	thread_stop_waiting(thread);
	uk_sched_thread_remove(thread);
	ukplat_lcpu_restore_irqf(flags);
	uk_thread_release(thread);
}

void uk_sched_thread_exit2(uk_thread_gc_t gc_fn, void *gc_argp)
{
	struct uk_thread *current = uk_thread_current();

	UK_ASSERT(current && current->sched);
	current->_gc_fn = gc_fn;
	current->_gc_argp = gc_argp;
	leave(current->sched, current);
}

void uk_sched_thread_exit(void)
{
	uk_sched_thread_exit2(NULL, NULL);
}

/* ---- The rest ---- */

void uk_sched_thread_sleep(__nsec nsec)
{
	struct uk_thread *self = uk_thread_current();

	UK_ASSERT(self && self->sched);
	uk_thread_block_timeout(self, nsec);
	self->sched->yield(self->sched);
}

void uk_sched_dumpk_threads(int klvl, struct uk_sched *s)
{
	struct uk_thread *t, *next;

	/* Those who end meanwhile stay until it is done */
	uk_preempt_disable();
	uk_sched_foreach_thread_safe(s, t, next) {
		uk_printk(klvl,
			  "sched %p: thread %p (%s), ctx: %p, flags: %c%c%c%c\n",
			  s, t, thread_name(t), &t->ctx,
			  t->flags & UK_THREADF_RUNNABLE ? 'R' : '-',
			  t->flags & UK_THREADF_EXITED ? 'D' : '-',
			  t->flags & UK_THREADF_ECTX ? 'E' : '-',
			  t->flags & UK_THREADF_UKTLS ? 'T' : '-');
	}
	uk_preempt_enable();
}
