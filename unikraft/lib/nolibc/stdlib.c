/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The small rest of <stdlib.h>: arithmetic, random numbers, binary search,
 * ends of the program.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <uk/plat/bootstrap.h>

#define ATEXIT_MAX	32

int abs(int n)
{
	return n < 0 ? -n : n;
}

long labs(long n)
{
	return n < 0 ? -n : n;
}

long long llabs(long long n)
{
	return n < 0 ? -n : n;
}

intmax_t imaxabs(intmax_t n)
{
	return n < 0 ? -n : n;
}

div_t div(int num, int den)
{
	return (div_t){ num / den, num % den };
}

ldiv_t ldiv(long num, long den)
{
	return (ldiv_t){ num / den, num % den };
}

lldiv_t lldiv(long long num, long long den)
{
	return (lldiv_t){ num / den, num % den };
}

imaxdiv_t imaxdiv(intmax_t num, intmax_t den)
{
	return (imaxdiv_t){ num / den, num % den };
}

int rand_r(unsigned int *state)
{
	/* xorshift; zero is its only fixed point. */
	unsigned int x = *state ? *state : 0x9e3779b9;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	*state = x;
	return x & RAND_MAX;
}

static unsigned int rand_state = 1;

int rand(void)
{
	return rand_r(&rand_state);
}

void srand(unsigned int seed)
{
	rand_state = seed;
}

void *bsearch(const void *key, const void *base, size_t count, size_t size,
	      int (*compare)(const void *, const void *))
{
	const char *first = base;

	while (count) {
		const char *middle = first + count / 2 * size;
		int order = compare(key, middle);

		if (!order)
			return (void *)middle;
		if (order > 0) {
			first = middle + size;
			count--;
		}
		count /= 2;
	}
	return NULL;
}

static void (*exit_functions[ATEXIT_MAX])(void);
static int exit_count;

int atexit(void (*func)(void))
{
	if (exit_count == ATEXIT_MAX)
		return -1;
	exit_functions[exit_count++] = func;
	return 0;
}

void exit(int status)
{
	while (exit_count)
		exit_functions[--exit_count]();
	_Exit(status);
}

void _Exit(int status)
{
	ukplat_exit(status);
}

void abort(void)
{
	fprintf(stderr, "abort() was called\n");
	ukplat_crash();
}

void __assert_fail(const char *expr, const char *file, unsigned int line,
		   const char *func)
{
	fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, func,
		expr);
	abort();
}
