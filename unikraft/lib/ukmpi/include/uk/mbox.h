/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mailboxes: queues of pointers, first in, first out, for a number of messages
 * that is fixed when they are made. Any thread may post and receive; who waits
 * longest is served first.
 */

#ifndef __UK_MBOX_H__
#define __UK_MBOX_H__

#include <uk/config.h>

#if CONFIG_LIBUKMPI_MBOX
#include <errno.h>
#include <stddef.h>
#include <uk/alloc.h>
#include <uk/arch/time.h>
#include <uk/semaphore.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_mbox;

/* For `size` messages, at least 1; or NULL */
struct uk_mbox *uk_mbox_create(struct uk_alloc *a, size_t size);
/* One that is empty, and that nobody waits for: else the run ends */
void uk_mbox_free(struct uk_alloc *a, struct uk_mbox *m);

/* Waits while it is full */
void uk_mbox_post(struct uk_mbox *m, void *msg);
/* Never waits. Returns 0, or -ENOBUFS when it is full */
int uk_mbox_post_try(struct uk_mbox *m, void *msg);
/* Waits for `timeout` nanoseconds at most: returns how long, or __NSEC_MAX */
__nsec uk_mbox_post_to(struct uk_mbox *m, void *msg, __nsec timeout);

/* The same for receiving. The message is dropped if `msg` is null */
void uk_mbox_recv(struct uk_mbox *m, void **msg);
/* -ENOMSG when it is empty */
int uk_mbox_recv_try(struct uk_mbox *m, void **msg);
/* *msg is NULL when there was none in time */
__nsec uk_mbox_recv_to(struct uk_mbox *m, void **msg, __nsec timeout);

#ifdef __cplusplus
}
#endif

#endif /* CONFIG_LIBUKMPI_MBOX */

#endif /* __UK_MBOX_H__ */
