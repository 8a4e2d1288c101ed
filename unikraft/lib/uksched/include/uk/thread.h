/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads: a context (uk/arch/ctx.h) with references to what it needs to run.
 * A stack, a TLS area and an extended context may each be given, allocated, or
 * left out. Schedulers (uk/sched.h) decide which thread runs.
 *
 * A thread is blocked, runnable or exited:
 *
 *	created as a container ---> blocked <---- block() ---- runnable
 *	                               |                         ^ |
 *	                               +-------- wake() ---------+ |
 *	created with an entry --> runnable                         |
 *	                                                           |
 *	blocked or runnable ---- exit(), terminate() ---> exited --+
 *	exited -- release() --> no more
 *
 * A thread without extended context must not touch vector registers: all that
 * it runs is compiled as the variant `isr`. One without TLS, or with a foreign
 * one, must not touch `__thread` variables of the image.
 *
 * Functions that return int return 0 or a negative error code, those that
 * return a thread null when memory is short. From interrupt handlers only
 * uk_thread_current(), uk_thread_wake() and the questions may be called.
 */
#ifndef __UK_THREAD_H__
#define __UK_THREAD_H__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uk/alloc.h>
#include <uk/arch/ctx.h>
#include <uk/arch/time.h>
#include <uk/arch/types.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/list.h>
#include <uk/plat/tls.h>
#include <uk/prio.h>
#include <uk/wait_types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_sched;
struct uk_thread;

/*
 * Called when a thread is released, which it may free: for one that has ended
 * mostly on the stack of the idle thread, of UK_SCHED_IDLE_STACK_SIZE bytes
 */
typedef void (*uk_thread_dtor_t)(struct uk_thread *thread);
/* Called by whoever collects exited threads, before it releases them */
typedef void (*uk_thread_gc_t)(struct uk_thread *thread, void *argp);

/* What a thread runs. Returning from it ends the run with a report */
typedef void (*uk_thread_fn0_t)(void) __noreturn;
typedef void (*uk_thread_fn1_t)(void *argp) __noreturn;
typedef void (*uk_thread_fn2_t)(void *argp0, void *argp1) __noreturn;

struct uk_thread {
	struct ukarch_ctx ctx;		/* while it does not run */
	struct ukarch_ectx *ectx;	/* null: it has none */
	uintptr_t tlsp;			/* thread pointer, while it does not run */
	__uptr uktlsp;			/* that of the image's TLS; 0: none */

	/* Of the scheduler; with interrupts off */
	UK_TAILQ_ENTRY(struct uk_thread) queue;
	uint32_t flags;			/* UK_THREADF_* */
	__snsec wakeup_time;		/* monotonic clock; 0: not by time */
	struct uk_sched *sched;		/* null: assigned to none */

	/* What is freed with the thread, and by which allocator */
	struct {
		struct uk_alloc *t_a;
		void *stack;
		struct uk_alloc *stack_a;
		void *uktls;
		struct uk_alloc *uktls_a;
		size_t stack_len;	/* usable bytes from `stack` on */
		void *stack_mem;	/* what was allocated for it */
	} _mem;
	uk_thread_gc_t _gc_fn;
	void *_gc_argp;

	uk_thread_dtor_t dtor;		/* may be null */
	void *priv;			/* the user's */

	const char *name;		/* not copied; may be null */
	UK_TAILQ_ENTRY(struct uk_thread) thread_list;

	struct uk_waitq_entry *_waits;	/* in queues; with interrupts off */
	unsigned int _sleeper;		/* place among timed sleepers; 0: none */
#if CONFIG_LIBUKSCHED_EXEC_TIME
	__nsec exec_time;		/* up to when it was switched away from */
#endif
#if CONFIG_LIBUKALLOC_IFSTATS_PERTHREAD
	struct uk_alloc_stats alloc_stats;	/* what it has allocated */
#endif
};

UK_TAILQ_HEAD(uk_thread_list, struct uk_thread);

/* See uk/sched.h */
#define uk_thread_terminate(thread)	uk_sched_thread_terminate(thread)
#define uk_thread_exit()		uk_sched_thread_exit()

extern struct uk_thread *__uk_sched_thread_current __hidden;

/* Null before a scheduler was started */
static inline struct uk_thread *uk_thread_current(void)
{
	return __uk_sched_thread_current;
}

#define UK_THREADF_ECTX		0x001	/* has an extended context */
#define UK_THREADF_UKTLS	0x002	/* its TLS is one of the image */
#define UK_THREADF_RUNNABLE	0x004
#define UK_THREADF_EXITED	0x008	/* for good */

#define uk_thread_is_exited(t)	((t)->flags & UK_THREADF_EXITED)
#define uk_thread_is_runnable(t)					\
	(((t)->flags & (UK_THREADF_RUNNABLE | UK_THREADF_EXITED))	\
	 == UK_THREADF_RUNNABLE)
#define uk_thread_is_blocked(t)						\
	(!((t)->flags & (UK_THREADF_RUNNABLE | UK_THREADF_EXITED)))

