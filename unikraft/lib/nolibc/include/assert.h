/* SPDX-License-Identifier: BSD-3-Clause */
/* Assertions of applications */

#ifndef __NOLIBC_ASSERT_H__
#define __NOLIBC_ASSERT_H__

#include <uk/config.h>

#ifdef __cplusplus
extern "C" {
#endif

void __assert_fail(const char *expr, const char *file, unsigned int line,
		   const char *func) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif

#ifndef __cplusplus
#define static_assert	_Static_assert
#endif

#endif /* __NOLIBC_ASSERT_H__ */

/* Redefined by each inclusion, as the C standard wants. */
#undef assert
#ifdef NDEBUG
#define assert(x)	((void)0)
#elif CONFIG_LIBNOLIBC_UKDEBUG_ASSERT
#include <uk/assert.h>
#define assert(x)	UK_ASSERT(x)
#else
#define assert(x)							\
	((x) ? (void)0 : __assert_fail(#x, __FILE__, __LINE__, __func__))
#endif
