/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values in the type that an entry has; see value.h.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/arch/limits.h>
#include "value.h"

#define TYPE(t)	UK_STORE_ENTRY_TYPE(t)

static void number(struct value *v, __s64 n)
{
	*v = (struct value){ n < 0, (__u64)n, NULL };
}

int value_get(const struct uk_store_entry *e, struct value *v)
{
	int rc;

	if (!e->get.u64)
		return -EIO;

#define GET(t, ctype)							\
	case TYPE(t): {							\
		ctype n = 0;						\
									\
		rc = e->get.t(e->cookie, &n);				\
		number(v, (__s64)n);					\
		if ((ctype)-1 > 0)					\
			v->negative = 0;				\
		break;							\
	}
	switch (e->type) {
	GET(s8, __s8)
	GET(u8, __u8)
	GET(s16, __s16)
	GET(u16, __u16)
	GET(s32, __s32)
	GET(u32, __u32)
	GET(s64, __s64)
	GET(u64, __u64)
	GET(uptr, __uptr)
	case TYPE(charp):
		number(v, 0);
		rc = e->get.charp(e->cookie, &v->text);
		if (rc >= 0 && !v->text)
			rc = -EINVAL;
		break;
	default:
		rc = -EINVAL;
		break;
	}
#undef GET
	return rc < 0 ? rc : 0;
}

void value_end(struct value *v)
{
	free(v->text);
}

int value_parse(const char *text, struct value *v)
{
	const char *digits = text + strspn(text, " \t\n\v\f\r");
	char *end;

	errno = 0;
	*v = (struct value){ *digits == '-', 0, NULL };
	if (v->negative)
		v->bits = (__u64)strtoll(text, &end, 0);
	else
		v->bits = strtoull(text, &end, 0);
	if (end == text || *end)
		return -EINVAL;
	v->negative = v->negative && v->bits;
	return errno ? -ERANGE : 0;
}

int value_number(const struct value *v, __s64 min, __u64 max, __u64 *bits)
{
	struct value parsed;
	int rc;

	if (v->text) {
		rc = value_parse(v->text, &parsed);
		if (rc)
			return rc;
		v = &parsed;
	}
	if (v->negative ? (__s64)v->bits < min : v->bits > max)
		return -ERANGE;
	*bits = v->bits;
	return 0;
}

void value_print(const struct value *v, enum uk_store_entry_type type,
		 char *buf)
{
	if (v->negative)
		snprintf(buf, NUMBER_MAX, "%lld", (long long)v->bits);
	else
		snprintf(buf, NUMBER_MAX, type == TYPE(uptr) ? "%#llx" : "%llu",
			 (unsigned long long)v->bits);
}

int value_set(const struct uk_store_entry *e, const struct value *v)
{
	char text[NUMBER_MAX];
	__u64 bits;
	int rc;

	if (!e->set.u64)
		return -EIO;

#define SET(t, min, max)						\
	case TYPE(t):							\
		rc = value_number(v, min, max, &bits);			\
		return rc ? rc : e->set.t(e->cookie, (__ ## t)bits);
	switch (e->type) {
	SET(s8, __S8_MIN, __S8_MAX)
	SET(u8, 0, __U8_MAX)
	SET(s16, __S16_MIN, __S16_MAX)
	SET(u16, 0, __U16_MAX)
	SET(s32, __S32_MIN, __S32_MAX)
	SET(u32, 0, __U32_MAX)
	SET(s64, __S64_MIN, __S64_MAX)
	SET(u64, 0, __U64_MAX)
	SET(uptr, 0, __U64_MAX)
	case TYPE(charp):
		if (v->text)
			return e->set.charp(e->cookie, v->text);
		value_print(v, TYPE(s64), text);
		return e->set.charp(e->cookie, text);
	default:
		return -EINVAL;
	}
#undef SET
}
