/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Functions with mistakes; the compiler checks them, and cannot see through.
 */
#ifndef MISTAKES_H
#define MISTAKES_H

int mistake_add(int a, int b);
long mistake_sub(long a, long b);
int mistake_mul(int a, int b);
int mistake_negate(int a);
int mistake_shift(int a, int by);
unsigned long mistake_shift_wide(unsigned long a, int by);
int mistake_index(int at);
int mistake_read(const int *p);
char *mistake_offset(char *p, long by);
int mistake_bool(const unsigned char *b);
int mistake_vla(int len);
int mistake_nonnull(const char *p);
int mistake_ctz(unsigned int x);

#endif /* MISTAKES_H */
