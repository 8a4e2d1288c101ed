/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The cooperative scheduler: threads run until they yield, block or end, in
 * the order in which they became runnable.
 */
#ifndef __UK_SCHEDCOOP_H__
#define __UK_SCHEDCOOP_H__

#include <uk/alloc.h>
#include <uk/sched.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes one that uk_sched_start() can start, or returns null */
struct uk_sched *uk_schedcoop_create(struct uk_alloc *a);

#ifdef __cplusplus
}
#endif

#endif /* __UK_SCHEDCOOP_H__ */
