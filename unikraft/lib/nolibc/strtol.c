/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Integers from text. Floating point is in strtod.c.
 */

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

static int digit_of(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	if (isalpha((unsigned char)c))
		return tolower((unsigned char)c) - 'a' + 10;
	return INT_MAX;
}

/* A number without its sign */
struct magnitude {
	unsigned long long value;
	int overflow;
	int negative;
};

/*
 * Reads the number at `str` and sets *end behind it, or to `str` when there
 * is none. Returns 0, or EINVAL for a base that does not exist.
 */
static int read_number(const char *str, char **end, int base,
		       struct magnitude *number)
{
	const char *s = str;

	*number = (struct magnitude){ 0, 0, 0 };
	*end = (char *)str;
	if (base < 0 || base == 1 || base > 36)
		return EINVAL;

	while (isspace((unsigned char)*s))
		s++;
	if (*s == '+' || *s == '-')
		number->negative = *s++ == '-';
	/* 0x belongs to the number only if a hexadecimal digit follows. */
	if ((base == 0 || base == 16) && s[0] == '0' &&
	    (s[1] == 'x' || s[1] == 'X') && isxdigit((unsigned char)s[2])) {
		base = 16;
		s += 2;
	}
	if (base == 0)
		base = *s == '0' ? 8 : 10;

	for (; digit_of(*s) < base; s++) {
		unsigned long long *v = &number->value;

		if (__builtin_mul_overflow(*v, base, v) ||
		    __builtin_add_overflow(*v, digit_of(*s), v))
			number->overflow = 1;
		*end = (char *)s + 1;
	}
	return 0;
}

static long long to_signed(const char *str, char **end, int base,
			   long long min, long long max)
{
	struct magnitude n;
	char *stop;
	int err = read_number(str, &stop, base, &n);
	unsigned long long limit = n.negative ? -(unsigned long long)min
					      : (unsigned long long)max;

	if (end)
		*end = stop;
	if (err) {
		errno = err;
		return 0;
	}
	if (n.overflow || n.value > limit) {
		errno = ERANGE;
		return n.negative ? min : max;
	}
	return n.negative ? (long long)-n.value : (long long)n.value;
}

static unsigned long long to_unsigned(const char *str, char **end, int base,
				      unsigned long long max)
{
	struct magnitude n;
	char *stop;
	int err = read_number(str, &stop, base, &n);

	if (end)
		*end = stop;
	if (err) {
		errno = err;
		return 0;
	}
	if (n.overflow || n.value > max) {
		errno = ERANGE;
		return max;
	}
	/* A minus sign negates modulo the range. */
	return n.negative ? -n.value & max : n.value;
}

long strtol(const char *restrict str, char **restrict end, int base)
{
	return to_signed(str, end, base, LONG_MIN, LONG_MAX);
}

long long strtoll(const char *restrict str, char **restrict end, int base)
{
	return to_signed(str, end, base, LLONG_MIN, LLONG_MAX);
}

unsigned long strtoul(const char *restrict str, char **restrict end, int base)
{
	return to_unsigned(str, end, base, ULONG_MAX);
}

unsigned long long strtoull(const char *restrict str, char **restrict end,
			    int base)
{
	return to_unsigned(str, end, base, ULLONG_MAX);
}

intmax_t strtoimax(const char *str, char **end, int base)
{
	return to_signed(str, end, base, INTMAX_MIN, INTMAX_MAX);
}

uintmax_t strtoumax(const char *str, char **end, int base)
{
	return to_unsigned(str, end, base, UINTMAX_MAX);
}

int atoi(const char *str)
{
	return (int)strtol(str, NULL, 10);
}

long atol(const char *str)
{
	return strtol(str, NULL, 10);
}

long long atoll(const char *str)
{
	return strtoll(str, NULL, 10);
}
