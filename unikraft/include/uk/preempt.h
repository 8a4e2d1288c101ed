/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parts of threads that no other thread may come between: schedulers switch
 * where they are called only, so that this keeps the compiler's order alone.
 */
#ifndef __UK_PREEMPT_H__
#define __UK_PREEMPT_H__

#include <uk/arch/lcpu.h>

#define uk_preempt_disable()	barrier()
#define uk_preempt_enable()	barrier()

#endif /* __UK_PREEMPT_H__ */
