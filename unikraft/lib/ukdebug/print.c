/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * uk_printk() and uk_printd(): puts a prefix before each line of a message and
 * hands the text to a console of the platform.
 *
 * Keeps, for each console, whether the last output ended a line, so that a
 * message may be written in several calls. Does not buffer across calls, and
 * does not lock: on several CPUs lines may mix.
 */

#include <string.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/print.h>
#include <uk/plat/console.h>
#if CONFIG_LIBUKDEBUG_PRINT_TIME
#include <uk/plat/time.h>
#endif
#if CONFIG_HAVE_LIBC
#include "../nolibc/format.h"
#define vsnprintf	fmt_vsnprintf
#define snprintf	fmt_snprintf
#else
#include <stdio.h>
#endif

#define MESSAGE_MAX	256
#define PREFIX_MAX	48

/* Internal level of uk_printd() messages; also an index, see `levels` */
#define KLVL_DEBUG	4
#define KLVL_NONE	(-1)

#if CONFIG_LIBUKDEBUG_PRINT_CALLER
#define SHOW_CALLER	1
#else
#define SHOW_CALLER	0
#endif
#if CONFIG_LIBUKDEBUG_PRINT_SRCNAME
#define SHOW_FILE	1
#else
#define SHOW_FILE	0
#endif

#define ESC(codes)	"\033[" codes "m"

struct level {
	const char *name;
	const char *name_color;
	const char *text_color;
};

static const struct level levels[] = {
	[KLVL_CRIT]  = { "CRIT: ", ESC("1;37;41"), ESC("1;31") },
	[KLVL_ERR]   = { "ERR:  ", ESC("1;31"), ESC("31") },
	[KLVL_WARN]  = { "Warn: ", ESC("1;33"), "" },
	[KLVL_INFO]  = { "Info: ", ESC("1;32"), "" },
	[KLVL_DEBUG] = { "dbg:  ", ESC("1;34"), "" },
};

/* Where a message was written */
struct origin {
	const char *lib;
	const char *file;
	unsigned int line;
	__uptr caller;
	__uptr frame;
};

struct console {
	int (*out)(const char *buf, unsigned int len);
	int in_line;	/* the last output did not end its line */
	int level;	/* of the last output */
};

static struct console kernel_console = { ukplat_coutk, 0, KLVL_NONE };
static struct console debug_console = { ukplat_coutd, 0, KLVL_NONE };

static struct console *console_of(int lvl)
{
#if CONFIG_LIBUKDEBUG_REDIR_PRINTD
	(void)lvl;
	(void)debug_console;
	return &kernel_console;
#elif CONFIG_LIBUKDEBUG_REDIR_PRINTK
	(void)lvl;
	(void)kernel_console;
	return &debug_console;
#else
	return lvl == KLVL_DEBUG ? &debug_console : &kernel_console;
#endif
}

static void put(struct console *con, const char *text)
{
	if (*text)
		con->out(text, strlen(text));
}

static void color(struct console *con, const char *sequence)
{
#if CONFIG_LIBUKDEBUG_ANSI_COLOR
	put(con, sequence);
#else
	(void)con;
	(void)sequence;
#endif
}

static void put_time(struct console *con)
{
#if CONFIG_LIBUKDEBUG_PRINT_TIME
	__u64 usec = (__u64)ukplat_monotonic_clock() / 1000;
	char buf[PREFIX_MAX];

	snprintf(buf, sizeof(buf), "[%5llu.%06llu] ",
		 (unsigned long long)(usec / 1000000),
		 (unsigned long long)(usec % 1000000));
	color(con, ESC("32"));
	put(con, buf);
	color(con, ESC("0"));
#else
	(void)con;
#endif
}

static void put_origin(struct console *con, const struct origin *from)
{
	char buf[PREFIX_MAX];

	if (SHOW_CALLER) {
		snprintf(buf, sizeof(buf), "{r:%p,f:%p} ",
			 (void *)from->caller, (void *)from->frame);
		color(con, ESC("31"));
		put(con, buf);
		color(con, ESC("0"));
	}
	if (from->lib) {
		color(con, ESC("33"));
		put(con, "[");
		put(con, from->lib);
		put(con, "] ");
		color(con, ESC("0"));
	}
	if (SHOW_FILE && from->file) {
		snprintf(buf, sizeof(buf), " @ %4u> ", from->line);
		color(con, ESC("36"));
		put(con, "<");
		put(con, from->file);
		put(con, buf);
		color(con, ESC("0"));
	}
}

static void put_prefix(struct console *con, int lvl, const struct origin *from)
{
	put_time(con);
	color(con, levels[lvl].name_color);
	put(con, levels[lvl].name);
	color(con, ESC("0"));
	put_origin(con, from);
}

/* Writes `len` bytes of text, a prefix before each line that starts here. */
static void put_lines(struct console *con, int lvl, const struct origin *from,
		      const char *text, __sz len)
{
	const char *end = text + len;

	while (text < end) {
		const char *eol = memchr(text, '\n', end - text);
		const char *stop = eol ? eol + 1 : end;

		if (!con->in_line)
			put_prefix(con, lvl, from);
		color(con, levels[lvl].text_color);
		con->out(text, stop - text);
		if (*levels[lvl].text_color)
			color(con, ESC("0"));
		con->in_line = !eol;
		text = stop;
	}
}

static void message(int lvl, const struct origin *from, const char *fmt,
		    va_list ap)
{
	struct console *con = console_of(lvl);
	char buf[MESSAGE_MAX];
	int len;

	/* A line that another level left open is not continued. */
	if (con->in_line && con->level != lvl) {
		put(con, "\n");
		con->in_line = 0;
	}
	con->level = lvl;

	len = vsnprintf(buf, sizeof(buf), fmt, ap);
	if (len < 0)
		return;
	if (len < MESSAGE_MAX) {
		put_lines(con, lvl, from, buf, len);
		return;
	}
	put_lines(con, lvl, from, buf, MESSAGE_MAX - 1);
	put_lines(con, lvl, from, " [cut]\n", 7);
}

#define ORIGIN_HERE(libname, srcname, srcline)				\
	{ (libname), (srcname), (srcline), __return_addr(0), __frame_addr(0) }

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