/* Flags alone; schedulers learn of it by uk_sched_thread_blocked(), _woken() */
#define uk_thread_set_runnable(t)					\
	do { (t)->flags |= UK_THREADF_RUNNABLE; } while (0)
#define uk_thread_set_blocked(t)					\
	do { (t)->flags &= ~UK_THREADF_RUNNABLE; } while (0)
/* Calls the termination functions (below), if the thread has not exited yet */
void uk_thread_set_exited(struct uk_thread *t);

/*
 * ---- In memory of the caller ----
 *
 * `tlsp` is a thread pointer or 0; `is_uktls` says that its area was made by
 * ukarch_tls_area_init(). `ectx` may be null. Nothing that was given is freed.
 */

/* Goes on at `ip` with the registers as they are then. `ip` 0: a container */
int uk_thread_init_bare(struct uk_thread *t,
			uintptr_t ip, uintptr_t sp,
			uintptr_t tlsp, bool is_uktls,
			struct ukarch_ectx *ectx,
			const char *name, void *priv, uk_thread_dtor_t dtor);

/* Calls a function with cleared registers. `sp` is aligned and not 0 */
int uk_thread_init_bare_fn0(struct uk_thread *t,
			    uk_thread_fn0_t fn,
			    uintptr_t sp, uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor);
int uk_thread_init_bare_fn1(struct uk_thread *t,
			    uk_thread_fn1_t fn, void *argp,
			    uintptr_t sp, uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor);
int uk_thread_init_bare_fn2(struct uk_thread *t,
			    uk_thread_fn2_t fn, void *argp0, void *argp1,
			    uintptr_t sp, uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor);

/*
 * The same with a stack from `a_stack`, of `stack_len` bytes (0: STACK_SIZE),
 * and TLS from `a_uktls` (null: none). An extended context comes with the TLS,
 * unless `custom_ectx`: then it is `ectx`, which may be null.
 */
int uk_thread_init_fn0(struct uk_thread *t,
		       uk_thread_fn0_t fn,
		       struct uk_alloc *a_stack, size_t stack_len,
		       struct uk_alloc *a_uktls,
		       bool custom_ectx, struct ukarch_ectx *ectx,
		       const char *name, void *priv, uk_thread_dtor_t dtor);
int uk_thread_init_fn1(struct uk_thread *t,
		       uk_thread_fn1_t fn, void *argp,
		       struct uk_alloc *a_stack, size_t stack_len,
		       struct uk_alloc *a_uktls,
		       bool custom_ectx, struct ukarch_ectx *ectx,
		       const char *name, void *priv, uk_thread_dtor_t dtor);
int uk_thread_init_fn2(struct uk_thread *t,
		       uk_thread_fn2_t fn, void *argp0, void *argp1,
		       struct uk_alloc *a_stack, size_t stack_len,
		       struct uk_alloc *a_uktls,
		       bool custom_ectx, struct ukarch_ectx *ectx,
		       const char *name, void *priv, uk_thread_dtor_t dtor);

/* ---- In memory from `a`, that uk_thread_release() gives back ---- */

/* As uk_thread_init_bare(), with an extended context unless `no_ectx` */
struct uk_thread *uk_thread_create_bare(struct uk_alloc *a,
					uintptr_t ip, uintptr_t sp,
					uintptr_t tlsp, bool is_uktls,
					bool no_ectx,
					const char *name, void *priv,
					uk_thread_dtor_t dtor);

/*
 * Containers: blocked threads without entry. With stack (`a_stack` null: none)
 * and TLS (`a_uktls` null: none) of their own, or with given ones.
 */
struct uk_thread *uk_thread_create_container(struct uk_alloc *a,
					     struct uk_alloc *a_stack,
					     size_t stack_len,
					     struct uk_alloc *a_uktls,
					     bool no_ectx,
					     const char *name, void *priv,
					     uk_thread_dtor_t dtor);
struct uk_thread *uk_thread_create_container2(struct uk_alloc *a,
					      uintptr_t sp,
					      uintptr_t tlsp, bool is_uktls,
					      bool no_ectx,
					      const char *name, void *priv,
					      uk_thread_dtor_t dtor);

/* Gives a container its entry and makes it runnable, before it is assigned */
void uk_thread_container_init_bare(struct uk_thread *t, uintptr_t ip);
void uk_thread_container_init_fn0(struct uk_thread *t, uk_thread_fn0_t fn);
void uk_thread_container_init_fn1(struct uk_thread *t, uk_thread_fn1_t fn,
				  void *argp);
void uk_thread_container_init_fn2(struct uk_thread *t, uk_thread_fn2_t fn,
				  void *argp0, void *argp1);

/* Container and entry in one; a stack is required */
struct uk_thread *uk_thread_create_fn0(struct uk_alloc *a,
				       uk_thread_fn0_t fn,
				       struct uk_alloc *a_stack,
				       size_t stack_len,
				       struct uk_alloc *a_uktls,
				       bool no_ectx,
				       const char *name, void *priv,
				       uk_thread_dtor_t dtor);
