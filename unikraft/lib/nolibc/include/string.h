/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory and strings */

#ifndef __NOLIBC_STRING_H__
#define __NOLIBC_STRING_H__

#include <nolibc-internal/shareddefs.h>

#ifdef __cplusplus
extern "C" {
#define restrict __restrict
#endif

void *memchr(const void *mem, int c, size_t len);
void *memrchr(const void *mem, int c, size_t len);
void *rawmemchr(const void *mem, int c);
int memcmp(const void *a, const void *b, size_t len);
void *memcpy(void *restrict dst, const void *restrict src, size_t len);
void *mempcpy(void *restrict dst, const void *restrict src, size_t len);
void *memccpy(void *restrict dst, const void *restrict src, int c, size_t len);
void *memmove(void *dst, const void *src, size_t len);
void *memset(void *mem, int c, size_t len);
void *memmem(const void *mem, size_t len, const void *part, size_t part_len);
/* memset() that the compiler does not drop */
void explicit_bzero(void *mem, size_t len);

size_t strlen(const char *str);
size_t strnlen(const char *str, size_t max);
char *strcpy(char *restrict dst, const char *restrict src);
char *stpcpy(char *restrict dst, const char *restrict src);
char *strncpy(char *restrict dst, const char *restrict src, size_t len);
char *stpncpy(char *restrict dst, const char *restrict src, size_t len);
char *strcat(char *restrict dst, const char *restrict src);
char *strncat(char *restrict dst, const char *restrict src, size_t len);
/* Both return the length of what they tried to make: >= size means cut. */
size_t strlcpy(char *restrict dst, const char *restrict src, size_t size);
size_t strlcat(char *restrict dst, const char *restrict src, size_t size);

int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t len);
int strcoll(const char *a, const char *b);
size_t strxfrm(char *restrict dst, const char *restrict src, size_t size);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t len);

char *strchr(const char *str, int c);
char *strchrnul(const char *str, int c);
char *strrchr(const char *str, int c);
char *strstr(const char *str, const char *part);
char *strcasestr(const char *str, const char *part);
char *strpbrk(const char *str, const char *set);
size_t strspn(const char *str, const char *set);
size_t strcspn(const char *str, const char *set);
char *strtok(char *restrict str, const char *restrict sep);
char *strtok_r(char *restrict str, const char *restrict sep,
	       char **restrict state);
char *strsep(char **restrict str, const char *restrict sep);

/* From malloc(); NULL when there is no memory */
char *strdup(const char *str);
char *strndup(const char *str, size_t max);

/* Never NULL; the text of an unknown number is overwritten by the next one. */
char *strerror(int errnum);
/* The text, or a message in `buf` for an unknown number */
char *strerror_r(int errnum, char *buf, size_t size);
char *strsignal(int sig);

#ifdef __cplusplus
#undef restrict
}
#endif

#endif /* __NOLIBC_STRING_H__ */
