/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Formatted output into a sink; what printf() and its relatives stand on.
 * Private to this library and to libukdebug, which has a copy of its own when
 * another C library is used.
 */

#ifndef NOLIBC_FORMAT_H
#define NOLIBC_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Where formatted text goes: `put` gets it piece by piece, len is never 0. */
struct fmt_sink {
	void (*put)(struct fmt_sink *sink, const char *text, size_t len);
	size_t total;	/* bytes so far; the formatter counts */
};

/* Flags of a conversion */
#define FMT_LEFT	0x01	/* - */
#define FMT_PLUS	0x02	/* + */
#define FMT_SPACE	0x04	/* space */
#define FMT_ALT		0x08	/* # */
#define FMT_ZERO	0x10	/* 0 */
#define FMT_UPPER	0x20	/* capital letters: the conversion is one */

/* One conversion: %[flags][width][.precision][length]conv */
struct fmt_spec {
	unsigned int flags;
	int width;
	int precision;	/* -1: not given */
	char conv;	/* in lower case for numbers */
};

/* For the parts of the formatter */
void fmt_put(struct fmt_sink *sink, const char *text, size_t len);
void fmt_pad(struct fmt_sink *sink, char c, long count);

/*
 * A number from its parts: spaces or zeros up to the width, the prefix (sign,
 * 0x), `zeros` times '0', and the body. The body is put by the caller where
 * it is not one string; see fmt_number_end().
 */
void fmt_number(struct fmt_sink *sink, const struct fmt_spec *spec,
		const char *prefix, long zeros, const char *body, size_t len);
const char *fmt_sign(const struct fmt_spec *spec, int negative);

/* e, f, g and a, into `sink` */
void fmt_double(struct fmt_sink *sink, const struct fmt_spec *spec,
		double value);

/*
 * Returns the number of bytes that the format yields, or -1 if that is more
 * than an int can hold.
 */
int fmt_print(struct fmt_sink *sink, const char *fmt, va_list ap);

/* vsnprintf() and snprintf() */
int fmt_vsnprintf(char *str, size_t size, const char *fmt, va_list ap);
int fmt_snprintf(char *str, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* NOLIBC_FORMAT_H */
