/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Exact decimal numbers, as large and as fine as a double can be; what
 * converts between doubles and text, with integer arithmetic only.
 */

#ifndef NOLIBC_DECIMAL_H
#define NOLIBC_DECIMAL_H

#include <stdint.h>

/*
 * A non-negative number in base 10^9, most significant limb first. The point
 * is fixed, behind limb DEC_INT - 1; only [first, last) may be non-zero.
 *
 * Sizes: a double has up to 309 digits before the point and 1074 behind it.
 * Text is cut to DEC_DIGITS_MAX digits when it is read, the first of which
 * may lie 343 digits behind the point, and scaling adds digits.
 */
#define DEC_INT		40
#define DEC_FRAC	200
#define DEC_DIGITS_MAX	770

struct decimal {
	int first;
	int last;
	uint32_t limb[DEC_INT + DEC_FRAC];
};

/* The digits of a double, before and behind the point: 309 + 1074, in limbs */
#define DEC_TEXT_MAX	1400

/* value * 2^exponent, for a finite double's mantissa and exponent */
void dec_set(struct decimal *d, uint64_t value, int exponent);
/* `len` digits, the first of them worth 10^exponent; at most DEC_DIGITS_MAX */
void dec_set_digits(struct decimal *d, const char *digits, int len,
		    int exponent);
/* Multiplies with 2^bits; digits behind the last limb leave a non-zero mark. */
void dec_scale(struct decimal *d, int bits);

/*
 * Writes all digits from the first non-zero one on, without zero byte, and
 * returns how many (0 for zero). The first is worth 10^*exponent.
 */
int dec_text(const struct decimal *d, char *text, int *exponent);

/*
 * Scales the number (not zero) to have 55 to 60 bits before the point, and
 * returns these. What was lost behind it is told by *rest (non-zero: some).
 * The number was: result * 2^*exponent.
 */
uint64_t dec_bits(struct decimal *d, int *exponent, int *rest);

#endif /* NOLIBC_DECIMAL_H */