struct uk_thread *uk_thread_create_fn1(struct uk_alloc *a,
				       uk_thread_fn1_t fn, void *argp,
				       struct uk_alloc *a_stack,
				       size_t stack_len,
				       struct uk_alloc *a_uktls,
				       bool no_ectx,
				       const char *name, void *priv,
				       uk_thread_dtor_t dtor);
struct uk_thread *uk_thread_create_fn2(struct uk_alloc *a,
				       uk_thread_fn2_t fn,
				       void *argp0, void *argp1,
				       struct uk_alloc *a_stack,
				       size_t stack_len,
				       struct uk_alloc *a_uktls,
				       bool no_ectx,
				       const char *name, void *priv,
				       uk_thread_dtor_t dtor);

/*
 * Ends a thread that is assigned to no scheduler: termination functions,
 * destructor, and what was allocated for it is freed. Not the current one.
 */
void uk_thread_release(struct uk_thread *t);

/* ---- Blocking ---- */

/*
 * The thread is not scheduled again until it is woken, or `nsec` nanoseconds
 * are over. The current one goes on until it yields.
 */
void uk_thread_block_timeout(struct uk_thread *thread, __nsec nsec);
void uk_thread_block(struct uk_thread *thread);
/* Until the monotonic clock shows `until`; 0: not by time */
void uk_thread_block_until(struct uk_thread *thread, __snsec until);
/* Without effect on a thread that is not blocked. From interrupt handlers, too */
void uk_thread_wake(struct uk_thread *thread);

/*
 * Nanoseconds that the thread has been running; 0 without the option
 * LIBUKSCHED_EXEC_TIME.
 */
__nsec uk_thread_exec_time(struct uk_thread *thread);

/* A `__thread` variable of another thread, which has UK_THREADF_UKTLS */
#define uk_thread_uktls_var(thread, variable)				\
	(*({								\
		__uptr __own = ukplat_tlsp_get();			\
									\
		UK_ASSERT((thread)->flags & UK_THREADF_UKTLS);		\
		(__typeof__(variable) *)((thread)->uktlsp		\
					 + ((__uptr)&(variable) - __own)); \
	}))

/*
 * ---- Functions for every thread ----
 *
 * A library may have something done whenever a thread is made or ends. Init
 * functions are called by priority, in the context of the one who creates the
 * thread, which is null while scheduling begins; a negative value undoes what
 * was done and fails the creation. Termination functions are called in reverse
 * order, before anything of the thread is freed. Both run with the thread's
 * TLS, if it has one. Either may be null.
 */
typedef int (*uk_thread_init_func_t)(struct uk_thread *child,
				     struct uk_thread *parent);
typedef void (*uk_thread_term_func_t)(struct uk_thread *child);

struct uk_thread_inittab_entry {
	uint32_t flags;		/* what threads need to have to be concerned */
	uk_thread_init_func_t init;
	uk_thread_term_func_t term;
};

#define UK_THREAD_INITF_ECTX	UK_THREADF_ECTX
#define UK_THREAD_INITF_UKTLS	UK_THREADF_UKTLS
#define UK_THREAD_INITF_ALL						\
	(UK_THREAD_INITF_ECTX | UK_THREAD_INITF_UKTLS)

/* Either function may be null, in whatever way that is spelt */
#define __UK_THREAD_INITTAB_ENTRY(init_fn, term_fn, prio, arg_flags, nr) \
	static const struct uk_thread_inittab_entry			\
	__used __section(".uk_thread_inittab" #prio) __align8		\
	__uk_thread_inittab ## prio ## _ ## nr = {			\
		.flags = (arg_flags),					\
		.init = (init_fn),					\
		.term = (term_fn),					\
	}
#define _UK_THREAD_INITTAB_ENTRY(init_fn, term_fn, prio, flags, nr)	\
	__UK_THREAD_INITTAB_ENTRY(init_fn, term_fn, prio, flags, nr)

/* `prio` as in uk/ctors.h: 0 comes first, UK_PRIO_AFTER() helps */
#define UK_THREAD_INIT_PRIO_FLAGS(init_fn, term_fn, prio, flags)	\
	_UK_THREAD_INITTAB_ENTRY(init_fn, term_fn, prio,		\
				 ((flags) & UK_THREAD_INITF_ALL),	\
				 __COUNTER__)
#define UK_THREAD_INIT_PRIO(init_fn, term_fn, prio)			\
	UK_THREAD_INIT_PRIO_FLAGS(init_fn, term_fn, prio,		\
				  UK_THREAD_INITF_ALL)
#define UK_THREAD_INIT(init_fn, term_fn)				\
	UK_THREAD_INIT_PRIO(init_fn, term_fn, UK_PRIO_LATEST)

#ifdef __cplusplus
}
#endif

#endif /* __UK_THREAD_H__ */
