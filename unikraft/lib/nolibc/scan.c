/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sscanf(): reads values from a string under the control of a format.
 *
 * Numbers are cut out of the input, as far as the field width allows, and
 * read by strtoull() and strtod(). So `0x` and `1e` without a digit behind are
 * read as 0 and 1, where C wants a failure. All of C11's conversions except
 * wide characters are there.
 */

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest text of a number; what is longer is split there. */
#define NUMBER_MAX	512

enum size { SIZE_INT, SIZE_CHAR, SIZE_SHORT, SIZE_LONG, SIZE_LDOUBLE };

struct scan {
	const char *start;
	const char *in;
	const char *fmt;
	int stored;
};

/* One conversion */
struct field {
	int skip;	/* %*: nothing is stored */
	size_t width;	/* 0: not given */
	enum size size;
	char conv;
};

/* How a conversion ended */
enum result { MATCHED, MISMATCH, NO_INPUT };

static void skip_space(struct scan *s)
{
	while (isspace((unsigned char)*s->in))
		s->in++;
}

static void parse_field(struct scan *s, struct field *f)
{
	char *end;

	f->skip = *s->fmt == '*';
	s->fmt += f->skip;
	f->width = 0;
	if (isdigit((unsigned char)*s->fmt)) {
		f->width = strtoul(s->fmt, &end, 10);
		s->fmt = end;
	}
	f->size = SIZE_INT;
	switch (*s->fmt) {
	case 'h':
		s->fmt++;
		f->size = *s->fmt == 'h' ? SIZE_CHAR : SIZE_SHORT;
		s->fmt += f->size == SIZE_CHAR;
		break;
	case 'l':
		/* long and long long are the same. */
		f->size = SIZE_LONG;
		s->fmt++;
		s->fmt += *s->fmt == 'l';
		break;
	case 'j':
	case 'z':
	case 't':
		f->size = SIZE_LONG;
		s->fmt++;
		break;
	case 'L':
		f->size = SIZE_LDOUBLE;
		s->fmt++;
		break;
	}
	f->conv = *s->fmt;
	if (f->conv)
		s->fmt++;
}

static void store_integer(const struct field *f, va_list *ap, uintmax_t value)
{
	switch (f->size) {
	case SIZE_CHAR:
		*va_arg(*ap, unsigned char *) = value;
		break;
	case SIZE_SHORT:
		*va_arg(*ap, unsigned short *) = value;
		break;
	case SIZE_INT:
		*va_arg(*ap, unsigned int *) = value;
		break;
	default:
		*va_arg(*ap, uintmax_t *) = value;
		break;
	}
}

/* Copies what a number may consist of. Returns the length of the copy. */
static size_t cut_number(const struct scan *s, const struct field *f,
			 char *text)
{
	size_t max = f->width && f->width < NUMBER_MAX ? f->width : NUMBER_MAX;
	size_t len = strnlen(s->in, max);

	memcpy(text, s->in, len);
	text[len] = '\0';
	return len;
}

static enum result scan_integer(struct scan *s, const struct field *f,
				int base, va_list *ap)
{
	char text[NUMBER_MAX + 1];
	uintmax_t value;
	char *end;

	skip_space(s);
	if (!cut_number(s, f, text))
		return NO_INPUT;
	/* Out of range: the nearest value of the sign that was asked for. */
	if (f->conv == 'd' || f->conv == 'i')
		value = strtoimax(text, &end, base);
	else
		value = strtoumax(text, &end, base);
	if (end == text)
		return MISMATCH;
	s->in += end - text;
	if (f->skip)
		return MATCHED;
	if (f->conv == 'p')
		*va_arg(*ap, void **) = (void *)(uintptr_t)value;
	else
		store_integer(f, ap, value);
	s->stored++;
	return MATCHED;
}

static enum result scan_double(struct scan *s, const struct field *f,
			       va_list *ap)
{
	char text[NUMBER_MAX + 1];
	double value;
	char *end;

	skip_space(s);
	if (!cut_number(s, f, text))
		return NO_INPUT;
	value = strtod(text, &end);
	if (end == text)
		return MISMATCH;
	s->in += end - text;
	if (f->skip)
		return MATCHED;
	if (f->size == SIZE_LDOUBLE)
		*va_arg(*ap, long double *) = value;
	else if (f->size == SIZE_LONG)
		*va_arg(*ap, double *) = value;
	else
		*va_arg(*ap, float *) = strtof(text, NULL);
	s->stored++;
	return MATCHED;
}

