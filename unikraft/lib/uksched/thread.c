/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Making and releasing threads. Knows neither schedulers nor how a thread is
 * blocked (block.c).
 */
#include <string.h>
#include <uk/arch/tls.h>
#include <uk/assert.h>
#include <uk/plat/config.h>
#include <uk/sched_impl.h>
#include <uk/tcb_impl.h>
#include <uk/thread.h>
#include <uk/wait.h>
#include "thread_impl.h"

#if CONFIG_LIBUKSCHED_TCB_INIT && !CONFIG_UKARCH_TLS_HAVE_TCB
#error A thread control block is to be initialised, but none is reserved
#endif

/* What does not depend on where stack and TLS come from */
static void prepare(struct uk_thread *t, uintptr_t tlsp, bool is_uktls,
		    struct ukarch_ectx *ectx, const char *name, void *priv,
		    uk_thread_dtor_t dtor)
{
	UK_ASSERT(t && t != uk_thread_current());
	UK_ASSERT(!is_uktls || tlsp);

	memset(t, 0, sizeof(*t));
	t->tlsp = tlsp;
	t->name = name;
	t->priv = priv;
	t->dtor = dtor;
	if (is_uktls) {
		t->uktlsp = tlsp;
		t->flags |= UK_THREADF_UKTLS;
	}
	if (ectx) {
		ukarch_ectx_init(ectx);
		t->ectx = ectx;
		t->flags |= UK_THREADF_ECTX;
	}
}

/* ---- In memory of the caller ---- */

int uk_thread_init_bare(struct uk_thread *t, uintptr_t ip, uintptr_t sp,
			uintptr_t tlsp, bool is_uktls,
			struct ukarch_ectx *ectx, const char *name,
			void *priv, uk_thread_dtor_t dtor)
{
	prepare(t, tlsp, is_uktls, ectx, name, priv, dtor);
	ukarch_ctx_init_bare(&t->ctx, sp, ip);
	if (ip)
		uk_thread_set_runnable(t);
	return thread_call_init(t);
}

int uk_thread_init_bare_fn0(struct uk_thread *t, uk_thread_fn0_t fn,
			    uintptr_t sp, uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor)
{
	prepare(t, tlsp, is_uktls, ectx, name, priv, dtor);
	t->ctx.sp = sp;
	uk_thread_container_init_fn0(t, fn);
	return thread_call_init(t);
}

int uk_thread_init_bare_fn1(struct uk_thread *t, uk_thread_fn1_t fn,
			    void *argp,
			    uintptr_t sp, uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor)
{
	prepare(t, tlsp, is_uktls, ectx, name, priv, dtor);
	t->ctx.sp = sp;
	uk_thread_container_init_fn1(t, fn, argp);
	return thread_call_init(t);
}

int uk_thread_init_bare_fn2(struct uk_thread *t, uk_thread_fn2_t fn,
			    void *argp0, void *argp1,
			    uintptr_t sp, uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor)
{
	prepare(t, tlsp, is_uktls, ectx, name, priv, dtor);
	t->ctx.sp = sp;
	uk_thread_container_init_fn2(t, fn, argp0, argp1);
	return thread_call_init(t);
}

/* ---- Stack and TLS from allocators ---- */

static size_t ectx_room(void)
{
	return ukarch_ectx_size() + ukarch_ectx_align();
}

/* The first place for an extended context in memory that has room for one */
static struct ukarch_ectx *ectx_at(void *memory)
{
	return (struct ukarch_ectx *)ALIGN_UP((__uptr)memory,
					      (__uptr)ukarch_ectx_align());
}

static void free_tls(struct uk_thread *t)
{
	if (!t->_mem.uktls)
		return;
#if CONFIG_LIBUKSCHED_TCB_INIT
	uk_thread_uktcb_fini(t, uk_thread_uktcb(t));
#endif
	uk_free(t->_mem.uktls_a, t->_mem.uktls);
}

