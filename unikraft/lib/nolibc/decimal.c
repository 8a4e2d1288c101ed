/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Exact decimal numbers; see decimal.h. Knows nothing of text formats and of
 * how doubles are rounded.
 */

#include <string.h>
#include "decimal.h"

#define BASE		1000000000u
#define LIMBS		(DEC_INT + DEC_FRAC)
#define LIMB_DIGITS	9

/* BASE is divisible by 2^9; a limb times 2^29 fits in 64 bits. */
#define RIGHT_MAX	9
#define LEFT_MAX	29

static void trim(struct decimal *d)
{
	while (d->first < d->last && !d->limb[d->first])
		d->first++;
	while (d->last > d->first && !d->limb[d->last - 1])
		d->last--;
}

static void shift_left(struct decimal *d, int bits)
{
	uint64_t carry = 0;
	int i;

	for (i = d->last - 1; i >= d->first; i--) {
		uint64_t x = ((uint64_t)d->limb[i] << bits) + carry;

		d->limb[i] = x % BASE;
		carry = x / BASE;
	}
	if (carry)
		d->limb[--d->first] = carry;
	trim(d);
}

static void shift_right(struct decimal *d, int bits)
{
	uint32_t mask = (1u << bits) - 1;
	uint32_t rest = 0;
	int i;

	for (i = d->first; i < d->last; i++) {
		uint32_t x = d->limb[i];

		d->limb[i] = (x >> bits) + rest * (BASE >> bits);
		rest = x & mask;
	}
	if (rest && d->last < LIMBS)
		d->limb[d->last++] = rest * (BASE >> bits);
	else if (rest)
		d->limb[LIMBS - 1] |= 1;
	trim(d);
}

void dec_scale(struct decimal *d, int bits)
{
	for (; bits >= LEFT_MAX; bits -= LEFT_MAX)
		shift_left(d, LEFT_MAX);
	if (bits > 0)
		shift_left(d, bits);
	for (; bits <= -RIGHT_MAX; bits += RIGHT_MAX)
		shift_right(d, RIGHT_MAX);
	if (bits < 0)
		shift_right(d, -bits);
}

/* The number 0: an empty range right before the point, so it can grow. */
static void set_zero(struct decimal *d)
{
	d->first = DEC_INT;
	d->last = DEC_INT;
}

void dec_set(struct decimal *d, uint64_t value, int exponent)
{
	set_zero(d);
	for (; value; value /= BASE)
		d->limb[--d->first] = value % BASE;
	trim(d);
	dec_scale(d, exponent);
}

void dec_set_digits(struct decimal *d, const char *digits, int len,
		    int exponent)
{
	/* Digits of the first limb: those up to the next multiple of 10^9 */
	int place = exponent >= 0 ? exponent % LIMB_DIGITS
		: LIMB_DIGITS - 1 - (-1 - exponent) % LIMB_DIGITS;
	int limb = DEC_INT - 1 - (exponent - place) / LIMB_DIGITS;
	uint32_t value = 0;
	int i;

	d->first = limb;
	for (i = 0; i < len; i++) {
		value = value * 10 + (digits[i] - '0');
		if (place-- == 0) {
			d->limb[limb++] = value;
			value = 0;
			place = LIMB_DIGITS - 1;
		}
	}
	/* The last limb was only begun: fill it with zeros. */
	if (place != LIMB_DIGITS - 1) {
		for (; place >= 0; place--)
			value *= 10;
		d->limb[limb++] = value;
	}
	d->last = limb;
	trim(d);
}

int dec_text(const struct decimal *d, char *text, int *exponent)
{
	int len = 0, zeros = 0;
	int i, k;

	for (i = d->first; i < d->last; i++) {
		uint32_t x = d->limb[i];

		for (k = LIMB_DIGITS - 1; k >= 0; k--) {
			text[len + k] = '0' + x % 10;
			x /= 10;
		}
		len += LIMB_DIGITS;
	}
	/* The first limb is not zero, but may begin with zeros. */
	while (zeros < len && text[zeros] == '0')
		zeros++;
	memmove(text, text + zeros, len - zeros);
	*exponent = (DEC_INT - d->first) * LIMB_DIGITS - 1 - zeros;
	return len - zeros;
}

/* Limbs from `i` on that are within the number, as one integer */
static uint64_t limb_at(const struct decimal *d, int i)
{
	return i >= d->first && i < d->last ? d->limb[i] : 0;
}

uint64_t dec_bits(struct decimal *d, int *exponent, int *rest)
{
	int scaled = 0;

	for (;;) {
		uint64_t whole;
		int shift;

		if (d->first < DEC_INT - 2) {
			shift = -RIGHT_MAX;
		} else {
			whole = limb_at(d, DEC_INT - 2) * BASE +
				limb_at(d, DEC_INT - 1);
			if (whole >> 54) {
				*exponent = -scaled;
				*rest = d->last > DEC_INT;
				return whole;
			}
			shift = whole ? __builtin_clzll(whole) - 9 : LEFT_MAX;
			if (shift > LEFT_MAX)
				shift = LEFT_MAX;
		}
		dec_scale(d, shift);
		scaled += shift;
	}
}
