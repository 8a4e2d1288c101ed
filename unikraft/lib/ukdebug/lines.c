/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages on their way to a console of the platform: puts a prefix before each
 * line. Compiled for interrupt handlers; knows no formats but for numbers of
 * its own.
 *
 * Keeps, for each console, whether the last output ended a line, so that a
 * message may be written in several calls. Does not buffer across calls, and
 * does not lock: on several CPUs lines may mix.
 */

#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/print.h>
#include <uk/plat/console.h>
#if CONFIG_LIBUKDEBUG_PRINT_TIME
#include <uk/plat/time.h>
#endif
#include "lines.h"

#define PREFIX_MAX	48

/* Before the first message */
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
	unsigned int len = 0;

	while (text[len])
		len++;
	if (len)
		con->out(text, len);
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

	lines_format(buf, sizeof(buf), "[%5llu.%06llu] ",
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
		lines_format(buf, sizeof(buf), "{r:%p,f:%p} ",
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
		lines_format(buf, sizeof(buf), " @ %4u> ", from->line);
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
		const char *stop = text;
		int eol;

		while (stop < end && *stop != '\n')
			stop++;
		eol = stop < end;
		stop += eol;

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

void lines_put(int lvl, const struct origin *from, const char *text, int len)
{
	struct console *con = console_of(lvl);

	/* A line that another level left open is not continued. */
	if (con->in_line && con->level != lvl) {
		put(con, "\n");
		con->in_line = 0;
	}
	con->level = lvl;

	if (len < 0)
		return;
	if (len < MESSAGE_MAX) {
		put_lines(con, lvl, from, text, len);
		return;
	}
	put_lines(con, lvl, from, text, MESSAGE_MAX - 1);
	put_lines(con, lvl, from, " [cut]\n", 7);
}
