/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Strings that end with a zero byte: copying, comparing, searching, splitting.
 * Knows no locale but C.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

size_t strlen(const char *str)
{
	const char *end = str;

	while (*end)
		end++;
	return end - str;
}

size_t strnlen(const char *str, size_t max)
{
	const char *end = memchr(str, '\0', max);

	return end ? (size_t)(end - str) : max;
}

char *stpcpy(char *restrict dst, const char *restrict src)
{
	while ((*dst = *src++))
		dst++;
	return dst;
}

char *strcpy(char *restrict dst, const char *restrict src)
{
	stpcpy(dst, src);
	return dst;
}

char *stpncpy(char *restrict dst, const char *restrict src, size_t len)
{
	size_t text = strnlen(src, len);

	memcpy(dst, src, text);
	memset(dst + text, 0, len - text);
	return dst + text;
}

char *strncpy(char *restrict dst, const char *restrict src, size_t len)
{
	stpncpy(dst, src, len);
	return dst;
}

char *strcat(char *restrict dst, const char *restrict src)
{
	stpcpy(dst + strlen(dst), src);
	return dst;
}

char *strncat(char *restrict dst, const char *restrict src, size_t len)
{
	char *end = dst + strlen(dst);
	size_t text = strnlen(src, len);

	memcpy(end, src, text);
	end[text] = '\0';
	return dst;
}

size_t strlcpy(char *restrict dst, const char *restrict src, size_t size)
{
	size_t len = strlen(src);

	if (size) {
		size_t text = len < size ? len : size - 1;

		memcpy(dst, src, text);
		dst[text] = '\0';
	}
	return len;
}

size_t strlcat(char *restrict dst, const char *restrict src, size_t size)
{
	size_t used = strnlen(dst, size);

	return used + strlcpy(dst + used, src, size - used);
}

int strncmp(const char *a, const char *b, size_t len)
{
	for (; len; len--, a++, b++) {
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, (size_t)-1);
}

int strcoll(const char *a, const char *b)
{
	return strcmp(a, b);
}

size_t strxfrm(char *restrict dst, const char *restrict src, size_t size)
{
	return strlcpy(dst, src, size);
}

int strncasecmp(const char *a, const char *b, size_t len)
{
	for (; len; len--, a++, b++) {
		int x = tolower((unsigned char)*a);
		int y = tolower((unsigned char)*b);

		if (x != y || !x)
			return x - y;
	}
	return 0;
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, (size_t)-1);
}

char *strchrnul(const char *str, int c)
{
	while (*str && *str != (char)c)
		str++;
	return (char *)str;
}

char *strchr(const char *str, int c)
{
	char *found = strchrnul(str, c);

	return *found == (char)c ? found : NULL;
}

char *strrchr(const char *str, int c)
{
	return memrchr(str, c, strlen(str) + 1);
}

char *index(const char *str, int c)
{
	return strchr(str, c);
}

char *rindex(const char *str, int c)
{
	return strrchr(str, c);
}

char *strstr(const char *str, const char *part)
{
	return memmem(str, strlen(str), part, strlen(part));
}

char *strcasestr(const char *str, const char *part)
{
	size_t len = strlen(part);

	do {
		if (!strncasecmp(str, part, len))
			return (char *)str;
	} while (*str++);
	return NULL;
}

size_t strspn(const char *str, const char *set)
{
	const char *end = str;

	while (*end && strchr(set, *end))
		end++;
	return end - str;
}

size_t strcspn(const char *str, const char *set)
{
	const char *end = str;

	/* strchr() also finds the zero byte at the end of the set. */
	while (!strchr(set, *end))
		end++;
	return end - str;
}

char *strpbrk(const char *str, const char *set)
{
	str += strcspn(str, set);
	return *str ? (char *)str : NULL;
}

char *strsep(char **restrict str, const char *restrict sep)
{
	char *word = *str;
	char *end;

	if (!word)
		return NULL;
	end = word + strcspn(word, sep);
	*str = *end ? end + 1 : NULL;
	*end = '\0';
	return word;
}

char *strtok_r(char *restrict str, const char *restrict sep,
	       char **restrict state)
{
	if (!str)
		str = *state;
	if (str)
		str += strspn(str, sep);
	if (!str || !*str) {
		*state = NULL;
		return NULL;
	}
	*state = str;
	return strsep(state, sep);
}

char *strtok(char *restrict str, const char *restrict sep)
{
	static char *state;

	return strtok_r(str, sep, &state);
}

char *strndup(const char *str, size_t max)
{
	size_t len = strnlen(str, max);
	char *copy = malloc(len + 1);

	if (!copy)
		return NULL;
	copy[len] = '\0';
	return memcpy(copy, str, len);
}

char *strdup(const char *str)
{
	return strndup(str, (size_t)-1);
}

int ffsll(long long bits)
{
	return bits ? __builtin_ctzll(bits) + 1 : 0;
}

int ffsl(long bits)
{
	return bits ? __builtin_ctzl(bits) + 1 : 0;
}

int ffs(int bits)
{
	return bits ? __builtin_ctz(bits) + 1 : 0;
}
