/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of entries, and the functions of uk/store.h for each type; what
 * they have in common is in value.c.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uk/arch/limits.h>
#include <uk/assert.h>
#include "value.h"

extern const struct _uk_store_static uk_storetab_start[];
extern const struct _uk_store_static uk_storetab_end[];

/* A library's number is the place of its first entry in the table. */
int _uk_store_libid_of(const char *libname)
{
	const struct _uk_store_static *at = uk_storetab_start;

	for (; at < uk_storetab_end; at++)
		if (!strcmp(at->lib, libname))
			return (int)(at - uk_storetab_start);
	return -1;
}

const struct uk_store_entry *
_uk_store_get_static_entry(unsigned int libid, const char *e_name)
{
	const struct _uk_store_static *at;
	const char *lib;

	UK_ASSERT(e_name);
	if (libid >= (__sz)(uk_storetab_end - uk_storetab_start))
		return NULL;
	at = &uk_storetab_start[libid];
	for (lib = at->lib; at < uk_storetab_end; at++)
		if (!strcmp(at->entry.name, e_name) && !strcmp(at->lib, lib))
			return &at->entry;
	return NULL;
}

/* Entries are parts of the image: nobody counts who uses them. */
void _uk_store_release_entry(const struct uk_store_entry *entry __maybe_unused)
{
	UK_ASSERT(entry);
	UK_ASSERT(UK_STORE_ENTRY_ISSTATIC(entry));
}

static int get_number(const struct uk_store_entry *e, __s64 min, __u64 max,
		      __u64 *bits)
{
	struct value v;
	int rc;

	UK_ASSERT(e);
	rc = value_get(e, &v);
	if (rc)
		return rc;
	rc = value_number(&v, min, max, bits);
	value_end(&v);
	return rc;
}

#define DEFINE(t, min, max)						\
	int _uk_store_get_ ## t(const struct uk_store_entry *e,		\
				__ ## t *out)				\
	{								\
		__u64 bits;						\
		int rc = get_number(e, min, max, &bits);		\
									\
		if (!rc)						\
			*out = (__ ## t)bits;				\
		return rc;						\
	}								\
									\
	int _uk_store_set_ ## t(const struct uk_store_entry *e,		\
				__ ## t val)				\
	{								\
		__s64 wide = (__s64)val;				\
		struct value v = { (min) < 0 && wide < 0, (__u64)wide,	\
				   NULL };				\
									\
		UK_ASSERT(e);						\
		return value_set(e, &v);				\
	}

DEFINE(s8, __S8_MIN, __S8_MAX)
DEFINE(u8, 0, __U8_MAX)
DEFINE(s16, __S16_MIN, __S16_MAX)
DEFINE(u16, 0, __U16_MAX)
DEFINE(s32, __S32_MIN, __S32_MAX)
DEFINE(u32, 0, __U32_MAX)
DEFINE(s64, __S64_MIN, __S64_MAX)
DEFINE(u64, 0, __U64_MAX)
DEFINE(uptr, 0, __U64_MAX)

int _uk_store_get_charp(const struct uk_store_entry *e, char **out)
{
	char text[NUMBER_MAX];
	struct value v;
	int rc;

	UK_ASSERT(e);
	rc = value_get(e, &v);
	if (rc)
		return rc;
	if (!v.text) {
		value_print(&v, e->type, text);
		v.text = strdup(text);
		if (!v.text)
			return -ENOMEM;
	}
	*out = v.text;
	return 0;
}

int uk_store_get_ncharp(const struct uk_store_entry *e, char *out,
			__sz maxlen)
{
	char text[NUMBER_MAX];
	struct value v;
	int rc;

	UK_ASSERT(e);
	UK_ASSERT(out);
	rc = value_get(e, &v);
	if (rc)
		return rc;
	if (!v.text)
		value_print(&v, e->type, text);
	strlcpy(out, v.text ? v.text : text, maxlen);
	value_end(&v);
	return 0;
}

int _uk_store_set_charp(const struct uk_store_entry *e, const char *val)
{
	struct value v = { 0, 0, (char *)(__uptr)val };

	UK_ASSERT(e);
	UK_ASSERT(val);
	return value_set(e, &v);
}
