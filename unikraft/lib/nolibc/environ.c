/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The environment: a list of NAME=VALUE strings, from malloc().
 *
 * Whoever replaces `environ` owns that list; setenv() copies it before the
 * first change.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *empty[] = { NULL };
static char **own;	/* the list that this file allocated */

char **environ = empty;

/* The entry of a name of `len` bytes, or the NULL at the end of the list */
static char **entry_of(const char *name, size_t len)
{
	char **e = environ;

	while (*e && (strncmp(*e, name, len) || (*e)[len] != '='))
		e++;
	return e;
}

static int valid(const char *name)
{
	if (name && *name && !strchr(name, '='))
		return 1;
	errno = EINVAL;
	return 0;
}

char *getenv(const char *name)
{
	size_t len = strlen(name);
	char **e = entry_of(name, len);

	return len && *e ? *e + len + 1 : NULL;
}

/* Makes the list our own, with room for one more entry. */
static int grow(void)
{
	size_t count = 0;
	char **list;

	while (environ[count])
		count++;
	list = malloc((count + 2) * sizeof(*list));
	if (!list)
		return -1;
	memcpy(list, environ, (count + 1) * sizeof(*list));
	list[count + 1] = NULL;
	free(own);
	own = list;
	environ = list;
	return 0;
}

int setenv(const char *name, const char *value, int overwrite)
{
	char **e, *text;

	if (!valid(name))
		return -1;
	e = entry_of(name, strlen(name));
	if (*e && !overwrite)
		return 0;
	if (!*e || environ != own) {
		if (grow())
			return -1;
		e = entry_of(name, strlen(name));
	}
	if (asprintf(&text, "%s=%s", name, value) < 0)
		return -1;
	/* The old text may still be in use: getenv() handed it out. */
	*e = text;
	return 0;
}

int unsetenv(const char *name)
{
	char **e;

	if (!valid(name))
		return -1;
	e = entry_of(name, strlen(name));
	while (*e) {
		char **next = e;

		do {
			next[0] = next[1];
		} while (*next++);
		e = entry_of(name, strlen(name));
	}
	return 0;
}
