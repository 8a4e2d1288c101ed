/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For libraries that keep a thread control block of their own in TLS areas
 * (C libraries, pthreads): room is reserved with ukarch_tls_tcb_reserve in a
 * Makefile.rules, and the two functions are provided by the library whose
 * Config.uk selects LIBUKSCHED_TCB_INIT.
 */
#ifndef __UK_THREAD_TCB_IMPL_H__
#define __UK_THREAD_TCB_IMPL_H__

#include <uk/thread.h>

#ifdef __cplusplus
extern "C" {
#endif

#if CONFIG_LIBUKSCHED_TCB_INIT
/*
 * When a thread got a TLS area of the image; `tcb` as ukarch_tls_tcb_init()
 * left it. A negative value fails the creation.
 */
int uk_thread_uktcb_init(struct uk_thread *thread, void *tcb);
/* Before that area is freed, after termination functions were called */
void uk_thread_uktcb_fini(struct uk_thread *thread, void *tcb);
#endif

/* The block of a thread with UK_THREADF_UKTLS */
#define uk_thread_uktcb(thread)						\
	({								\
		UK_ASSERT((thread)->flags & UK_THREADF_UKTLS);		\
		ukarch_tls_tcb_get((thread)->uktlsp);			\
	})

#ifdef __cplusplus
}
#endif

#endif /* __UK_THREAD_TCB_IMPL_H__ */
