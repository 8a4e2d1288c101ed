/* SPDX-License-Identifier: BSD-3-Clause */
/* Alignment */

#ifndef __NOLIBC_STDALIGN_H__
#define __NOLIBC_STDALIGN_H__

#ifndef __cplusplus
#define alignas	_Alignas
#define alignof	_Alignof
#endif
#define __alignas_is_defined	1
#define __alignof_is_defined	1

#endif /* __NOLIBC_STDALIGN_H__ */
