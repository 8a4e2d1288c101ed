/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The functions that libraries registered for every thread (UK_THREAD_INIT),
 * in a table that the linker gathers (extra.ld).
 */
#include <uk/assert.h>
#include <uk/plat/tls.h>
#include "thread_impl.h"

extern const struct uk_thread_inittab_entry _uk_thread_inittab_start[];
extern const struct uk_thread_inittab_entry _uk_thread_inittab_end[];

struct call {
	const struct uk_thread_inittab_entry *entry;
	struct uk_thread *thread;
};

static int call_init(void *argp)
{
	const struct call *call = argp;

	return call->entry->init(call->thread, uk_thread_current());
}

static int call_term(void *argp)
{
	const struct call *call = argp;

	call->entry->term(call->thread);
	return 0;
}

/* With the thread's own TLS, if it has one */
static int exec(ukplat_tlsp_exec_fn fn, struct call *call)
{
	if (!call->thread->uktlsp)
		return fn(call);
	return ukplat_tlsp_exec(call->thread->uktlsp, fn, call);
}

static bool concerns(const struct uk_thread_inittab_entry *entry,
		     const struct uk_thread *t)
{
	return (entry->flags & t->flags) == entry->flags;
}

/* Those before `end`, the last one first */
static void terminate(struct uk_thread *t,
		      const struct uk_thread_inittab_entry *end)
{
	struct call call = { end, t };

	while (call.entry-- > _uk_thread_inittab_start)
		if (call.entry->term && concerns(call.entry, t))
			exec(call_term, &call);
}

int thread_call_init(struct uk_thread *t)
{
	struct call call = { _uk_thread_inittab_start, t };
	int rc;

	for (; call.entry < _uk_thread_inittab_end; call.entry++) {
		if (!call.entry->init || !concerns(call.entry, t))
			continue;
		rc = exec(call_init, &call);
		if (rc < 0) {
			terminate(t, call.entry);
			return rc;
		}
	}
	return 0;
}

void uk_thread_set_exited(struct uk_thread *t)
{
	if (uk_thread_is_exited(t))
		return;
	terminate(t, _uk_thread_inittab_end);
	t->flags |= UK_THREADF_EXITED;
}
