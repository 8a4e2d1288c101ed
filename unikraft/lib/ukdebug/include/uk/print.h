/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages of the kernel and its libraries.
 *
 * Two families: uk_printk() for messages with a level, and uk_printd() for
 * debug messages. Both take a printf format and may be called at any time,
 * also before the heap exists, and from handlers of exceptions and (in files
 * compiled as the variant `isr`) interrupts. A message is cut at
 * the length of an internal buffer and then says so. Nothing here knows where
 * the text ends up: that is ukplat_coutk() and ukplat_coutd().
 */

#ifndef __UKDEBUG_PRINT_H__
#define __UKDEBUG_PRINT_H__

#include <stdarg.h>
#include <uk/arch/lcpu.h>
#include <uk/arch/types.h>
#include <uk/essentials.h>
#include <uk/config.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The build defines both for every object; a foreign build may define none. */
#ifdef __LIBNAME__
#define __STR_LIBNAME__ STRINGIFY(__LIBNAME__)
#else
#define __STR_LIBNAME__ ((const char *)0)
#endif

#ifdef __BASENAME__
#define __STR_BASENAME__ STRINGIFY(__BASENAME__)
#else
#define __STR_BASENAME__ ((const char *)0)
#endif

/* Levels of uk_printk(), the most important first */
#define KLVL_CRIT	(0)
#define KLVL_ERR	(1)
#define KLVL_WARN	(2)
#define KLVL_INFO	(3)

/* The least important level that the configuration shows */
#if CONFIG_LIBUKDEBUG_PRINTK_INFO
#define KLVL_MAX	KLVL_INFO
#elif CONFIG_LIBUKDEBUG_PRINTK_WARN
#define KLVL_MAX	KLVL_WARN
#elif CONFIG_LIBUKDEBUG_PRINTK_CRIT
#define KLVL_MAX	KLVL_CRIT
#else
#define KLVL_MAX	KLVL_ERR
#endif

/*
 * Code that is compiled for interrupt handlers has these functions under other
 * names, with all conversions but those of floating point.
 */
#ifdef __INTERRUPTSAFE__
#define _uk_vprintd	_uk_vprintd_isr
#define _uk_printd	_uk_printd_isr
#define _uk_vprintk	_uk_vprintk_isr
#define _uk_printk	_uk_printk_isr
#endif

/*
 * The functions behind the macros. `libname` and `srcname` may be NULL: that
 * part of the prefix is then left out. The v variants leave `ap` undefined, as
 * vprintf() does.
 */
void _uk_vprintd(const char *libname, const char *srcname,
		 unsigned int srcline, const char *fmt, va_list ap);
void _uk_printd(const char *libname, const char *srcname,
		unsigned int srcline, const char *fmt, ...) __printf(4, 5);
void _uk_vprintk(int lvl, const char *libname, const char *srcname,
		 unsigned int srcline, const char *fmt, va_list ap);
void _uk_printk(int lvl, const char *libname, const char *srcname,
		unsigned int srcline, const char *fmt, ...) __printf(5, 6);

#if defined UK_DEBUG || CONFIG_LIBUKDEBUG_PRINTD
#define _UK_SHOW_DEBUG	1
#else
#define _UK_SHOW_DEBUG	0
#endif

#if CONFIG_LIBUKDEBUG_PRINTK
#define _UK_SHOW_LEVEL(lvl)	((lvl) <= KLVL_MAX)
#else
#define _UK_SHOW_LEVEL(lvl)	(0 && (lvl))
#endif

/* Runs `stmt` the first time only */
#define _UK_ONCE(stmt)							\
	do {								\
		static int __uk_done;					\
									\
		if (unlikely(!__uk_done)) {				\
			__uk_done = 1;					\
			stmt;						\
		}							\
	} while (0)

/*
 * A message that the configuration leaves out costs nothing: the condition is
 * constant, so call, arguments and text disappear, while the compiler has
 * still checked the format.
 */
#define uk_vprintd(fmt, ap)						\
	do {								\
		if (_UK_SHOW_DEBUG)					\
			_uk_vprintd(__STR_LIBNAME__, __STR_BASENAME__,	\
				    __LINE__, (fmt), (ap));		\
	} while (0)

#define uk_printd(fmt, ...)						\
	do {								\
		if (_UK_SHOW_DEBUG)					\
			_uk_printd(__STR_LIBNAME__, __STR_BASENAME__,	\
				   __LINE__, (fmt), ##__VA_ARGS__);	\
	} while (0)

#define uk_vprintk(lvl, fmt, ap)					\
	do {								\
		if (_UK_SHOW_LEVEL(lvl))				\
			_uk_vprintk((lvl), __STR_LIBNAME__,		\
				    __STR_BASENAME__, __LINE__,		\
				    (fmt), (ap));			\
	} while (0)

#define uk_printk(lvl, fmt, ...)					\
	do {								\
		if (_UK_SHOW_LEVEL(lvl))				\
			_uk_printk((lvl), __STR_LIBNAME__,		\
				   __STR_BASENAME__, __LINE__,		\
				   (fmt), ##__VA_ARGS__);		\
	} while (0)

#define uk_vprintd_once(fmt, ap)	_UK_ONCE(uk_vprintd(fmt, ap))
#define uk_printd_once(fmt, ...)	_UK_ONCE(uk_printd(fmt, ##__VA_ARGS__))
#define uk_vprintk_once(lvl, fmt, ap)	_UK_ONCE(uk_vprintk(lvl, fmt, ap))
#define uk_printk_once(lvl, fmt, ...)					\
	_UK_ONCE(uk_printk(lvl, fmt, ##__VA_ARGS__))

/* What libraries call */
#define uk_pr_debug(fmt, ...)	uk_printd(fmt, ##__VA_ARGS__)
#define uk_pr_info(fmt, ...)	uk_printk(KLVL_INFO, fmt, ##__VA_ARGS__)
#define uk_pr_warn(fmt, ...)	uk_printk(KLVL_WARN, fmt, ##__VA_ARGS__)
#define uk_pr_err(fmt, ...)	uk_printk(KLVL_ERR, fmt, ##__VA_ARGS__)
#define uk_pr_crit(fmt, ...)	uk_printk(KLVL_CRIT, fmt, ##__VA_ARGS__)

#define uk_pr_debug_once(fmt, ...)	uk_printd_once(fmt, ##__VA_ARGS__)
#define uk_pr_info_once(fmt, ...)					\
	uk_printk_once(KLVL_INFO, fmt, ##__VA_ARGS__)
#define uk_pr_warn_once(fmt, ...)					\
	uk_printk_once(KLVL_WARN, fmt, ##__VA_ARGS__)
#define uk_pr_err_once(fmt, ...)					\
	uk_printk_once(KLVL_ERR, fmt, ##__VA_ARGS__)
#define uk_pr_crit_once(fmt, ...)					\
	uk_printk_once(KLVL_CRIT, fmt, ##__VA_ARGS__)

/* For a function that exists only so that callers link */
#define UK_WARN_STUBBED()						\
	uk_pr_warn_once("%s() does nothing\n", __func__)
#ifndef WARN_STUBBED
#define WARN_STUBBED()		UK_WARN_STUBBED()
#endif

#ifdef __cplusplus
}
#endif

#endif /* __UKDEBUG_PRINT_H__ */
