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

/* A word that may lie over objects of any type, anywhere */
typedef unsigned long __attribute__((__may_alias__, __aligned__(1))) word;

#define WORD	sizeof(word)

/* As many words as are handled in one turn: all are read before any is written */
#define BLOCK	(4 * WORD)

static inline void copy_block(unsigned char *dst, const unsigned char *src)
{
	const word *from = (const word *)src;
	word *to = (word *)dst;
	unsigned long a = from[0], b = from[1], c = from[2], d = from[3];

	to[0] = a;
	to[1] = b;
	to[2] = c;
	to[3] = d;
}

/* Copies from low addresses to high ones. */
static void copy_up(unsigned char *dst, const unsigned char *src, size_t len)
{
	for (; len >= BLOCK; len -= BLOCK, dst += BLOCK, src += BLOCK)
		copy_block(dst, src);
	for (; len >= WORD; len -= WORD, dst += WORD, src += WORD)
		*(word *)dst = *(const word *)src;
	while (len--)
		*dst++ = *src++;
}

/* Copies from high addresses to low ones. */
static void copy_down(unsigned char *dst, const unsigned char *src, size_t len)
{
	for (; len >= BLOCK; len -= BLOCK)
		copy_block(dst + len - BLOCK, src + len - BLOCK);
	for (; len >= WORD; len -= WORD)
		*(word *)(dst + len - WORD) = *(const word *)(src + len - WORD);
	while (len--)
		dst[len] = src[len];
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
	unsigned long fill = ~0UL / 0xff * (unsigned char)c;
	unsigned char *m = mem;
	word *at;

	for (; len >= BLOCK; len -= BLOCK, m += BLOCK) {
		at = (word *)m;
		at[0] = fill;
		at[1] = fill;
		at[2] = fill;
		at[3] = fill;
	}
	for (; len >= WORD; len -= WORD, m += WORD)
		*(word *)m = fill;
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
