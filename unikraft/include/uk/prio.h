/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Priorities of constructors, init functions and event handlers: one digit,
 * 0 runs first, 9 runs last.
 */
#ifndef __UK_PRIO_H__
#define __UK_PRIO_H__

#define UK_PRIO_EARLIEST	0
#define UK_PRIO_LATEST		9

/*
 * The next later priority; the result is again a single token that can be
 * pasted. There is none after 9: that is an undeclared name.
 */
#define UK_PRIO_AFTER(x)	__UK_PRIO_AFTER(x)
#define __UK_PRIO_AFTER(x)	__UK_PRIO_AFTER_##x
#define __UK_PRIO_AFTER_0	1
#define __UK_PRIO_AFTER_1	2
#define __UK_PRIO_AFTER_2	3
#define __UK_PRIO_AFTER_3	4
#define __UK_PRIO_AFTER_4	5
#define __UK_PRIO_AFTER_5	6
#define __UK_PRIO_AFTER_6	7
#define __UK_PRIO_AFTER_7	8
#define __UK_PRIO_AFTER_8	9
#define __UK_PRIO_AFTER_9	__UK_PRIO_OUT_OF_BOUNDS

#pragma GCC poison __UK_PRIO_OUT_OF_BOUNDS

#endif /* __UK_PRIO_H__ */