/* TLS, and an extended context behind it if asked for */
static int allocate_tls(struct uk_thread *t, struct uk_alloc *a,
			bool with_ectx)
{
	__sz len = ukarch_tls_area_size();
	void *area = uk_memalign(a, ukarch_tls_area_align(),
				 with_ectx ? len + ectx_room() : len);
#if CONFIG_LIBUKSCHED_TCB_INIT
	int rc;
#endif

	if (!area)
		return -ENOMEM;
	ukarch_tls_area_init(area);
	t->tlsp = t->uktlsp = ukarch_tls_tlsp(area);
	t->flags |= UK_THREADF_UKTLS;
	if (with_ectx) {
		t->ectx = ectx_at((char *)area + len);
		ukarch_ectx_init(t->ectx);
		t->flags |= UK_THREADF_ECTX;
	}
#if CONFIG_LIBUKSCHED_TCB_INIT
	rc = uk_thread_uktcb_init(t, uk_thread_uktcb(t));
	if (rc < 0) {
		uk_free(a, area);
		return rc;
	}
#endif
	t->_mem.uktls = area;
	t->_mem.uktls_a = a;
	return 0;
}

/* A thread without entry. When it fails, nothing stays allocated */
static int init_container(struct uk_thread *t,
			  struct uk_alloc *a_stack, size_t stack_len,
			  struct uk_alloc *a_uktls, bool custom_ectx,
			  struct ukarch_ectx *ectx, const char *name,
			  void *priv, uk_thread_dtor_t dtor)
{
	int rc;

	if (a_uktls && !custom_ectx)
		ectx = NULL;
	prepare(t, 0, false, ectx, name, priv, dtor);
	if (a_stack) {
		rc = thread_stack_alloc(t, a_stack, stack_len);
		if (rc < 0)
			return rc;
		t->ctx.sp = ukarch_gen_sp(t->_mem.stack, t->_mem.stack_len);
	}
	if (a_uktls) {
		rc = allocate_tls(t, a_uktls, !custom_ectx);
		if (rc < 0)
			goto no_tls;
	}
	rc = thread_call_init(t);
	if (rc < 0)
		goto no_init;
	return 0;

no_init:
	free_tls(t);
no_tls:
	thread_stack_free(t);
	return rc;
}

/* Entries are made by those of containers, for which `t` is one */
int uk_thread_init_fn0(struct uk_thread *t, uk_thread_fn0_t fn,
		       struct uk_alloc *a_stack, size_t stack_len,
		       struct uk_alloc *a_uktls,
		       bool custom_ectx, struct ukarch_ectx *ectx,
		       const char *name, void *priv, uk_thread_dtor_t dtor)
{
	int rc = init_container(t, a_stack, stack_len, a_uktls, custom_ectx,
				ectx, name, priv, dtor);

	if (rc < 0)
		return rc;
	uk_thread_container_init_fn0(t, fn);
	return 0;
}

int uk_thread_init_fn1(struct uk_thread *t, uk_thread_fn1_t fn, void *argp,
		       struct uk_alloc *a_stack, size_t stack_len,
		       struct uk_alloc *a_uktls,
		       bool custom_ectx, struct ukarch_ectx *ectx,
		       const char *name, void *priv, uk_thread_dtor_t dtor)
{
	int rc = init_container(t, a_stack, stack_len, a_uktls, custom_ectx,
				ectx, name, priv, dtor);

	if (rc < 0)
		return rc;
	uk_thread_container_init_fn1(t, fn, argp);
	return 0;
}

int uk_thread_init_fn2(struct uk_thread *t, uk_thread_fn2_t fn,
		       void *argp0, void *argp1,
		       struct uk_alloc *a_stack, size_t stack_len,
		       struct uk_alloc *a_uktls,
		       bool custom_ectx, struct ukarch_ectx *ectx,
		       const char *name, void *priv, uk_thread_dtor_t dtor)
{
	int rc = init_container(t, a_stack, stack_len, a_uktls, custom_ectx,
				ectx, name, priv, dtor);

	if (rc < 0)
		return rc;
	uk_thread_container_init_fn2(t, fn, argp0, argp1);
	return 0;
}

