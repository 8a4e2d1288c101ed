/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The preemptive scheduler: round robin by the timer's interrupt, which comes
 * only while somebody waits for a turn or sleeps until some time. The
 * interrupt's handler does not switch: it has the platform call preempt() in
 * place of the interrupted thread.
 *
 * Threads are switched with interrupts off. Each goes on with interrupts as it
 * had them; one that begins enables them.
 */
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/plat/config.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/preempt.h>
#include <uk/sched_impl.h>
#include <uk/schedpreempt.h>

#define SLICE	ukarch_time_msec_to_nsec((__nsec)CONFIG_LIBUKSCHEDPREEMPT_SLICE)

/* Beyond those of uk/thread.h: has been switched to by this scheduler */
#define THREADF_BEGUN	0x80000000U

struct schedpreempt {
	struct uk_sched sched;
	/* With interrupts off */
	struct uk_thread_list ready;
	struct uk_sleepers sleepers;
	__nsec timer;		/* when its interrupt comes; 0: it is not set */
	/* The current thread's turn: 0 until the first interrupt within it */
	__nsec turn_ends;
	struct uk_thread idle;
};

/* The one that was started */
static struct schedpreempt *started;

volatile unsigned int __uk_preempt_count;
volatile int __uk_preempt_pending;

static struct schedpreempt *of(struct uk_sched *s)
{
	return __containerof(s, struct schedpreempt, sched);
}

/* ---- With interrupts off ---- */

/* The timer's next interrupt, if somebody needs one earlier than it comes */
static void set_timer(struct schedpreempt *p, __nsec now)
{
	__nsec when = 0;

	if (!UK_TAILQ_EMPTY(&p->ready))
		when = p->turn_ends ? p->turn_ends : now + SLICE;
	if (p->sleepers.count
	    && (!when || (__nsec)uk_sleepers_first(&p->sleepers) < when))
		when = (__nsec)uk_sleepers_first(&p->sleepers);
	if (!when || (p->timer && p->timer <= when))
		return;
	p->timer = MAX(when, (__nsec)1);
	ukplat_time_set_timer(when > now ? when - now : 1);
}

/* Somebody came to the queue, or goes to sleep */
static void needs_timer(struct schedpreempt *p)
{
	if (p != started)
		return;
	set_timer(p, ukplat_monotonic_clock());
}

static void enqueue(struct schedpreempt *p, struct uk_thread *t)
{
	UK_TAILQ_INSERT_TAIL(&p->ready, t, queue);
	needs_timer(p);
}

/* The one to go on with. The idle thread is in no queue */
static struct uk_thread *choose(struct schedpreempt *p, struct uk_thread *prev)
{
	struct uk_thread *next;

	if (p->sleepers.count)
		uk_sleepers_wake(&p->sleepers,
				 (__snsec)ukplat_monotonic_clock());
	next = UK_TAILQ_FIRST(&p->ready);
	if (!next)
		return uk_thread_is_runnable(prev) ? prev : &p->idle;
	UK_TAILQ_REMOVE(&p->ready, next, queue);
	if (prev != &p->idle && uk_thread_is_runnable(prev))
		enqueue(p, prev);
	return next;
}

static void schedule(struct schedpreempt *p)
{
	struct uk_thread *prev = uk_thread_current();
	struct uk_thread *next = choose(p, prev);
	unsigned int count = __uk_preempt_count;

	__uk_preempt_pending = 0;
	if (next == prev)
		return;
	if (!(next->flags & THREADF_BEGUN)) {
		next->flags |= THREADF_BEGUN;
		ukarch_ctx_enable_irqs(&next->ctx);
	}
	__uk_preempt_count = 0;
	p->turn_ends = 0;
	/* Its interrupt may have come when nobody looked */
	if (!p->timer)
		set_timer(p, ukplat_monotonic_clock());
	uk_sched_thread_switch(next);
	__uk_preempt_count = count;
}

/* In place of a thread. One that blocks is about to yield by itself */
static void preempt(void)
{
	if (uk_thread_is_runnable(uk_thread_current()))
		schedule(started);
}

/* With interrupts off: others wait, and the turn of the current one is over */
static int turn_is_over(struct schedpreempt *p, __nsec now)
{
	if (UK_TAILQ_EMPTY(&p->ready))
		return 0;
	if (p->turn_ends)
		return now >= p->turn_ends;
	p->turn_ends = now + SLICE;
	return 0;
}

/* The idle thread looks for itself, and nobody else waits meanwhile */
static int on_timer(void *arg __unused)
{
	struct schedpreempt *p = started;
	struct uk_thread *current = uk_thread_current();
	__nsec now = ukplat_monotonic_clock();

	p->timer = 0;
	if (current == &p->idle || current->sched != &p->sched)
		return 1;
	uk_sleepers_wake(&p->sleepers, (__snsec)now);
	if (turn_is_over(p, now)) {
		p->turn_ends = 0;
		if (__uk_preempt_count)
			__uk_preempt_pending = 1;
		else
			ukplat_irq_then(preempt);
	}
	set_timer(p, now);
	return 1;
}

