/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The printf() language: parsing conversions, integers, strings, pointers.
 *
 * Knows all of C11's conversions except wide characters. Floating point is in
 * format_float.c. Never allocates; does not know where the text goes.
 */

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include "format.h"

/* Enough for 64 bits in octal */
#define DIGITS_MAX	24

enum length { LEN_INT, LEN_CHAR, LEN_SHORT, LEN_LONG, LEN_LLONG, LEN_MAX,
	      LEN_SIZE, LEN_PTRDIFF, LEN_LDOUBLE };

void fmt_put(struct fmt_sink *sink, const char *text, size_t len)
{
	if (!len)
		return;
	sink->total += len;
	sink->put(sink, text, len);
}

void fmt_pad(struct fmt_sink *sink, char c, long count)
{
	char block[32];

	if (count <= 0)
		return;
	memset(block, c, sizeof(block));
	for (; count > (long)sizeof(block); count -= sizeof(block))
		fmt_put(sink, block, sizeof(block));
	fmt_put(sink, block, count);
}

void fmt_number(struct fmt_sink *sink, const struct fmt_spec *spec,
		const char *prefix, long zeros, const char *body, size_t len)
{
	size_t prefix_len = strlen(prefix);
	long fill = (long)spec->width - prefix_len - zeros - len;

	if (!(spec->flags & (FMT_LEFT | FMT_ZERO)))
		fmt_pad(sink, ' ', fill);
	fmt_put(sink, prefix, prefix_len);
	if ((spec->flags & (FMT_LEFT | FMT_ZERO)) == FMT_ZERO)
		fmt_pad(sink, '0', fill);
	fmt_pad(sink, '0', zeros);
	fmt_put(sink, body, len);
	if (spec->flags & FMT_LEFT)
		fmt_pad(sink, ' ', fill);
}

const char *fmt_sign(const struct fmt_spec *spec, int negative)
{
	if (negative)
		return "-";
	if (spec->flags & FMT_PLUS)
		return "+";
	return spec->flags & FMT_SPACE ? " " : "";
}

/* Writes digits right before `end`; none for 0. Returns the first one. */
static char *digits_of(char *end, uintmax_t value, unsigned int base,
		       int upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	for (; value; value /= base)
		*--end = set[value % base];
	return end;
}

static void put_integer(struct fmt_sink *sink, const struct fmt_spec *given,
			uintmax_t value, const char *prefix, unsigned int base)
{
	struct fmt_spec spec = *given;
	char buf[DIGITS_MAX];
	char *end = buf + sizeof(buf);
	char *digits = digits_of(end, value, base, spec.flags & FMT_UPPER);
	long len = end - digits;
	/* Without a precision there is at least one digit. */
	long zeros = (spec.precision < 0 ? 1 : spec.precision) - len;

	if (zeros < 0)
		zeros = 0;
	/* %#o: the first digit is a zero, whatever it takes. */
	if (base == 8 && spec.flags & FMT_ALT && !zeros)
		zeros = 1;
	if (spec.precision >= 0)
		spec.flags &= ~FMT_ZERO;
	fmt_number(sink, &spec, prefix, zeros, digits, len);
}

static intmax_t signed_arg(va_list *ap, enum length len)
{
	switch (len) {
	case LEN_CHAR:
		return (signed char)va_arg(*ap, int);
	case LEN_SHORT:
		return (short)va_arg(*ap, int);
	case LEN_LONG:
		return va_arg(*ap, long);
	case LEN_LLONG:
	case LEN_LDOUBLE:
		return va_arg(*ap, long long);
	case LEN_MAX:
		return va_arg(*ap, intmax_t);
	case LEN_SIZE:
	case LEN_PTRDIFF:
		return va_arg(*ap, ptrdiff_t);
	default:
		return va_arg(*ap, int);
	}
}

static uintmax_t unsigned_arg(va_list *ap, enum length len)
{
	switch (len) {
	case LEN_CHAR:
		return (unsigned char)va_arg(*ap, int);
	case LEN_SHORT:
		return (unsigned short)va_arg(*ap, int);
	case LEN_LONG:
		return va_arg(*ap, unsigned long);
	case LEN_LLONG:
	case LEN_LDOUBLE:
		return va_arg(*ap, unsigned long long);
	case LEN_MAX:
		return va_arg(*ap, uintmax_t);
	case LEN_SIZE:
	case LEN_PTRDIFF:
		return va_arg(*ap, size_t);
	default:
		return va_arg(*ap, unsigned int);
	}
}