/* Stores `len` characters of the input, with or without a zero byte. */
static enum result take(struct scan *s, const struct field *f, size_t len,
			int terminate, va_list *ap)
{
	if (!len)
		return *s->in ? MISMATCH : NO_INPUT;
	if (!f->skip) {
		char *dst = va_arg(*ap, char *);

		memcpy(dst, s->in, len);
		if (terminate)
			dst[len] = '\0';
		s->stored++;
	}
	s->in += len;
	return MATCHED;
}

static enum result scan_chars(struct scan *s, const struct field *f,
			      va_list *ap)
{
	size_t count = f->width ? f->width : 1;

	if (strnlen(s->in, count) < count)
		return NO_INPUT;
	return take(s, f, count, 0, ap);
}

static enum result scan_word(struct scan *s, const struct field *f,
			     va_list *ap)
{
	size_t max = f->width ? f->width : SIZE_MAX;
	size_t len = 0;

	skip_space(s);
	while (len < max && s->in[len] && !isspace((unsigned char)s->in[len]))
		len++;
	return take(s, f, len, 1, ap);
}

/* %[: s->fmt is behind the bracket. */
static enum result scan_set(struct scan *s, const struct field *f,
			    va_list *ap)
{
	size_t max = f->width ? f->width : SIZE_MAX;
	unsigned char member[UCHAR_MAX + 1];
	int invert = *s->fmt == '^';
	const char *p = s->fmt + invert;
	size_t len = 0;

	memset(member, invert, sizeof(member));
	/* A bracket right at the begin is a member. */
	do {
		unsigned char from = *p++;
		unsigned char to = from;

		if (!from)
			return MISMATCH;
		if (p[0] == '-' && p[1] && p[1] != ']') {
			to = p[1];
			p += 2;
		}
		for (unsigned int c = from; c <= to; c++)
			member[c] = !invert;
	} while (*p != ']');
	s->fmt = p + 1;

	member[0] = 0;
	while (len < max && member[(unsigned char)s->in[len]])
		len++;
	return take(s, f, len, 1, ap);
}

static enum result scan_field(struct scan *s, const struct field *f,
			      va_list *ap)
{
	switch (f->conv) {
	case 'd':
	case 'u':
		return scan_integer(s, f, 10, ap);
	case 'i':
		return scan_integer(s, f, 0, ap);
	case 'o':
		return scan_integer(s, f, 8, ap);
	case 'x':
	case 'X':
	case 'p':
		return scan_integer(s, f, 16, ap);
	case 'a': case 'e': case 'f': case 'g':
	case 'A': case 'E': case 'F': case 'G':
		return scan_double(s, f, ap);
	case 'c':
		return scan_chars(s, f, ap);
	case 's':
		return scan_word(s, f, ap);
	case '[':
		return scan_set(s, f, ap);
	case 'n':
		if (!f->skip)
			store_integer(f, ap, s->in - s->start);
		return MATCHED;
	case '%':
		skip_space(s);
		if (*s->in != '%')
			return *s->in ? MISMATCH : NO_INPUT;
		s->in++;
		return MATCHED;
	default:
		return MISMATCH;
	}
}

int vsscanf(const char *restrict str, const char *restrict fmt, va_list ap)
{
	struct scan s = { str, str, fmt, 0 };
	enum result result = MATCHED;
	struct field f;
	va_list args;

	va_copy(args, ap);
	while (result == MATCHED && *s.fmt) {
		char c = *s.fmt++;

		if (isspace((unsigned char)c)) {
			skip_space(&s);
		} else if (c == '%') {
			parse_field(&s, &f);
			result = scan_field(&s, &f, &args);
		} else if (*s.in == c) {
			s.in++;
		} else {
			result = *s.in ? MISMATCH : NO_INPUT;
		}
	}
	va_end(args);
	return result == NO_INPUT && !s.stored ? EOF : s.stored;
}

int sscanf(const char *restrict str, const char *restrict fmt, ...)
{
	va_list ap;
	int stored;

	va_start(ap, fmt);
	stored = vsscanf(str, fmt, ap);
	va_end(ap);
	return stored;
}
