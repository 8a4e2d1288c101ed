/* SPDX-License-Identifier: BSD-3-Clause */
/* BSD string functions */

#ifndef __NOLIBC_STRINGS_H__
#define __NOLIBC_STRINGS_H__

#include <nolibc-internal/shareddefs.h>

#ifdef __cplusplus
extern "C" {
#endif

int bcmp(const void *a, const void *b, size_t len);
void bcopy(const void *src, void *dst, size_t len);
void bzero(void *mem, size_t len);
int ffs(int bits);
int ffsl(long bits);
int ffsll(long long bits);
char *index(const char *str, int c);
char *rindex(const char *str, int c);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* __NOLIBC_STRINGS_H__ */
