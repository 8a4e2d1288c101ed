/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Strings, for interrupt handlers; see uk/isr/string.h.
 */

#include <stdint.h>
#include <uk/isr/string.h>

size_t strlen_isr(const char *str)
{
	size_t len = 0;

	while (str[len])
		len++;
	return len;
}

size_t strnlen_isr(const char *str, size_t max)
{
	size_t len = 0;

	while (len < max && str[len])
		len++;
	return len;
}

char *strcpy_isr(char *dst, const char *src)
{
	return memcpy_isr(dst, src, strlen_isr(src) + 1);
}

char *strncpy_isr(char *dst, const char *src, size_t len)
{
	size_t used = strnlen_isr(src, len);

	memcpy_isr(dst, src, used);
	memset_isr(dst + used, 0, len - used);
	return dst;
}

size_t strlcpy_isr(char *dst, const char *src, size_t len)
{
	size_t full = strlen_isr(src);
	size_t used = full < len ? full : len - 1;

	if (len) {
		memcpy_isr(dst, src, used);
		dst[used] = '\0';
	}
	return full;
}

size_t strlcat_isr(char *dst, const char *src, size_t len)
{
	size_t used = strnlen_isr(dst, len);

	return used + strlcpy_isr(dst + used, src, len - used);
}

int strncmp_isr(const char *str1, const char *str2, size_t len)
{
	for (; len; len--, str1++, str2++)
		if (*str1 != *str2 || !*str1)
			return (unsigned char)*str1 - (unsigned char)*str2;
	return 0;
}

int strcmp_isr(const char *str1, const char *str2)
{
	return strncmp_isr(str1, str2, SIZE_MAX);
}

char *strchrnul_isr(const char *str, int c)
{
	while (*str && *str != (char)c)
		str++;
	return (char *)(uintptr_t)str;
}

char *strchr_isr(const char *str, int c)
{
	char *at = strchrnul_isr(str, c);

	return *at == (char)c ? at : NULL;
}

char *strrchr_isr(const char *str, int c)
{
	return memrchr_isr(str, c, strlen_isr(str) + 1);
}

/* How many bytes from `str` on are, or are not, among those of `set` */
static size_t span(const char *str, const char *set, int among)
{
	size_t len = 0;

	while (str[len] && !!strchr_isr(set, str[len]) == among)
		len++;
	return len;
}

size_t strspn_isr(const char *str, const char *accept)
{
	return span(str, accept, 1);
}

size_t strcspn_isr(const char *str, const char *reject)
{
	return span(str, reject, 0);
}

char *strtok_isr(char *restrict str, const char *restrict sep,
		 char **restrict state)
{
	char *token = str ? str : *state;
	char *end;

	if (!token)
		return NULL;
	token += strspn_isr(token, sep);
	end = token + strcspn_isr(token, sep);
	*state = NULL;
	if (*end) {
		*end = '\0';
		*state = end + 1;
	}
	return end == token ? NULL : token;
}
