/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Blocks of memory, for interrupt handlers; see uk/isr/string.h. Compiled
 * without vector registers, so that words are the widest that is copied.
 */

#include <stdint.h>
#include <uk/isr/string.h>

/* A word that may lie over objects of any type, anywhere */
typedef unsigned long __attribute__((__may_alias__, __aligned__(1))) word;

#define WORD	sizeof(word)

static void copy_up(char *dst, const char *src, size_t len)
{
	for (; len >= WORD; len -= WORD, dst += WORD, src += WORD)
		*(word *)dst = *(const word *)src;
	while (len--)
		*dst++ = *src++;
}

static void copy_down(char *dst, const char *src, size_t len)
{
	while (len % WORD) {
		len--;
		dst[len] = src[len];
	}
	for (; len; len -= WORD)
		*(word *)(dst + len - WORD) = *(const word *)(src + len - WORD);
}

void *memcpy_isr(void *dst, const void *src, size_t len)
{
	copy_up(dst, src, len);
	return dst;
}

void *memmove_isr(void *dst, const void *src, size_t len)
{
	/* Unsigned: a destination before the source is far behind it */
	if ((uintptr_t)dst - (uintptr_t)src >= len)
		copy_up(dst, src, len);
	else
		copy_down(dst, src, len);
	return dst;
}

void *memset_isr(void *ptr, int val, size_t len)
{
	unsigned long fill = ~0UL / 0xff * (unsigned char)val;
	char *at = ptr;

	for (; len >= WORD; len -= WORD, at += WORD)
		*(word *)at = fill;
	while (len--)
		*at++ = (char)val;
	return ptr;
}

int memcmp_isr(const void *ptr1, const void *ptr2, size_t len)
{
	const unsigned char *a = ptr1, *b = ptr2;

	while (len >= WORD && *(const word *)a == *(const word *)b) {
		a += WORD;
		b += WORD;
		len -= WORD;
	}
	for (; len; len--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

void *memchr_isr(const void *ptr, int val, size_t len)
{
	const unsigned char *at = ptr;

	for (; len; len--, at++)
		if (*at == (unsigned char)val)
			return (void *)(uintptr_t)at;
	return NULL;
}

void *memrchr_isr(const void *ptr, int val, size_t len)
{
	const unsigned char *start = ptr;

	while (len--)
		if (start[len] == (unsigned char)val)
			return (void *)(uintptr_t)(start + len);
	return NULL;
}
