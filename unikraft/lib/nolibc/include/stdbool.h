/* SPDX-License-Identifier: BSD-3-Clause */
/* Boolean type */

#ifndef __NOLIBC_STDBOOL_H__
#define __NOLIBC_STDBOOL_H__

#ifndef __cplusplus
#define bool	_Bool
#define true	1
#define false	0
#endif
#define __bool_true_false_are_defined	1

#endif /* __NOLIBC_STDBOOL_H__ */
