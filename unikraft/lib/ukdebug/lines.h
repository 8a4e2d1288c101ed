/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between those who format messages (print.c) and the consoles.
 * From any context.
 */
#ifndef UKDEBUG_LINES_H
#define UKDEBUG_LINES_H

#include <stdarg.h>
#include <uk/arch/types.h>

/* Room for one message, with a zero byte; what is longer is cut */
#define MESSAGE_MAX	256

/* The level of uk_printd() messages, below those of uk/print.h */
#define KLVL_DEBUG	4

/* Where a message was written */
struct origin {
	const char *lib;
	const char *file;
	unsigned int line;
	__uptr caller;
	__uptr frame;
};

#define ORIGIN_HERE(libname, srcname, srcline)				\
	{ (libname), (srcname), (srcline), __return_addr(0), __frame_addr(0) }

/* A message of `len` bytes, of which `text` has MESSAGE_MAX - 1 at most */
void lines_put(int lvl, const struct origin *from, const char *text, int len);

/*
 * vsnprintf() and snprintf() without floating point: what %e and its like take
 * cannot be had without vector registers, so that the text ends there.
 */
int lines_vformat(char *buf, __sz size, const char *fmt, va_list ap);
int lines_format(char *buf, __sz size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* UKDEBUG_LINES_H */
