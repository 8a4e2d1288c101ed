/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Semaphores in interrupt handlers. The functions are inline, or compiled for
 * handlers.
 */
#ifndef __UK_ISR_SEMAPHORE_H__
#define __UK_ISR_SEMAPHORE_H__

#include <uk/semaphore.h>

#define uk_semaphore_down_try_isr(s)	uk_semaphore_down_try(s)
#define uk_semaphore_up_isr(s)		uk_semaphore_up(s)

#endif /* __UK_ISR_SEMAPHORE_H__ */
