/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The cooperative scheduler: a queue of runnable threads, in which the current
 * one is not, and a heap of those who sleep until some time. There is no tick:
 * when nobody can run, the idle thread stops the processor until the next
 * interrupt, or until the first sleeper is to be woken.
 */
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/plat/config.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/print.h>
#include <uk/sched_impl.h>
#include <uk/schedcoop.h>

struct schedcoop {
	struct uk_sched sched;
	/* With interrupts off: handlers wake threads */
	struct uk_thread_list ready;
	struct uk_sleepers sleepers;
	/* In no queue: the current one from the choice on */
	struct uk_thread *running;
	struct uk_thread idle;
};

static struct schedcoop *of(struct uk_sched *s)
{
	return __containerof(s, struct schedcoop, sched);
}

/* The one to go on with, with interrupts off. The idle thread is in no queue */
static struct uk_thread *choose(struct schedcoop *c, struct uk_thread *prev)
{
	struct uk_thread *next;

	if (c->sleepers.count)
		uk_sleepers_wake(&c->sleepers,
				 (__snsec)ukplat_monotonic_clock());
	next = UK_TAILQ_FIRST(&c->ready);
	if (!next)
		return uk_thread_is_runnable(prev) ? prev : &c->idle;
	UK_TAILQ_REMOVE(&c->ready, next, queue);
	if (prev != &c->idle && uk_thread_is_runnable(prev))
		UK_TAILQ_INSERT_TAIL(&c->ready, prev, queue);
	return next;
}

/*
 * Handlers may run between the choice and the switch, or within it: they only
 * add to the queue.
 */
static void yield(struct uk_sched *s)
{
	struct uk_thread *prev = uk_thread_current(), *next;
	unsigned long flags;

	uk_sched_check_yield();
	flags = ukplat_lcpu_save_irqf();
	next = choose(of(s), prev);
	of(s)->running = next;
	ukplat_lcpu_restore_irqf(flags);
	if (next != prev)
		uk_sched_thread_switch_called(next);
}

static int thread_add(struct uk_sched *s, struct uk_thread *t)
{
	struct schedcoop *c = of(s);
	int rc = uk_sleepers_reserve(&c->sleepers);

	if (rc < 0)
		return rc;
	if (t == uk_thread_current())
		c->running = t;
	else if (uk_thread_is_runnable(t))
		UK_TAILQ_INSERT_TAIL(&c->ready, t, queue);
	else if (uk_thread_is_blocked(t) && t->wakeup_time)
		uk_sleepers_add(&c->sleepers, t, t->wakeup_time);
	return 0;
}

static void thread_remove(struct uk_sched *s, struct uk_thread *t)
{
	struct schedcoop *c = of(s);

	uk_sleepers_remove(&c->sleepers, t);
	uk_sleepers_unreserve(&c->sleepers);
	if (t == c->running)
		c->running = NULL;
	else if (uk_thread_is_runnable(t))
		UK_TAILQ_REMOVE(&c->ready, t, queue);
}

static void thread_blocked(struct uk_sched *s, struct uk_thread *t)
{
	struct schedcoop *c = of(s);

	if (t != c->running)
		UK_TAILQ_REMOVE(&c->ready, t, queue);
	if (t->wakeup_time)
		uk_sleepers_add(&c->sleepers, t, t->wakeup_time);
}

static void thread_woken(struct uk_sched *s, struct uk_thread *t)
{
	struct schedcoop *c = of(s);

	if (t->_sleeper)
		uk_sleepers_remove(&c->sleepers, t);
	if (t != c->running)
		UK_TAILQ_INSERT_TAIL(&c->ready, t, queue);
}

/*
 * Interrupts are off from the look at the queue to the stop, which lets them
 * in: what comes between is not missed.
 */
static void stop(struct schedcoop *c)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (!UK_TAILQ_EMPTY(&c->ready))
		;
	else if (c->sleepers.count)
		ukplat_lcpu_halt_to((__nsec)uk_sleepers_first(&c->sleepers));
	else
		ukplat_lcpu_halt_irq();
	ukplat_lcpu_restore_irqf(flags);
	ukplat_lcpu_irqs_handle_pending();
}

static void __noreturn idle(void *argp)
{
	struct schedcoop *c = argp;

	for (;;) {
		if (!uk_sched_thread_gc(&c->sched))
			stop(c);
		yield(&c->sched);
	}
}

static int start(struct uk_sched *s, struct uk_thread *main)
{
	of(s)->running = main;
	UK_ASSERT(main->sched == s && main == uk_thread_current());
	ukplat_lcpu_enable_irq();
	return 0;
}

struct uk_sched *uk_schedcoop_create(struct uk_alloc *a)
{
	struct schedcoop *c = uk_zalloc(a, sizeof(*c));

	if (!c)
		return NULL;
	UK_TAILQ_INIT(&c->ready);
	uk_sleepers_init(&c->sleepers, a);
	if (uk_thread_init_fn1(&c->idle, idle, c, a,
			       UK_SCHED_IDLE_STACK_SIZE, a, false, NULL,
			       "idle", NULL, NULL) < 0) {
		uk_free(a, c);
		return NULL;
	}
	uk_sched_init(&c->sched, start, yield, thread_add, thread_remove,
		      thread_blocked, thread_woken, a);
	/* Seen with the others, but never queued */
	c->idle.sched = &c->sched;
	UK_TAILQ_INSERT_TAIL(&c->sched.thread_list, &c->idle, thread_list);
	return &c->sched;
}
