/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The preemptive scheduler: threads run until they yield, block or end, or
 * until their time is up while others wait for their turn.
 *
 * Whatever threads share is to be protected by locks, or between
 * uk_preempt_disable() and uk_preempt_enable() (uk/preempt.h).
 */
#ifndef __UK_SCHEDPREEMPT_H__
#define __UK_SCHEDPREEMPT_H__

#include <uk/alloc.h>
#include <uk/sched.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes one that uk_sched_start() can start, or returns null. One of them can
 * be started, after ukplat_time_init().
 */
struct uk_sched *uk_schedpreempt_create(struct uk_alloc *a);

#ifdef __cplusplus
}
#endif

#endif /* __UK_SCHEDPREEMPT_H__ */