/* ---- With interrupts on ---- */

static void yield(struct uk_sched *s)
{
	unsigned long flags;

	uk_sched_check_yield();
	flags = ukplat_lcpu_save_irqf();
	schedule(of(s));
	ukplat_lcpu_restore_irqf(flags);
}

/* Where interrupts are off, the next interrupt will do */
void __uk_preempt_now(void)
{
	unsigned long flags;

	if (ukplat_lcpu_irqs_disabled())
		return;
	flags = ukplat_lcpu_save_irqf();
	if (__uk_preempt_pending && !__uk_preempt_count)
		preempt();
	ukplat_lcpu_restore_irqf(flags);
}

/* ---- What schedulers do, with interrupts off ---- */

static int thread_add(struct uk_sched *s, struct uk_thread *t)
{
	struct schedpreempt *p = of(s);
	int rc = uk_sleepers_reserve(&p->sleepers);

	if (rc < 0)
		return rc;
	if (t != uk_thread_current() && uk_thread_is_runnable(t))
		enqueue(p, t);
	else if (uk_thread_is_blocked(t) && t->wakeup_time) {
		uk_sleepers_add(&p->sleepers, t, t->wakeup_time);
		needs_timer(p);
	}
	return 0;
}

static void thread_remove(struct uk_sched *s, struct uk_thread *t)
{
	struct schedpreempt *p = of(s);

	uk_sleepers_remove(&p->sleepers, t);
	uk_sleepers_unreserve(&p->sleepers);
	if (t != uk_thread_current() && uk_thread_is_runnable(t))
		UK_TAILQ_REMOVE(&p->ready, t, queue);
}

static void thread_blocked(struct uk_sched *s, struct uk_thread *t)
{
	struct schedpreempt *p = of(s);

	if (t != uk_thread_current())
		UK_TAILQ_REMOVE(&p->ready, t, queue);
	if (t->wakeup_time) {
		uk_sleepers_add(&p->sleepers, t, t->wakeup_time);
		needs_timer(p);
	}
}

static void thread_woken(struct uk_sched *s, struct uk_thread *t)
{
	struct schedpreempt *p = of(s);

	if (t->_sleeper)
		uk_sleepers_remove(&p->sleepers, t);
	if (t != uk_thread_current())
		enqueue(p, t);
}

/* Waiting sets the timer to something else */
static void stop(struct schedpreempt *p)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (UK_TAILQ_EMPTY(&p->ready)) {
		if (p->sleepers.count)
			ukplat_lcpu_halt_to((__nsec)
					    uk_sleepers_first(&p->sleepers));
		else
			ukplat_lcpu_halt_irq();
		p->timer = 0;
		set_timer(p, ukplat_monotonic_clock());
	}
	ukplat_lcpu_restore_irqf(flags);
	ukplat_lcpu_irqs_handle_pending();
}

static void __noreturn idle(void *argp)
{
	struct schedpreempt *p = argp;

	for (;;) {
		if (!uk_sched_thread_gc(&p->sched))
			stop(p);
		yield(&p->sched);
	}
}

static int start(struct uk_sched *s, struct uk_thread *main)
{
	UK_ASSERT(main->sched == s && main == uk_thread_current());
	if (started)
		return -EBUSY;
	main->flags |= THREADF_BEGUN;
	started = of(s);
	if (ukplat_irq_register(ukplat_time_get_irq(), on_timer, NULL) < 0) {
		started = NULL;
		return -ENODEV;
	}
	ukplat_lcpu_enable_irq();
	return 0;
}

struct uk_sched *uk_schedpreempt_create(struct uk_alloc *a)
{
	struct schedpreempt *p = uk_zalloc(a, sizeof(*p));

	if (!p)
		return NULL;
	UK_TAILQ_INIT(&p->ready);
	uk_sleepers_init(&p->sleepers, a);
	if (uk_thread_init_fn1(&p->idle, idle, p, a,
			       UK_SCHED_IDLE_STACK_SIZE, a, false, NULL,
			       "idle", NULL, NULL) < 0) {
		uk_free(a, p);
		return NULL;
	}
	uk_sched_init(&p->sched, start, yield, thread_add, thread_remove,
		      thread_blocked, thread_woken, a);
	/* Seen with the others, but never queued */
	p->idle.sched = &p->sched;
	UK_TAILQ_INSERT_TAIL(&p->sched.thread_list, &p->idle, thread_list);
	return &p->sched;
}