/* ---- In memory from an allocator ---- */

/* A struct uk_thread, and behind it an extended context if asked for */
static struct uk_thread *allocate(struct uk_alloc *a, bool with_ectx,
				  struct ukarch_ectx **ectx)
{
	struct uk_thread *t;

	t = uk_malloc(a, with_ectx ? sizeof(*t) + ectx_room() : sizeof(*t));
	*ectx = t && with_ectx ? ectx_at(t + 1) : NULL;
	return t;
}

/* What came of it: the thread, or null and its memory is free again */
static struct uk_thread *allocated(struct uk_thread *t, struct uk_alloc *a,
				   int rc)
{
	if (rc < 0) {
		uk_free(a, t);
		return NULL;
	}
	t->_mem.t_a = a;
	return t;
}

struct uk_thread *uk_thread_create_bare(struct uk_alloc *a,
					uintptr_t ip, uintptr_t sp,
					uintptr_t tlsp, bool is_uktls,
					bool no_ectx, const char *name,
					void *priv, uk_thread_dtor_t dtor)
{
	struct ukarch_ectx *ectx;
	struct uk_thread *t = allocate(a, !no_ectx, &ectx);

	if (!t)
		return NULL;
	return allocated(t, a, uk_thread_init_bare(t, ip, sp, tlsp, is_uktls,
						   ectx, name, priv, dtor));
}

struct uk_thread *uk_thread_create_container2(struct uk_alloc *a,
					      uintptr_t sp,
					      uintptr_t tlsp, bool is_uktls,
					      bool no_ectx, const char *name,
					      void *priv,
					      uk_thread_dtor_t dtor)
{
	return uk_thread_create_bare(a, 0, sp, tlsp, is_uktls, no_ectx, name,
				     priv, dtor);
}

/* The extended context comes with the TLS, and without one with the thread */
struct uk_thread *uk_thread_create_container(struct uk_alloc *a,
					     struct uk_alloc *a_stack,
					     size_t stack_len,
					     struct uk_alloc *a_uktls,
					     bool no_ectx, const char *name,
					     void *priv,
					     uk_thread_dtor_t dtor)
{
	struct ukarch_ectx *ectx;
	struct uk_thread *t = allocate(a, !no_ectx && !a_uktls, &ectx);

	if (!t)
		return NULL;
	return allocated(t, a, init_container(t, a_stack, stack_len, a_uktls,
					      no_ectx || !a_uktls, ectx,
					      name, priv, dtor));
}

static void check_container(struct uk_thread *t __maybe_unused)
{
	UK_ASSERT(t);
	UK_ASSERT(!t->ctx.ip && uk_thread_is_blocked(t));
}

void uk_thread_container_init_bare(struct uk_thread *t, uintptr_t ip)
{
	check_container(t);
	UK_ASSERT(ip);
	ukarch_ctx_init_bare(&t->ctx, t->ctx.sp, ip);
	uk_thread_set_runnable(t);
}

void uk_thread_container_init_fn0(struct uk_thread *t, uk_thread_fn0_t fn)
{
	check_container(t);
	ukarch_ctx_init_entry0(&t->ctx, t->ctx.sp, 0, fn);
	uk_thread_set_runnable(t);
}

/* Pointers and numbers are passed in the same registers */
void uk_thread_container_init_fn1(struct uk_thread *t, uk_thread_fn1_t fn,
				  void *argp)
{
	check_container(t);
	ukarch_ctx_init_entry1(&t->ctx, t->ctx.sp, 0,
			       (ukarch_ctx_entry1)(__uptr)fn, (long)argp);
	uk_thread_set_runnable(t);
}

