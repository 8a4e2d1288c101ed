/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Vector registers around calls: see clobber.h. This file is compiled without
 * them as well, so that only the assembly below writes them.
 */

#include <uk/config.h>
#include <uk/isr/string.h>
#include "clobber.h"

static const unsigned long before[2] = { 0x0123456789abcdefUL,
					 0xfedcba9876543210UL };
static unsigned long after[8][2];

#if CONFIG_ARCH_ARM_64
#define EACH(op)	op("0") op("1") op("2") op("3") op("4") op("5") \
			op("6") op("7")
#define LOAD(n)		"ldr q" n ", [%0]\n\t"
#define STORE(n)	"str q" n ", [%0], #16\n\t"
#else
#define EACH(op)	op("0") op("1") op("2") op("3") op("4") op("5") \
			op("6") op("7")
#define LOAD(n)		"movdqu (%0), %%xmm" n "\n\t"
#define STORE(n)	"movdqu %%xmm" n ", (%0)\n\tadd $16, %0\n\t"
#endif

int clobber_check(char *dst, const char *src, unsigned long len)
{
	unsigned long (*at)[2] = after;
	int i, differ = 0;

	__asm__ volatile(
#if CONFIG_ARCH_ARM_64
			 ".arch_extension fp\n\t.arch_extension simd\n\t"
#endif
			 EACH(LOAD) : : "r"(before) : "memory");
	memcpy_isr(dst, src, len);
	memmove_isr(dst + 1, dst, len - 1);
	memset_isr(dst + len / 2, 7, len / 4);
	differ |= memcmp_isr(dst, dst, len);
	strlcpy_isr(dst, "one two three", len);
	strlcat_isr(dst, " four five six seven", len);
	differ |= strcmp_isr(dst, "one two three four five six seven");
	__asm__ volatile(EACH(STORE) : "+r"(at) : : "memory");
	for (i = 0; i < 8; i++)
		differ |= after[i][0] != before[0] || after[i][1] != before[1];
	return differ;
}
