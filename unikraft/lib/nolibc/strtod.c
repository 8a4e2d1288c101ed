/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Floating point from text: the nearest double, halves to even. Decimal and
 * hexadecimal numbers, inf and nan. Uses integer arithmetic only.
 */

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "decimal.h"

/* A binary format: double or float */
struct format {
	int mantissa_bits;	/* with the hidden bit */
	int min_exponent;	/* of the last bit of the smallest number */
	int max_exponent;	/* of the last bit of the largest numbers */
};

static const struct format double_format = { 53, -1074, 971 };
static const struct format float_format = { 24, -149, 104 };

/* Larger exponents in text give infinity or zero whatever the digits are. */
#define EXPONENT_MAX	100000

static double from_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* mantissa * 2^exponent, exact: the mantissa has at most 53 bits. */
static double compose(uint64_t mantissa, int exponent)
{
	if (!mantissa)
		return 0;
	while (!(mantissa >> 52) && exponent > -1074) {
		mantissa <<= 1;
		exponent--;
	}
	if (!(mantissa >> 52))
		return from_bits(mantissa);
	/* The hidden bit adds one to the exponent field. */
	return from_bits(mantissa + ((uint64_t)(exponent + 1074) << 52));
}

/* Rounds mantissa * 2^exponent, and a bit more if `rest`, to the format. */
static double round_to(const struct format *f, uint64_t mantissa, int exponent,
		       int rest)
{
	int bits, drop;

	if (!mantissa)
		return 0;
	bits = 64 - __builtin_clzll(mantissa);
	drop = bits - f->mantissa_bits;
	if (drop < f->min_exponent - exponent)
		drop = f->min_exponent - exponent;
	if (drop > 64) {
		mantissa = 0;
		rest = 1;
		exponent = f->min_exponent;
	} else if (drop > 0) {
		uint64_t half = 1ULL << (drop - 1);
		uint64_t lost = drop == 64 ? mantissa
					   : mantissa & (2 * half - 1);

		mantissa = drop == 64 ? 0 : mantissa >> drop;
		exponent += drop;
		if (lost > half || (lost == half && (rest || mantissa & 1)))
			mantissa++;
		rest |= lost != 0;
		/* Rounded up to the next power of two */
		if (mantissa >> f->mantissa_bits) {
			mantissa >>= 1;
			exponent++;
		}
	}
	bits = mantissa ? 64 - __builtin_clzll(mantissa) : 0;
	if (exponent + bits > f->max_exponent + f->mantissa_bits) {
		errno = ERANGE;
		return __builtin_inf();
	}
	/* Inexact and with less than all its bits: too small */
	if (rest && exponent == f->min_exponent && bits < f->mantissa_bits)
		errno = ERANGE;
	return compose(mantissa, exponent);
}

/* An exponent, if there is one behind `letter`. Returns what follows it. */
static const char *read_exponent(const char *s, char letter, int *exponent)
{
	const char *p = s + 1;
	int negative = 0;
	int value = 0;

	*exponent = 0;
	if (tolower((unsigned char)*s) != letter)
		return s;
	if (*p == '+' || *p == '-')
		negative = *p++ == '-';
	if (!isdigit((unsigned char)*p))
		return s;
	for (; isdigit((unsigned char)*p); p++) {
		if (value < EXPONENT_MAX)
			value = value * 10 + (*p - '0');
	}
	*exponent = negative ? -value : value;
	return p;
}

/* The digits of a number, without zeros before the first other one */
struct digits {
	int len;		/* at most DEC_DIGITS_MAX */
	long exponent;		/* of the first, in the base of the number */
	int rest;		/* digits that did not fit are not all zero */
	int any;		/* there are digits, be it zeros */
	char text[DEC_DIGITS_MAX];
};

static const char *read_digits(const char *s, int (*is_digit)(int), int max,
			       struct digits *d)
{
	long before = -1;	/* exponent of the first digit */
	int point = 0;