/* %n */
static void store_total(va_list *ap, enum length len, size_t total)
{
	switch (len) {
	case LEN_CHAR:
		*va_arg(*ap, signed char *) = total;
		break;
	case LEN_SHORT:
		*va_arg(*ap, short *) = total;
		break;
	case LEN_INT:
		*va_arg(*ap, int *) = total;
		break;
	default:
		*va_arg(*ap, long *) = total;
		break;
	}
}

static void put_string(struct fmt_sink *sink, const struct fmt_spec *spec,
		       const char *str, size_t len)
{
	long fill = (long)spec->width - len;

	if (!(spec->flags & FMT_LEFT))
		fmt_pad(sink, ' ', fill);
	fmt_put(sink, str, len);
	if (spec->flags & FMT_LEFT)
		fmt_pad(sink, ' ', fill);
}

static void convert_string(struct fmt_sink *sink, const struct fmt_spec *spec,
			   const char *str)
{
	size_t max = spec->precision < 0 ? (size_t)-1 : (size_t)spec->precision;

	if (!str)
		str = "(null)";
	put_string(sink, spec, str, strnlen(str, max));
}

static void convert_signed(struct fmt_sink *sink, const struct fmt_spec *spec,
			   intmax_t value)
{
	uintmax_t size = value < 0 ? -(uintmax_t)value : (uintmax_t)value;

	put_integer(sink, spec, size, fmt_sign(spec, value < 0), 10);
}

static void convert_hex(struct fmt_sink *sink, const struct fmt_spec *spec,
			uintmax_t value)
{
	const char *prefix = spec->flags & FMT_UPPER ? "0X" : "0x";

	if (!(spec->flags & FMT_ALT) || !value)
		prefix = "";
	put_integer(sink, spec, value, prefix, 16);
}

static void convert_pointer(struct fmt_sink *sink, const struct fmt_spec *spec,
			    const void *ptr)
{
	if (!ptr)
		put_string(sink, spec, "(nil)", 5);
	else
		put_integer(sink, spec, (uintptr_t)ptr, "0x", 16);
}

static void convert(struct fmt_sink *sink, struct fmt_spec *spec,
		    enum length len, va_list *ap)
{
	char c;

	switch (spec->conv) {
	case 'd':
	case 'i':
		convert_signed(sink, spec, signed_arg(ap, len));
		break;
	case 'u':
		put_integer(sink, spec, unsigned_arg(ap, len), "", 10);
		break;
	case 'o':
		put_integer(sink, spec, unsigned_arg(ap, len), "", 8);
		break;
	case 'X':
		spec->flags |= FMT_UPPER;
		/* fall through */
	case 'x':
		convert_hex(sink, spec, unsigned_arg(ap, len));
		break;
	case 'p':
		convert_pointer(sink, spec, va_arg(*ap, void *));
		break;
	case 'c':
		c = va_arg(*ap, int);
		put_string(sink, spec, &c, 1);
		break;
	case 's':
		convert_string(sink, spec, va_arg(*ap, const char *));
		break;
	case 'n':
		store_total(ap, len, sink->total);
		break;
	case 'A': case 'E': case 'F': case 'G':
		spec->flags |= FMT_UPPER;
		spec->conv += 'a' - 'A';
		/* fall through */
	case 'a': case 'e': case 'f': case 'g':
		/* The extra precision of a long double is not shown. */
		if (len == LEN_LDOUBLE)
			fmt_double(sink, spec, va_arg(*ap, long double));
		else
			fmt_double(sink, spec, va_arg(*ap, double));
		break;
	case '%':
		fmt_put(sink, "%", 1);
		break;
	}
}

static const char *parse_flags(const char *fmt, unsigned int *flags)
{
	for (;; fmt++) {
		switch (*fmt) {
		case '-':
			*flags |= FMT_LEFT;
			break;
		case '+':
			*flags |= FMT_PLUS;
			break;
		case ' ':
			*flags |= FMT_SPACE;
			break;
		case '#':
			*flags |= FMT_ALT;
			break;
		case '0':
			*flags |= FMT_ZERO;
			break;
		default:
			return fmt;
		}
	}
}

