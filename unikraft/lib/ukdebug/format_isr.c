/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Formatted text without floating point, and without anything of the C library:
 * for interrupt handlers. See lines.h.
 */

#include <uk/essentials.h>
#include "lines.h"

#define LEFT	0x01
#define PLUS	0x02
#define SPACE	0x04
#define ALT	0x08
#define ZERO	0x10

#define DIGITS_MAX	24	/* of 64 bits, to the base 8 */

struct output {
	char *buf;
	__sz size;
	__sz len;		/* what there would be with room for all */
};

struct spec {
	unsigned int flags;
	int width;
	int precision;		/* -1: not given */
	unsigned int bits;	/* of an integer */
};

static void put(struct output *out, char c)
{
	if (out->len + 1 < out->size)
		out->buf[out->len] = c;
	out->len++;
}

static void pad(struct output *out, char c, int count)
{
	for (; count > 0; count--)
		put(out, c);
}

/* A prefix (sign, 0x), zeros and text, in a field */
static void put_field(struct output *out, const struct spec *spec,
		      const char *prefix, int zeros, const char *text, int len)
{
	int i, rest = spec->width - zeros - len;

	for (i = 0; prefix[i]; i++)
		rest--;
	if (!(spec->flags & LEFT))
		pad(out, ' ', rest);
	while (*prefix)
		put(out, *prefix++);
	pad(out, '0', zeros);
	for (i = 0; i < len; i++)
		put(out, text[i]);
	if (spec->flags & LEFT)
		pad(out, ' ', rest);
}

static void put_number(struct output *out, const struct spec *spec,
		       const char *prefix, __u64 value, unsigned int base,
		       int upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[DIGITS_MAX];
	int at = DIGITS_MAX, zeros, len, i;

	for (; value; value /= base)
		text[--at] = digits[value % base];
	len = DIGITS_MAX - at;
	zeros = (spec->precision < 0 ? 1 : spec->precision) - len;
	if (spec->precision < 0 && (spec->flags & (ZERO | LEFT)) == ZERO) {
		zeros = spec->width - len;
		for (i = 0; prefix[i]; i++)
			zeros--;
		if (!len && zeros < 1)
			zeros = 1;
	}
	put_field(out, spec, prefix, MAX(zeros, 0), text + at, len);
}

static void put_signed(struct output *out, const struct spec *spec, __u64 bits)
{
	__s64 value = (__s64)(bits << (64 - spec->bits)) >> (64 - spec->bits);
	const char *sign = "";

	if (value < 0)
		sign = "-";
	else if (spec->flags & PLUS)
		sign = "+";
	else if (spec->flags & SPACE)
		sign = " ";
	put_number(out, spec, sign, value < 0 ? -(__u64)value : (__u64)value,
		   10, 0);
}

static void put_unsigned(struct output *out, const struct spec *spec,
			 __u64 bits, char conv)
{
	__u64 value = bits << (64 - spec->bits) >> (64 - spec->bits);
	const char *prefix = "";

	if ((spec->flags & ALT) && value && (conv == 'x' || conv == 'X'))
		prefix = conv == 'x' ? "0x" : "0X";
	else if ((spec->flags & ALT) && value && conv == 'o')
		prefix = "0";
	put_number(out, spec, prefix, value,
		   conv == 'u' ? 10 : conv == 'o' ? 8 : 16, conv == 'X');
}

static void put_string(struct output *out, const struct spec *spec,
		       const char *text)
{
	int len = 0;

	if (!text)
		text = "(null)";
	while ((spec->precision < 0 || len < spec->precision) && text[len])
		len++;
	put_field(out, spec, "", 0, text, len);
}

static const char *read_flags(const char *fmt, unsigned int *flags)
{
	for (;; fmt++) {
		switch (*fmt) {
		case '-':
			*flags |= LEFT;
			break;
		case '+':
			*flags |= PLUS;
			break;
		case ' ':
			*flags |= SPACE;
			break;
		case '#':
			*flags |= ALT;
			break;
		case '0':
			*flags |= ZERO;
			break;
		default:
			return fmt;
		}
	}
}

static const char *read_bits(const char *fmt, unsigned int *bits)
{
	*bits = 32;
	for (;; fmt++) {
		switch (*fmt) {
		case 'h':
			*bits /= 2;
			break;
		case 'l':
		case 'j':
		case 'z':
		case 't':
			*bits = 64;
			break;
		default:
			return fmt;
		}
	}
}

/* The list, which functions take as a pointer */
struct arguments {
	va_list list;
};

static __u64 next_integer(struct arguments *args, const struct spec *spec)
{
	return spec->bits == 64 ? va_arg(args->list, __u64)
				: va_arg(args->list, unsigned int);
}

static const char *read_count(const char *fmt, int *count,
			      struct arguments *args)
{
	if (*fmt == '*') {
		*count = va_arg(args->list, int);
		return fmt + 1;
	}
	for (*count = 0; *fmt >= '0' && *fmt <= '9'; fmt++)
		*count = *count * 10 + *fmt - '0';
	return fmt;
}

/* Returns 0 at what it cannot do */
static int convert(struct output *out, struct spec *spec, char conv,
		   struct arguments *args)
{
	char c;

	switch (conv) {
	case 'd':
	case 'i':
		put_signed(out, spec, next_integer(args, spec));
		return 1;
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		put_unsigned(out, spec, next_integer(args, spec), conv);
		return 1;
	case 'p':
		put_number(out, spec, "0x", (__uptr)va_arg(args->list, void *),
			   16, 0);
		return 1;
	case 's':
		put_string(out, spec, va_arg(args->list, const char *));
		return 1;
	case 'c':
		c = (char)va_arg(args->list, int);
		put_field(out, spec, "", 0, &c, 1);
		return 1;
	case '%':
		put(out, '%');
		return 1;
	default:
		return 0;
	}
}

int lines_vformat(char *buf, __sz size, const char *fmt, va_list ap)
{
	struct output out = { buf, size, 0 };
	struct arguments args;

	va_copy(args.list, ap);
	while (*fmt) {
		struct spec spec = { 0, 0, -1, 0 };

		if (*fmt != '%') {
			put(&out, *fmt++);
			continue;
		}
		fmt = read_flags(fmt + 1, &spec.flags);
		fmt = read_count(fmt, &spec.width, &args);
		if (spec.width < 0) {
			spec.flags |= LEFT;
			spec.width = -spec.width;
		}
		if (*fmt == '.')
			fmt = read_count(fmt + 1, &spec.precision, &args);
		fmt = read_bits(fmt, &spec.bits);
		if (!convert(&out, &spec, *fmt, &args)) {
			put(&out, '?');
			put(&out, '\n');
			break;
		}
		fmt++;
	}
	va_end(args.list);
	if (size)
		buf[MIN(out.len, size - 1)] = '\0';
	return (int)out.len;
}

int lines_format(char *buf, __sz size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = lines_vformat(buf, size, fmt, ap);
	va_end(ap);
	return len;
}
