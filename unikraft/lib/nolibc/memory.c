/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Blocks of memory: mem*() and their BSD relatives.
 *
 * The compiler must not turn the loops in this file into calls of the very
 * functions they implement: Makefile.uk passes the flags for that.
 */

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* A word that may lie over objects of any type */
typedef unsigned long __attribute__((__may_alias__)) word;

#define WORD	sizeof(word)

static int aligned(const void *a)
{
	return (uintptr_t)a % WORD == 0;
}

/* Copies from low addresses to high ones. */
static void copy_up(unsigned char *dst, const unsigned char *src, size_t len)
{
	/* Words are possible only where both become aligned together. */
	if (((uintptr_t)dst - (uintptr_t)src) % WORD == 0) {
		for (; len && !aligned(dst); len--)
			*dst++ = *src++;
		for (; len >= WORD; len -= WORD) {
			*(word *)dst = *(const word *)src;
			dst += WORD;
			src += WORD;
		}
	}
	while (len--)
		*dst++ = *src++;
}

/* Copies from high addresses to low ones. */
static void copy_down(unsigned char *dst, const unsigned char *src, size_t len)
{
	dst += len;
	src += len;
	if (((uintptr_t)dst - (uintptr_t)src) % WORD == 0) {
		for (; len && !aligned(dst); len--)
			*--dst = *--src;
		for (; len >= WORD; len -= WORD) {
			dst -= WORD;
			src -= WORD;
			*(word *)dst = *(const word *)src;
		}
	}
	while (len--)
		*--dst = *--src;
}

void *memcpy(void *restrict dst, const void *restrict src, size_t len)
{
	copy_up(dst, src, len);
	return dst;
}

void *mempcpy(void *restrict dst, const void *restrict src, size_t len)
{
	copy_up(dst, src, len);
	return (char *)dst + len;
}

void *memmove(void *dst, const void *src, size_t len)
{
	/* Unsigned: also true when dst lies before src. */
	if ((uintptr_t)dst - (uintptr_t)src >= len)
		copy_up(dst, src, len);
	else
		copy_down(dst, src, len);
	return dst;
}

void *memccpy(void *restrict dst, const void *restrict src, int c, size_t len)
{
	const unsigned char *s = src;
	unsigned char *d = dst;

	while (len--) {
		*d++ = *s;
		if (*s++ == (unsigned char)c)
			return d;
	}
	return NULL;
}

void *memset(void *mem, int c, size_t len)
{
	unsigned char *m = mem;
	word fill = (word)-1 / 0xff * (unsigned char)c;

	for (; len && !aligned(m); len--)
		*m++ = c;
	for (; len >= WORD; len -= WORD) {
		*(word *)m = fill;
		m += WORD;
	}
	while (len--)
		*m++ = c;
	return mem;
}

void explicit_bzero(void *mem, size_t len)
{
	memset(mem, 0, len);
	/* For all the compiler knows, someone reads the memory here. */
	__asm__ volatile("" : : "r"(mem) : "memory");
}

int memcmp(const void *a, const void *b, size_t len)
{
	const unsigned char *x = a, *y = b;

	for (; len; len--, x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}

void *memchr(const void *mem, int c, size_t len)
{
	const unsigned char *m = mem;

	for (; len; len--, m++) {
		if (*m == (unsigned char)c)
			return (void *)m;
	}
	return NULL;
}

void *memrchr(const void *mem, int c, size_t len)
{
	const unsigned char *m = (const unsigned char *)mem + len;

	while (len--) {
		if (*--m == (unsigned char)c)
			return (void *)m;
	}
	return NULL;
}

void *rawmemchr(const void *mem, int c)
{
	const unsigned char *m = mem;

	while (*m != (unsigned char)c)
		m++;
	return (void *)m;
}

void *memmem(const void *mem, size_t len, const void *part, size_t part_len)
{
	const unsigned char *m = mem;

	for (; len >= part_len; len--, m++) {
		if (!memcmp(m, part, part_len))
			return (void *)m;
	}
	return NULL;
}

int bcmp(const void *a, const void *b, size_t len)
{
	return memcmp(a, b, len);
}

void bcopy(const void *src, void *dst, size_t len)
{
	memmove(dst, src, len);
}

void bzero(void *mem, size_t len)
{
	memset(mem, 0, len);
}