/* A number, saturating, or an argument for '*' */
static const char *parse_count(const char *fmt, int *count, va_list *ap)
{
	if (*fmt == '*') {
		*count = va_arg(*ap, int);
		return fmt + 1;
	}
	for (*count = 0; *fmt >= '0' && *fmt <= '9'; fmt++) {
		if (*count > (INT_MAX - 9) / 10)
			*count = (INT_MAX - 9) / 10;
		*count = *count * 10 + (*fmt - '0');
	}
	return fmt;
}

static const char *parse_length(const char *fmt, enum length *len)
{
	switch (*fmt) {
	case 'h':
		*len = fmt[1] == 'h' ? LEN_CHAR : LEN_SHORT;
		return fmt + (fmt[1] == 'h' ? 2 : 1);
	case 'l':
		*len = fmt[1] == 'l' ? LEN_LLONG : LEN_LONG;
		return fmt + (fmt[1] == 'l' ? 2 : 1);
	case 'j':
		*len = LEN_MAX;
		return fmt + 1;
	case 'z':
		*len = LEN_SIZE;
		return fmt + 1;
	case 't':
		*len = LEN_PTRDIFF;
		return fmt + 1;
	case 'L':
		*len = LEN_LDOUBLE;
		return fmt + 1;
	default:
		*len = LEN_INT;
		return fmt;
	}
}

/* `fmt` is behind the '%'. Returns what follows the conversion. */
static const char *conversion(struct fmt_sink *sink, const char *fmt,
			      va_list *ap)
{
	struct fmt_spec spec = { 0, 0, -1, 0 };
	const char *start = fmt;
	enum length len;

	fmt = parse_flags(fmt, &spec.flags);
	fmt = parse_count(fmt, &spec.width, ap);
	if (spec.width < 0) {
		spec.flags |= FMT_LEFT;
		spec.width = spec.width == INT_MIN ? INT_MAX : -spec.width;
	}
	if (*fmt == '.') {
		fmt = parse_count(fmt + 1, &spec.precision, ap);
		if (spec.precision < 0)
			spec.precision = -1;
	}
	fmt = parse_length(fmt, &len);
	spec.conv = *fmt;
	if (!spec.conv || !strchr("diuoxXpcsnaAeEfFgG%", spec.conv)) {
		/* Not a conversion: leave it as it is, to be seen. */
		fmt_put(sink, start - 1, fmt - start + 1);
		return fmt;
	}
	convert(sink, &spec, len, ap);
	return fmt + 1;
}

int fmt_print(struct fmt_sink *sink, const char *fmt, va_list ap)
{
	va_list args;

	/* A va_list parameter may be an array; only a copy has an address. */
	va_copy(args, ap);
	sink->total = 0;
	while (*fmt) {
		size_t text = strcspn(fmt, "%");

		fmt_put(sink, fmt, text);
		fmt += text;
		if (*fmt)
			fmt = conversion(sink, fmt + 1, &args);
	}
	va_end(args);
	return sink->total > INT_MAX ? -1 : (int)sink->total;
}

/* A sink that fills a string and drops what does not fit */
struct string_sink {
	struct fmt_sink sink;
	char *pos;
	char *last;	/* place of the final zero byte if all is used */
};

static void string_put(struct fmt_sink *sink, const char *text, size_t len)
{
	struct string_sink *s = (struct string_sink *)sink;
	size_t room = s->last - s->pos;

	if (len > room)
		len = room;
	memcpy(s->pos, text, len);
	s->pos += len;
}

int fmt_vsnprintf(char *str, size_t size, const char *fmt, va_list ap)
{
	char none;
	struct string_sink s = {
		.sink = { .put = string_put },
		.pos = size ? str : &none,
		.last = size ? str + size - 1 : &none,
	};
	int len;

	/* sprintf() passes no real size: do not wrap around. */
	if ((uintptr_t)s.last < (uintptr_t)s.pos)
		s.last = (char *)UINTPTR_MAX;
	len = fmt_print(&s.sink, fmt, ap);
	*s.pos = '\0';
	return len;
}

int fmt_snprintf(char *str, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = fmt_vsnprintf(str, size, fmt, ap);
	va_end(ap);
	return len;
}
