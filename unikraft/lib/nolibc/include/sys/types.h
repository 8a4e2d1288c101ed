/* SPDX-License-Identifier: BSD-3-Clause */
/* Types of POSIX */

#ifndef __NOLIBC_SYS_TYPES_H__
#define __NOLIBC_SYS_TYPES_H__

#include <stdint.h>
#include <nolibc-internal/shareddefs.h>

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;

#endif /* __NOLIBC_SYS_TYPES_H__ */
