/* SPDX-License-Identifier: BSD-3-Clause */
/* Variable arguments */

#ifndef __NOLIBC_STDARG_H__
#define __NOLIBC_STDARG_H__

typedef __builtin_va_list va_list;

#define va_start(ap, last)	__builtin_va_start(ap, last)
#define va_arg(ap, type)	__builtin_va_arg(ap, type)
#define va_end(ap)		__builtin_va_end(ap)
#define va_copy(dst, src)	__builtin_va_copy(dst, src)

#endif /* __NOLIBC_STDARG_H__ */
