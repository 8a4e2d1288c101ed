/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For schedulers: registering one, switching threads, and who sleeps until
 * when.
 */
#ifndef __UK_SCHED_IMPL_H__
#define __UK_SCHED_IMPL_H__

#include <uk/plat/lcpu.h>
#include <uk/sched.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The stack of a thread that waits when no other can run, in bytes: with the
 * page that guards it, a block of an allocator of pages. Destructors of threads
 * that have ended run there.
 */
#define UK_SCHED_IDLE_STACK_SIZE	(3 * __PAGE_SIZE)

/* All that are registered */
extern struct uk_sched *uk_sched_head;

int uk_sched_register(struct uk_sched *s);

/* Fills in a struct uk_sched, all zero before, and registers it */
#define uk_sched_init(s, start_func, yield_func,			\
		      thread_add_func, thread_remove_func,		\
		      thread_blocked_func, thread_woken_func,		\
		      def_allocator)					\
	do {								\
		(s)->sched_start = (start_func);			\
		(s)->yield = (yield_func);				\
		(s)->thread_add = (thread_add_func);			\
		(s)->thread_remove = (thread_remove_func);		\
		(s)->thread_blocked = (thread_blocked_func);		\
		(s)->thread_woken = (thread_woken_func);		\
		(s)->a = (def_allocator);				\
		(s)->a_stack = (def_allocator);				\
		(s)->a_uktls = (def_allocator);				\
		UK_TAILQ_INIT(&(s)->thread_list);			\
		UK_TAILQ_INIT(&(s)->exited_threads);			\
		uk_sched_register((s));					\
	} while (0)

/*
 * Releases threads that have ended, and returns how many. Calls functions of
 * others, which must not block when the idle thread does this.
 */
unsigned int uk_sched_thread_gc(struct uk_sched *sched);

/* Ends the run with a report when yielding is forbidden where it was called */
void __uk_sched_yield_forbidden(void) __noreturn;

static inline void uk_sched_check_yield(void)
{
	if (unlikely(ukplat_lcpu_irqs_disabled()))
		__uk_sched_yield_forbidden();
}

/*
 * Whose extended context is in the registers. It is stored when somebody else
 * needs them, so that threads without one cost nothing. Null: nobody's.
 */
extern struct ukarch_ectx *__uk_sched_ectx __hidden;

static inline void __uk_sched_ectx_switch(struct ukarch_ectx *next, bool called)
{
	struct ukarch_ectx *prev = __uk_sched_ectx;

	if (!next || next == prev)
		return;
	__uk_sched_ectx = next;
	if (called && prev) {
		ukarch_ectx_switch(prev, next);
		return;
	}
	if (prev)
		ukarch_ectx_store(prev);
	ukarch_ectx_load(next);
}

/* Adds up for how long `prev` has been running, by option */
void __uk_sched_account(struct uk_thread *prev);

static inline void uk_sched_account(struct uk_thread *prev __maybe_unused)
{
#if CONFIG_LIBUKSCHED_EXEC_TIME
	__uk_sched_account(prev);
#endif
}

/* What is allocated from now on is counted for `t`, by option; null: nobody */
static inline void __uk_sched_count_for(struct uk_thread *t __maybe_unused)
{
#if CONFIG_LIBUKALLOC_IFSTATS_PERTHREAD
	_uk_alloc_stats_thread = t ? &t->alloc_stats : NULL;
#endif
}

static inline void __uk_sched_thread_switch(struct uk_thread *next, bool called)
{
	struct uk_thread *prev = uk_thread_current();

	UK_ASSERT(prev && next && prev != next);
	uk_sched_account(prev);
	__uk_sched_thread_current = next;
	__uk_sched_count_for(next);
	prev->tlsp = ukplat_tlsp_get();
	if (next->tlsp != prev->tlsp)
		ukplat_tlsp_set(next->tlsp);
	__uk_sched_ectx_switch(next->ectx, called);
	ukarch_ctx_switch(&prev->ctx, &next->ctx);
}

/*
 * Makes `next` the current thread, which the caller's is not; returns when
 * somebody switches back. New threads begin with interrupts as they are here.
 */
static inline void uk_sched_thread_switch(struct uk_thread *next)
{
	__uk_sched_thread_switch(next, false);
}

/*
 * The same for a scheduler that takes no thread off the processor that did not
 * call it: registers that functions need not keep are forgotten
 */
static inline void uk_sched_thread_switch_called(struct uk_thread *next)
{
	__uk_sched_thread_switch(next, true);
}

/*
 * Threads that are to be woken by time: a binary heap, by that time, and for
 * the same time in any order. A thread is in one at most. Everything but the
 * two below is called with interrupts off, and takes logarithmic time.
 */
struct uk_sleepers {
	struct uk_sleeper *heap;	/* from 1 on; heap[0] is not used */
	unsigned int count, capacity;
	unsigned int reserved;		/* threads that may come in */
	struct uk_alloc *a;
};

struct uk_sleeper {
	__snsec when;
	struct uk_thread *thread;
};

static inline void uk_sleepers_init(struct uk_sleepers *s, struct uk_alloc *a)
{
	*s = (struct uk_sleepers) { .a = a };
}

/* Room for one thread more, or less. 0, or -ENOMEM */
int uk_sleepers_reserve(struct uk_sleepers *s);
void uk_sleepers_unreserve(struct uk_sleepers *s);

/* For a thread that there is room for, and that is not in it */
void uk_sleepers_add(struct uk_sleepers *s, struct uk_thread *t, __snsec when);
/* Without effect on a thread that is not in it */
void uk_sleepers_remove(struct uk_sleepers *s, struct uk_thread *t);

/* The time of the first one, or 0 if nobody sleeps */
static inline __snsec uk_sleepers_first(const struct uk_sleepers *s)
{
	return s->count ? s->heap[1].when : 0;
}

/* Wakes those whose time has come */
void uk_sleepers_wake(struct uk_sleepers *s, __snsec now);

#ifdef __cplusplus
}
#endif

#endif /* __UK_SCHED_IMPL_H__ */
