/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between double and a long double of 128 bits (IEEE 754 binary128), where
 * processors cannot do that: compilers call these by name. Says nothing about
 * calculating with such numbers.
 */

#include <stdint.h>

#define DOUBLE_BITS	52	/* of the fraction */
#define DOUBLE_BIAS	1023
#define DOUBLE_SPECIAL	2047	/* exponent of infinity and NaN */
#define QUAD_HIGH_BITS	48	/* of the fraction, in the upper word */
#define QUAD_BIAS	16383
#define QUAD_SPECIAL	32767

/* What is looked at of a fraction to be rounded */
#define KEPT_BITS	61
#define NOT_A_NUMBER	(UINT64_C(0x7ff8) << 48)

#define FRACTION(bits)	((UINT64_C(1) << (bits)) - 1)
#define SIGN		(UINT64_C(1) << 63)

union quad {
	long double value;
	struct {
		uint64_t low, high;
	};
};

union binary64 {
	double value;
	uint64_t bits;
};

long double __extenddftf2(double value);
double __trunctfdf2(long double value);

long double __extenddftf2(double value)
{
	const union binary64 in = { value };
	uint64_t fraction = in.bits & FRACTION(DOUBLE_BITS);
	int64_t exponent = (int64_t)(in.bits & ~SIGN) >> DOUBLE_BITS;
	union quad out;

	if (exponent == DOUBLE_SPECIAL) {
		exponent = QUAD_SPECIAL;
	} else if (exponent) {
		exponent += QUAD_BIAS - DOUBLE_BIAS;
	} else if (fraction) {
		/* Subnormal there, but not here */
		int shift = __builtin_clzll(fraction) - (63 - DOUBLE_BITS);

		fraction = (fraction << shift) & FRACTION(DOUBLE_BITS);
		exponent = QUAD_BIAS - DOUBLE_BIAS + 1 - shift;
	}
	out.low = fraction << (64 - DOUBLE_BITS + QUAD_HIGH_BITS);
	out.high = (in.bits & SIGN) | (uint64_t)exponent << QUAD_HIGH_BITS
		   | fraction >> (DOUBLE_BITS - QUAD_HIGH_BITS);
	return out.value;
}

/*
 * `fraction`, whose last bit stands for all that was cut off, loses `drop`
 * more bits: to the nearest, and to even in the middle.
 */
static uint64_t round_off(uint64_t fraction, int drop)
{
	uint64_t half = UINT64_C(1) << (drop - 1);
	uint64_t rest = fraction & FRACTION(drop);
	uint64_t kept = fraction >> drop;

	return kept + (rest > half || (rest == half && (kept & 1)));
}

double __trunctfdf2(long double value)
{
	const union quad in = { value };
	int64_t exponent = (int64_t)(in.high & ~SIGN) >> QUAD_HIGH_BITS;
	/* Its upper 60 bits, and one that says whether there is more */
	uint64_t fraction = (in.high & FRACTION(QUAD_HIGH_BITS)) << 13
			    | in.low >> 52 << 1
			    | ((in.low & FRACTION(52)) != 0);
	const int drop = KEPT_BITS - DOUBLE_BITS;
	union binary64 out;

	exponent += DOUBLE_BIAS - QUAD_BIAS;
	if (exponent == QUAD_SPECIAL + DOUBLE_BIAS - QUAD_BIAS && fraction) {
		out.bits = NOT_A_NUMBER | fraction >> drop;
	} else if (exponent >= DOUBLE_SPECIAL) {
		out.bits = (uint64_t)DOUBLE_SPECIAL << DOUBLE_BITS;
	} else if (exponent > 0) {
		/* A carry out of the fraction is one into the exponent */
		out.bits = ((uint64_t)exponent << DOUBLE_BITS)
			   + round_off(fraction, drop);
	} else {
		/* Subnormal; far below the smallest one, all is cut off */
		fraction |= UINT64_C(1) << KEPT_BITS;
		out.bits = round_off(fraction,
				     exponent < -DOUBLE_BITS - 1
				     ? 63 : drop + 1 - (int)exponent);
	}
	out.bits |= in.high & SIGN;
	return out.value;
}