	d->len = 0;
	d->rest = 0;
	d->any = 0;
	for (;; s++) {
		if (*s == '.' && !point) {
			point = 1;
			continue;
		}
		if (!is_digit((unsigned char)*s))
			break;
		d->any = 1;
		if (d->len || *s != '0') {
			if (d->len < max)
				d->text[d->len++] = *s;
			else
				d->rest |= *s != '0';
			before += !point;
		} else {
			before -= point;
		}
	}
	d->exponent = before;
	return s;
}

static double decimal_value(const struct format *f, struct digits *d,
			    long exponent)
{
	struct decimal dec;
	uint64_t mantissa;
	int binary, rest;

	if (!d->len)
		return 0;
	exponent += d->exponent;
	if (exponent > 310) {
		errno = ERANGE;
		return __builtin_inf();
	}
	if (exponent < -343) {
		errno = ERANGE;
		return 0;
	}
	dec_set_digits(&dec, d->text, d->len, exponent);
	mantissa = dec_bits(&dec, &binary, &rest);
	return round_to(f, mantissa, binary, rest || d->rest);
}

static double hex_value(const struct format *f, const struct digits *d,
			long exponent)
{
	uint64_t mantissa = 0;
	int i;

	for (i = 0; i < d->len; i++) {
		char c = d->text[i];

		mantissa = mantissa << 4 |
			(isdigit((unsigned char)c) ? c - '0'
			 : tolower((unsigned char)c) - 'a' + 10);
	}
	exponent += (d->exponent - d->len + 1) * 4;
	if (exponent > 2 * EXPONENT_MAX)
		exponent = 2 * EXPONENT_MAX;
	if (exponent < -2 * EXPONENT_MAX)
		exponent = -2 * EXPONENT_MAX;
	return round_to(f, mantissa, exponent, d->rest);
}

/* inf, infinity, nan, nan(...); NULL if none of them */
static const char *read_special(const char *s, double *value)
{
	if (!strncasecmp(s, "inf", 3)) {
		*value = __builtin_inf();
		return s + (strncasecmp(s + 3, "inity", 5) ? 3 : 8);
	}
	if (!strncasecmp(s, "nan", 3)) {
		const char *p = s + 3;

		*value = __builtin_nan("");
		if (*p != '(')
			return p;
		for (p++; isalnum((unsigned char)*p) || *p == '_'; p++)
			;
		return *p == ')' ? p + 1 : s + 3;
	}
	return NULL;
}

static const char *read_value(const struct format *f, const char *s,
			      double *value)
{
	struct digits d;
	const char *end = read_special(s, value);
	int exponent;

	if (end)
		return end;
	if (s[0] == '0' && tolower((unsigned char)s[1]) == 'x') {
		/* 15 digits: 60 bits, more than any format keeps */
		end = read_digits(s + 2, isxdigit, 15, &d);
		if (d.any) {
			end = read_exponent(end, 'p', &exponent);
			*value = hex_value(f, &d, exponent);
			return end;
		}
	}
	end = read_digits(s, isdigit, DEC_DIGITS_MAX, &d);
	if (!d.any)
		return NULL;
	end = read_exponent(end, 'e', &exponent);
	*value = decimal_value(f, &d, exponent);
	return end;
}

static double parse(const struct format *f, const char *str, char **end)
{
	const char *s = str;
	const char *stop;
	double value = 0;
	int negative = 0;

	while (isspace((unsigned char)*s))
		s++;
	if (*s == '+' || *s == '-')
		negative = *s++ == '-';
	stop = read_value(f, s, &value);
	if (end)
		*end = (char *)(stop ? stop : str);
	return negative && stop ? -value : value;
}

double strtod(const char *restrict str, char **restrict end)
{
	return parse(&double_format, str, end);
}

float strtof(const char *restrict str, char **restrict end)
{
	return parse(&float_format, str, end);
}

double atof(const char *str)
{
	return strtod(str, NULL);
}
