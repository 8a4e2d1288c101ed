/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Functions with mistakes: see mistakes.h.
 */

#include "mistakes.h"

int mistake_add(int a, int b) { return a + b; }
long mistake_sub(long a, long b) { return a - b; }
int mistake_mul(int a, int b) { return a * b; }
int mistake_negate(int a) { return -a; }

int mistake_shift(int a, int by) { return a << by; }
unsigned long mistake_shift_wide(unsigned long a, int by) { return a >> by; }

int mistake_index(int at)
{
	/* What lies behind is there, too */
	static struct {
		int row[4];
		int more[4];
	} table;

	return table.row[at];
}

int mistake_read(const int *p) { return *p; }
char *mistake_offset(char *p, long by) { return p + by; }
int mistake_bool(const unsigned char *b) { return *(const _Bool *)b; }

int mistake_vla(int len)
{
	char text[len];

	return (int)sizeof(text);
}

static int __attribute__((nonnull(1))) not_null(const char *p)
{
	return p != (const char *)1;
}

int mistake_nonnull(const char *p) { return not_null(p); }
int mistake_ctz(unsigned int x) { return __builtin_ctz(x); }
