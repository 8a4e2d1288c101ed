/* SPDX-License-Identifier: BSD-3-Clause */
/* Common definitions */

#ifndef __NOLIBC_STDDEF_H__
#define __NOLIBC_STDDEF_H__

#include <nolibc-internal/shareddefs.h>

typedef __PTRDIFF_TYPE__ ptrdiff_t;
#ifndef __cplusplus
typedef __WCHAR_TYPE__ wchar_t;
typedef struct {
	long long __ll __attribute__((aligned(__alignof__(long long))));
	long double __ld __attribute__((aligned(__alignof__(long double))));
} max_align_t;
#endif

#define offsetof(type, member) __builtin_offsetof(type, member)

#endif /* __NOLIBC_STDDEF_H__ */
