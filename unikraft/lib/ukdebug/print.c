/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * uk_printk() and uk_printd(). Compiled twice: code for interrupt handlers has
 * functions of its own, to which uk/print.h gives other names.
 */

#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/print.h>
#include "lines.h"
#ifdef __INTERRUPTSAFE__
#define vsnprintf	lines_vformat
#elif CONFIG_HAVE_LIBC
#include "../nolibc/format.h"
#define vsnprintf	fmt_vsnprintf
#else
#include <stdio.h>
#endif

static void message(int lvl, const struct origin *from, const char *fmt,
		    va_list ap)
{
	char buf[MESSAGE_MAX];

	lines_put(lvl, from, buf, vsnprintf(buf, sizeof(buf), fmt, ap));
}

void _uk_vprintd(const char *libname, const char *srcname,
		 unsigned int srcline, const char *fmt, va_list ap)
{
	struct origin from = ORIGIN_HERE(libname, srcname, srcline);

	message(KLVL_DEBUG, &from, fmt, ap);
}

void _uk_printd(const char *libname, const char *srcname,
		unsigned int srcline, const char *fmt, ...)
{
	struct origin from = ORIGIN_HERE(libname, srcname, srcline);
	va_list ap;

	va_start(ap, fmt);
	message(KLVL_DEBUG, &from, fmt, ap);
	va_end(ap);
}

void _uk_vprintk(int lvl, const char *libname, const char *srcname,
		 unsigned int srcline, const char *fmt, va_list ap)
{
	struct origin from = ORIGIN_HERE(libname, srcname, srcline);

	if (lvl >= KLVL_CRIT && lvl <= KLVL_INFO)
		message(lvl, &from, fmt, ap);
}

void _uk_printk(int lvl, const char *libname, const char *srcname,
		unsigned int srcline, const char *fmt, ...)
{
	struct origin from = ORIGIN_HERE(libname, srcname, srcline);
	va_list ap;

	if (lvl < KLVL_CRIT || lvl > KLVL_INFO)
		return;
	va_start(ap, fmt);
	message(lvl, &from, fmt, ap);
	va_end(ap);
}