void uk_thread_container_init_fn2(struct uk_thread *t, uk_thread_fn2_t fn,
				  void *argp0, void *argp1)
{
	check_container(t);
	ukarch_ctx_init_entry2(&t->ctx, t->ctx.sp, 0,
			       (ukarch_ctx_entry2)(__uptr)fn,
			       (long)argp0, (long)argp1);
	uk_thread_set_runnable(t);
}

struct uk_thread *uk_thread_create_fn0(struct uk_alloc *a, uk_thread_fn0_t fn,
				       struct uk_alloc *a_stack,
				       size_t stack_len,
				       struct uk_alloc *a_uktls, bool no_ectx,
				       const char *name, void *priv,
				       uk_thread_dtor_t dtor)
{
	struct uk_thread *t;

	UK_ASSERT(fn && a_stack);
	t = uk_thread_create_container(a, a_stack, stack_len, a_uktls,
				       no_ectx, name, priv, dtor);
	if (t)
		uk_thread_container_init_fn0(t, fn);
	return t;
}

struct uk_thread *uk_thread_create_fn1(struct uk_alloc *a,
				       uk_thread_fn1_t fn, void *argp,
				       struct uk_alloc *a_stack,
				       size_t stack_len,
				       struct uk_alloc *a_uktls, bool no_ectx,
				       const char *name, void *priv,
				       uk_thread_dtor_t dtor)
{
	struct uk_thread *t;

	UK_ASSERT(fn && a_stack);
	t = uk_thread_create_container(a, a_stack, stack_len, a_uktls,
				       no_ectx, name, priv, dtor);
	if (t)
		uk_thread_container_init_fn1(t, fn, argp);
	return t;
}

struct uk_thread *uk_thread_create_fn2(struct uk_alloc *a,
				       uk_thread_fn2_t fn,
				       void *argp0, void *argp1,
				       struct uk_alloc *a_stack,
				       size_t stack_len,
				       struct uk_alloc *a_uktls, bool no_ectx,
				       const char *name, void *priv,
				       uk_thread_dtor_t dtor)
{
	struct uk_thread *t;

	UK_ASSERT(fn && a_stack);
	t = uk_thread_create_container(a, a_stack, stack_len, a_uktls,
				       no_ectx, name, priv, dtor);
	if (t)
		uk_thread_container_init_fn2(t, fn, argp0, argp1);
	return t;
}

/* ---- The end ---- */

/* Entries of wait queues lie on its stack */
void thread_stop_waiting(struct uk_thread *t)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	while (t->_waits)
		uk_waitq_remove(t->_waits->queue, t->_waits);
	ukplat_lcpu_restore_irqf(flags);
}

void uk_thread_release(struct uk_thread *t)
{
	struct uk_thread copy;

	UK_ASSERT(t);
	if (t == uk_thread_current())
		UK_CRASH("uk_thread_release: thread %p (%s) is the one that runs: it ends with uk_sched_thread_exit()\n",
			 t, thread_name(t));
	if (t->sched)
		UK_CRASH("uk_thread_release: thread %p (%s) is still assigned to scheduler %p: uk_sched_thread_terminate() ends it\n",
			 t, thread_name(t), t->sched);

	thread_stop_waiting(t);
	uk_thread_set_exited(t);
	/* Nobody wants to have what is in the registers any more */
	if (t->ectx && t->ectx == __uk_sched_ectx)
		__uk_sched_ectx = NULL;

#if CONFIG_LIBUKSCHED_TCB_INIT
	if (t->_mem.uktls)
		uk_thread_uktcb_fini(t, uk_thread_uktcb(t));
#endif
	/* The destructor may free the structure */
	copy = *t;
	if (t->dtor)
		t->dtor(t);
	if (copy._mem.uktls)
		uk_free(copy._mem.uktls_a, copy._mem.uktls);
	thread_stack_free(&copy);
	if (copy._mem.t_a)
		uk_free(copy._mem.t_a, t);
}
