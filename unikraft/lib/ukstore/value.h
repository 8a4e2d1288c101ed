/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A number or a string, on its way between an entry and a caller.
 */
#ifndef UKSTORE_VALUE_H
#define UKSTORE_VALUE_H

#include <uk/store.h>

/* Enough for any number as text */
#define NUMBER_MAX	24

/* A number is negative, or fits the unsigned half */
struct value {
	int negative;
	__u64 bits;		/* in two's complement */
	char *text;		/* null for numbers; else the value's */
};

/* Reads the entry; with success, value_end() follows. 0 or -errno */
int value_get(const struct uk_store_entry *e, struct value *v);
/* Sets the entry, after a conversion. 0 or -errno */
int value_set(const struct uk_store_entry *e, const struct value *v);
void value_end(struct value *v);

/* Text as number. 0, -EINVAL or -ERANGE */
int value_parse(const char *text, struct value *number);
/* The bits, if the value is a number of that range; else as value_parse() */
int value_number(const struct value *v, __s64 min, __u64 max, __u64 *bits);
/* A number as text; `buf` has NUMBER_MAX bytes */
void value_print(const struct value *v, enum uk_store_entry_type type,
		 char *buf);

#endif /* UKSTORE_VALUE_H */
