/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mailboxes in interrupt handlers, where nobody waits.
 */
#ifndef __UK_MBOX_ISR_H__
#define __UK_MBOX_ISR_H__

#include <uk/mbox.h>

#if CONFIG_LIBUKMPI_MBOX

#ifdef __cplusplus
extern "C" {
#endif

int uk_mbox_post_try_isr(struct uk_mbox *m, void *msg);
int uk_mbox_recv_try_isr(struct uk_mbox *m, void **msg);

#ifdef __cplusplus
}
#endif

#endif /* CONFIG_LIBUKMPI_MBOX */

#endif /* __UK_MBOX_ISR_H__ */
