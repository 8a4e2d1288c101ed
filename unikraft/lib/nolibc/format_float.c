/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Floating point in printf(): %e, %f, %g and %a, exact to the last digit,
 * rounding to nearest and halves to even. Uses integer arithmetic only.
 */

#include <stdint.h>
#include <string.h>
#include "decimal.h"
#include "format.h"

#define MANTISSA_BITS	52
#define EXPONENT_BIAS	1023

/* A positive number as digits: 0.d[0]d[1]... * 10^(exponent + 1) */
struct digits {
	int len;	/* digits behind are zeros */
	int exponent;	/* of d[0] */
	char text[DEC_TEXT_MAX];
};

static void get_digits(struct digits *d, uint64_t mantissa, int exponent)
{
	struct decimal dec;

	dec_set(&dec, mantissa, exponent);
	d->exponent = 0;
	d->len = dec_text(&dec, d->text, &d->exponent);
	if (!d->len)
		d->exponent = 0;
}

static int rounds_up(const struct digits *d, int keep)
{
	int i;

	if (d->text[keep] != '5')
		return d->text[keep] > '5';
	for (i = keep + 1; i < d->len; i++) {
		if (d->text[i] != '0')
			return 1;
	}
	/* Halfway: to the even digit, which for none kept is 0 */
	return keep && (d->text[keep - 1] - '0') % 2;
}

/* Rounds to `keep` digits, which may be none or even less. */
static void round_digits(struct digits *d, int keep)
{
	int up;

	if (keep >= d->len)
		return;
	if (keep < 0) {
		d->len = 0;
		return;
	}
	up = rounds_up(d, keep);
	d->len = keep;
	if (!up)
		return;
	while (d->len && d->text[d->len - 1] == '9')
		d->len--;
	if (d->len) {
		d->text[d->len - 1]++;
	} else {
		d->text[0] = '1';
		d->len = 1;
		d->exponent++;
	}
}

/* `count` digits from number `from` on; there are zeros on both sides. */
static void put_digits(struct fmt_sink *sink, const struct digits *d,
		       long from, long count)
{
	long zeros = from < 0 ? -from : 0;
	long present;

	if (zeros > count)
		zeros = count;
	fmt_pad(sink, '0', zeros);
	from += zeros;
	count -= zeros;
	present = d->len - from;
	if (present < 0)
		present = 0;
	if (present > count)
		present = count;
	fmt_put(sink, d->text + from, present);
	fmt_pad(sink, '0', count - present);
}

/* How fmt_number() pads, for a body of `len` bytes that the caller puts. */
static long begin(struct fmt_sink *sink, const struct fmt_spec *spec,
		  const char *prefix, long len)
{
	long fill = (long)spec->width - strlen(prefix) - len;

	if (!(spec->flags & (FMT_LEFT | FMT_ZERO)))
		fmt_pad(sink, ' ', fill);
	fmt_put(sink, prefix, strlen(prefix));
	if ((spec->flags & (FMT_LEFT | FMT_ZERO)) == FMT_ZERO)
		fmt_pad(sink, '0', fill);
	return spec->flags & FMT_LEFT ? fill : 0;
}

/* 123.456, with `precision` digits behind the point; rounded already */
static void put_fixed(struct fmt_sink *sink, const struct fmt_spec *spec,
		      const char *sign, const struct digits *d, long precision)
{
	long whole = d->exponent >= 0 ? d->exponent + 1L : 1;
	int point = precision > 0 || spec->flags & FMT_ALT;
	long fill = begin(sink, spec, sign, whole + point + precision);
	long first = d->exponent + 1L - whole;

	put_digits(sink, d, first, whole);
	fmt_put(sink, ".", point);
	put_digits(sink, d, first + whole, precision);
	fmt_pad(sink, ' ', fill);
}

/* "e+05": letter, sign, at least two digits. Returns the length. */
static size_t exponent_text(char *text, char letter, int exponent)
{
	unsigned int size = exponent < 0 ? -exponent : exponent;
	size_t len = 0;

	text[len++] = letter;
	text[len++] = exponent < 0 ? '-' : '+';
	if (size >= 1000)
		text[len++] = '0' + size / 1000;
	if (size >= 100)
		text[len++] = '0' + size / 100 % 10;
	if (size >= 10 || letter == 'e' || letter == 'E')
		text[len++] = '0' + size / 10 % 10;
	text[len++] = '0' + size % 10;
	return len;
}

/* 1.234e+05, with `precision` digits behind the point; rounded already */
static void put_scientific(struct fmt_sink *sink, const struct fmt_spec *spec,
			   const char *sign, const struct digits *d,
			   long precision)
{
	int point = precision > 0 || spec->flags & FMT_ALT;
	char exponent[8];
	size_t len = exponent_text(exponent,
				   spec->flags & FMT_UPPER ? 'E' : 'e',
				   d->exponent);
	long fill = begin(sink, spec, sign, 1 + point + precision + len);

	put_digits(sink, d, 0, 1);
	fmt_put(sink, ".", point);
	put_digits(sink, d, 1, precision);
	fmt_put(sink, exponent, len);
	fmt_pad(sink, ' ', fill);
}

