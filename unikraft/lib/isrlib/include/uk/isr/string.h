/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory and strings for code that may run in interrupt handlers.
 *
 * Each function does what the one without `_isr` does in <string.h>, and may
 * be called from any context: it touches no vector register, takes no lock and
 * keeps nothing between calls. strtok_isr() is strtok_r().
 */

#ifndef __UK_ISR_STRING_H__
#define __UK_ISR_STRING_H__

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __cplusplus
#define __isr_restrict	__restrict__
#else
#define __isr_restrict	restrict
#endif

void *memcpy_isr(void *dst, const void *src, size_t len);
void *memmove_isr(void *dst, const void *src, size_t len);
void *memset_isr(void *ptr, int val, size_t len);
int memcmp_isr(const void *ptr1, const void *ptr2, size_t len);
void *memchr_isr(const void *ptr, int val, size_t len);
void *memrchr_isr(const void *ptr, int val, size_t len);

size_t strlen_isr(const char *str);
size_t strnlen_isr(const char *str, size_t len);
char *strcpy_isr(char *dst, const char *src);
/* Fills up to `len` with zero bytes; ends with one only if there is room */
char *strncpy_isr(char *dst, const char *src, size_t len);
/* These always end with a zero byte, and return what would have been long */
size_t strlcpy_isr(char *dst, const char *src, size_t len);
size_t strlcat_isr(char *dst, const char *src, size_t len);
int strcmp_isr(const char *str1, const char *str2);
int strncmp_isr(const char *str1, const char *str2, size_t len);
char *strchr_isr(const char *str, int c);
char *strrchr_isr(const char *str, int c);
/* Like strchr_isr(), but the end of the string where there is no `c` */
char *strchrnul_isr(const char *str, int c);
size_t strspn_isr(const char *str, const char *accept);
size_t strcspn_isr(const char *str, const char *reject);
char *strtok_isr(char *__isr_restrict str, const char *__isr_restrict sep,
		 char **__isr_restrict state);

#undef __isr_restrict

#ifdef __cplusplus
}
#endif

#endif /* __UK_ISR_STRING_H__ */
