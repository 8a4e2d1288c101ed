/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Assertions and deliberate crashes.
 *
 * UK_ASSERT() and its relatives are checked when LIBUKDEBUG_ENABLE_ASSERT is
 * set, else they are not evaluated: their argument must have no side effect
 * that matters. UK_CRASH() always crashes. A crash writes a critical message
 * and ends with ukplat_terminate(UKPLAT_CRASH); none of these ever allocate.
 */

#ifndef __UKDEBUG_ASSERT_H__
#define __UKDEBUG_ASSERT_H__

#include <uk/plat/bootstrap.h>
#include <uk/essentials.h>
#include <uk/print.h>
#include <uk/config.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes a message and crashes. Does not return. */
#define UK_CRASH(fmt, ...)						\
	do {								\
		uk_pr_crit(fmt, ##__VA_ARGS__);				\
		ukplat_terminate(UKPLAT_CRASH);				\
	} while (0)

#if CONFIG_LIBUKDEBUG_ENABLE_ASSERT
#define UK_ASSERT(x)							\
	do {								\
		if (unlikely(!(x)))					\
			UK_CRASH("Assertion failure: %s\n",		\
				 STRINGIFY(x));				\
	} while (0)

#define UK_WARNIF(x)							\
	do {								\
		if (unlikely(x))					\
			uk_pr_warn("Condition warning: %s\n",		\
				   STRINGIFY(x));			\
	} while (0)
#else
#define UK_ASSERT(x)	do { } while (0)
#define UK_WARNIF(x)	do { } while (0)
#endif

/* The opposite of UK_ASSERT(): crashes when `x` holds. */
#define UK_BUGON(x)	UK_ASSERT(!(x))
#define UK_BUG()	UK_BUGON(1)

#ifdef __cplusplus
}
#endif

#endif /* __UKDEBUG_ASSERT_H__ */