/* %g: the shorter of both, without zeros at the end unless asked for */
static void put_general(struct fmt_sink *sink, const struct fmt_spec *spec,
			const char *sign, struct digits *d, long precision)
{
	long digits = precision ? precision : 1;
	long shown;

	round_digits(d, digits);
	while (d->len && d->text[d->len - 1] == '0')
		d->len--;
	shown = spec->flags & FMT_ALT ? digits : d->len ? d->len : 1;
	if (d->exponent < -4 || d->exponent >= digits)
		put_scientific(sink, spec, sign, d, shown - 1);
	else if (shown > d->exponent + 1L)
		put_fixed(sink, spec, sign, d, shown - 1 - d->exponent);
	else
		put_fixed(sink, spec, sign, d, 0);
}

static void put_decimal(struct fmt_sink *sink, const struct fmt_spec *spec,
			const char *sign, uint64_t mantissa, int exponent)
{
	long precision = spec->precision < 0 ? 6 : spec->precision;
	struct digits d;

	get_digits(&d, mantissa, exponent);
	switch (spec->conv) {
	case 'e':
		/* No number has more digits than fit in an int. */
		round_digits(&d, precision < DEC_TEXT_MAX ? precision + 1
							  : DEC_TEXT_MAX);
		put_scientific(sink, spec, sign, &d, precision);
		break;
	case 'f':
		round_digits(&d, precision < DEC_TEXT_MAX
				 ? precision + 1 + d.exponent : DEC_TEXT_MAX);
		put_fixed(sink, spec, sign, &d, precision);
		break;
	default:
		put_general(sink, spec, sign, &d, precision);
		break;
	}
}

/* %a: hexadecimal mantissa, binary exponent */
static void put_hex(struct fmt_sink *sink, const struct fmt_spec *spec,
		    const char *sign, uint64_t mantissa, int exponent)
{
	const char *set = spec->flags & FMT_UPPER ? "0123456789ABCDEFXP"
						  : "0123456789abcdefxp";
	int digits = MANTISSA_BITS / 4;
	char prefix[4], text[16], exp[8];
	long precision = spec->precision;
	size_t exp_len;
	long fill;
	int point, i;

	exponent = mantissa ? exponent + MANTISSA_BITS : 0;
	if (precision >= 0 && precision < digits) {
		int drop = (digits - precision) * 4;
		uint64_t half = 1ULL << (drop - 1);
		uint64_t lost = mantissa & (2 * half - 1);

		mantissa >>= drop;
		if (lost > half || (lost == half && mantissa & 1))
			mantissa++;
		mantissa <<= drop;
	}
	for (i = digits; i >= 0; i--, mantissa >>= 4)
		text[i] = set[mantissa & 15];
	if (precision < 0) {
		while (digits && text[digits] == '0')
			digits--;
		precision = digits;
	} else if (precision < digits) {
		digits = precision;
	}

	prefix[0] = '\0';
	strcat(prefix, sign);
	i = strlen(prefix);
	prefix[i++] = '0';
	prefix[i++] = set[16];
	prefix[i] = '\0';
	point = precision > 0 || spec->flags & FMT_ALT;
	exp_len = exponent_text(exp, set[17], exponent);
	fill = begin(sink, spec, prefix, 1 + point + precision + exp_len);
	fmt_put(sink, text, 1);
	fmt_put(sink, ".", point);
	fmt_put(sink, text + 1, digits);
	fmt_pad(sink, '0', precision - digits);
	fmt_put(sink, exp, exp_len);
	fmt_pad(sink, ' ', fill);
}

static void put_special(struct fmt_sink *sink, const struct fmt_spec *given,
			const char *sign, int nan)
{
	struct fmt_spec spec = *given;
	const char *text = nan ? "nan" : "inf";

	spec.flags &= ~FMT_ZERO;
	if (spec.flags & FMT_UPPER)
		text = nan ? "NAN" : "INF";
	fmt_number(sink, &spec, sign, 0, text, 3);
}

void fmt_double(struct fmt_sink *sink, const struct fmt_spec *spec,
		double value)
{
	uint64_t bits, mantissa;
	int exponent;
	const char *sign;

	memcpy(&bits, &value, sizeof(bits));
	sign = fmt_sign(spec, bits >> 63);
	mantissa = bits & ((1ULL << MANTISSA_BITS) - 1);
	exponent = (bits >> MANTISSA_BITS) & 0x7ff;
	if (exponent == 0x7ff) {
		put_special(sink, spec, sign, mantissa != 0);
		return;
	}
	/* The hidden bit, which the smallest numbers do not have */
	if (exponent)
		mantissa |= 1ULL << MANTISSA_BITS;
	else
		exponent = 1;
	exponent -= EXPONENT_BIAS + MANTISSA_BITS;
	if (spec->conv == 'a')
		put_hex(sink, spec, sign, mantissa, exponent);
	else
		put_decimal(sink, spec, sign, mantissa, exponent);
}
