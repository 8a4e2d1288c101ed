/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Schedulers: which of the threads that were assigned to one runs. One of
 * them has been started; its threads share the processor.
 *
 * Functions here may not be called from interrupt handlers, and those that
 * let others run (yield, sleep, exit) not with interrupts off either: both
 * end the run with a report.
 */
#ifndef __UK_SCHED_H__
#define __UK_SCHED_H__

#include <errno.h>
#include <uk/alloc.h>
#include <uk/arch/types.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/plat/tls.h>
#include <uk/thread.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_sched;

/* Of the current thread; null before one was started */
static inline struct uk_sched *uk_sched_current(void)
{
	struct uk_thread *current = uk_thread_current();

	return current ? current->sched : NULL;
}

/* Lets others run; returns when it is the caller's turn again */
typedef void (*uk_sched_yield_func_t)(struct uk_sched *s);
/* The next four are called with interrupts off */
typedef int (*uk_sched_thread_add_func_t)(struct uk_sched *s,
					  struct uk_thread *t);
typedef void (*uk_sched_thread_remove_func_t)(struct uk_sched *s,
					      struct uk_thread *t);
/* The flag says so already; t->wakeup_time: until when, or 0 */
typedef void (*uk_sched_thread_blocked_func_t)(struct uk_sched *s,
					       struct uk_thread *t);
/* t->wakeup_time is still what it was blocked with */
typedef void (*uk_sched_thread_woken_func_t)(struct uk_sched *s,
					     struct uk_thread *t);
/* `main` runs already. 0, or a negative error code */
typedef int (*uk_sched_start_t)(struct uk_sched *s, struct uk_thread *main);

struct uk_sched {
	uk_sched_yield_func_t yield;

	uk_sched_thread_add_func_t thread_add;
	uk_sched_thread_remove_func_t thread_remove;
	uk_sched_thread_blocked_func_t thread_blocked;
	uk_sched_thread_woken_func_t thread_woken;

	uk_sched_start_t sched_start;

	bool is_started;
	/* Lists with interrupts off */
	struct uk_thread_list thread_list;	/* all that are assigned */
	struct uk_thread_list exited_threads;	/* to be released */
	/* What threads that it creates are made of */
	struct uk_alloc *a;		/* struct uk_thread */
	struct uk_alloc *a_stack;
	struct uk_alloc *a_uktls;	/* TLS and extended context */
	struct uk_sched *next;		/* of all that are registered */
};

static inline void uk_sched_yield(void)
{
	struct uk_sched *s;

	UK_ASSERT(uk_thread_current());
	s = uk_thread_current()->sched;
	UK_ASSERT(s);
	s->yield(s);
}

/* Assigns a thread that is assigned to none. 0, or a negative error code */
int uk_sched_thread_add(struct uk_sched *s, struct uk_thread *t);
/* Takes it away: it does not run until it is assigned again. Returns 0 */
int uk_sched_thread_remove(struct uk_thread *t);

/* For those who set the flag themselves. With interrupts off */
static inline void uk_sched_thread_blocked(struct uk_thread *t)
{
	UK_ASSERT(t && t->sched && !uk_thread_is_runnable(t));
	t->sched->thread_blocked(t->sched, t);
}

static inline void uk_sched_thread_woken(struct uk_thread *t)
{
	UK_ASSERT(t && t->sched && uk_thread_is_runnable(t));
	t->sched->thread_woken(t->sched, t);
}

/* What uk_thread_wake() does. With interrupts off */
static inline void __uk_thread_wake(struct uk_thread *t)
{
	if (!uk_thread_is_blocked(t))
		return;
	uk_thread_set_runnable(t);
	if (t->sched)
		uk_sched_thread_woken(t);
	t->wakeup_time = 0;
}

/*
 * Begins to schedule: what calls becomes a thread named "init" on the stack
 * and with the TLS that it has. 0, or a negative error code.
 */
int uk_sched_start(struct uk_sched *sched);

/*
 * Creates a thread (uk/thread.h) with memory of the scheduler's allocators, and
 * assigns it. It is released when it has ended. `stack_len` 0: STACK_SIZE.
 * Threads that have ended by now are released first: their destructors must be
 * able to do without what the caller has locked.
 */
struct uk_thread *uk_sched_thread_create_fn0(struct uk_sched *s,
					     uk_thread_fn0_t fn0,
					     size_t stack_len,
					     bool no_uktls, bool no_ectx,
					     const char *name, void *priv,
					     uk_thread_dtor_t dtor);
struct uk_thread *uk_sched_thread_create_fn1(struct uk_sched *s,
					     uk_thread_fn1_t fn1, void *argp,
					     size_t stack_len,
					     bool no_uktls, bool no_ectx,
					     const char *name, void *priv,
					     uk_thread_dtor_t dtor);
struct uk_thread *uk_sched_thread_create_fn2(struct uk_sched *s,
					     uk_thread_fn2_t fn2,
					     void *argp0, void *argp1,
					     size_t stack_len,
					     bool no_uktls, bool no_ectx,
					     const char *name, void *priv,
					     uk_thread_dtor_t dtor);

#define uk_sched_thread_create(s, fn1, argp, name)			\
	uk_sched_thread_create_fn1((s), (fn1), (void *)(argp), 0,	\
				   false, false, (name), NULL, NULL)

/* Walks the threads that are assigned. Nobody may come between */
#define uk_sched_foreach_thread(sched, itr)				\
	UK_TAILQ_FOREACH((itr), &(sched)->thread_list, thread_list)
#define uk_sched_foreach_thread_safe(sched, itr, tmp)			\
	UK_TAILQ_FOREACH_SAFE((itr), &(sched)->thread_list, thread_list, \
			      (tmp))

/* Prints a line for each, at a level of uk/print.h */
void uk_sched_dumpk_threads(int klvl, struct uk_sched *s);

/* Blocks the current thread for so long */
void uk_sched_thread_sleep(__nsec nsec);

/*
 * Ends the current thread. It is released later, by another one, which first
 * calls `gc_fn`, if that is given.
 */
void uk_sched_thread_exit(void) __noreturn;
void uk_sched_thread_exit2(uk_thread_gc_t gc_fn, void *gc_argp) __noreturn;

/*
 * Ends a thread that is assigned to a scheduler, wherever it is. Another than
 * the current one is released at once; what it held (memory, locks) stays so.
 */
void uk_sched_thread_terminate(struct uk_thread *thread);

#ifdef __cplusplus
}
#endif

#endif /* __UK_SCHED_H__ */
