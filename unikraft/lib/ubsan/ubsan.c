/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What code calls that was compiled with -fsanitize=undefined, when one of its
 * checks fails. The compilers give names, arguments and the structures that
 * describe a place. A function that ends in _abort does not return, the others
 * do.
 *
 * The text goes out as a message of the kernel, which may itself be compiled
 * with checks: what these find while one is told is not told.
 */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/print.h>
#include "ubsan.h"

struct ubsan_findings ubsan_findings;

struct place {
	const char *file;
	__u32 line;
	__u32 column;
};

enum type_kind {
	KIND_INTEGER = 0,
	KIND_FLOAT = 1,
};

struct type {
	__u16 kind;
	__u16 info;	/* integers: 2 * log2(bits) + signed; floats: bits */
	char name[];	/* in quotes */
};

/* A value that fits into a pointer, or the address of one that does not */
typedef __uptr handle;

#define VALUE_MAX	48

struct value {
	char text[VALUE_MAX];
};

static unsigned int bits_of(const struct type *type)
{
	return type->kind == KIND_INTEGER ? 1u << (type->info >> 1)
					  : type->info;
}

static int is_signed(const struct type *type)
{
	return type->kind == KIND_INTEGER && (type->info & 1);
}

/* An integer of up to 64 bits, with its sign */
static __s64 integer(const struct type *type, handle h)
{
	unsigned int unused = 64 - bits_of(type);

	return is_signed(type) ? (__s64)(h << unused) >> unused
			       : (__s64)(h << unused >> unused);
}

static struct value float_value(const struct type *type, handle h)
{
	struct value v;
	double number;
	float narrow;
	__u32 low = (__u32)h;

	switch (bits_of(type)) {
	case 32:
		memcpy(&narrow, &low, sizeof(narrow));
		number = narrow;
		break;
	case 64:
		memcpy(&number, &h, sizeof(number));
		break;
	default:
		strcpy(v.text, "a number");
		return v;
	}
	snprintf(v.text, VALUE_MAX, "%g", number);
	return v;
}

static struct value value_of(const struct type *type, handle h)
{
	struct value v;
	const __u64 *wide = (const __u64 *)h;

	if (type->kind == KIND_FLOAT)
		return float_value(type, h);
	if (type->kind != KIND_INTEGER)
		strcpy(v.text, "a value");
	else if (bits_of(type) > 64)
		snprintf(v.text, VALUE_MAX, "0x%llx%016llx",
			 (unsigned long long)wide[1],
			 (unsigned long long)wide[0]);
	else if (is_signed(type))
		snprintf(v.text, VALUE_MAX, "%lld",
			 (long long)integer(type, h));
	else
		snprintf(v.text, VALUE_MAX, "%llu",
			 (unsigned long long)integer(type, h));
	return v;
}

static int is_negative(const struct type *type, handle h)
{
	return is_signed(type) && bits_of(type) <= 64 && integer(type, h) < 0;
}

/* One at a time; fatal ones end the run */
static void found(int fatal, const struct place *place, const char *fmt, ...)
	__printf(3, 4);

static void found(int fatal, const struct place *place, const char *fmt, ...)
{
	static int busy;
	va_list ap;

	if (busy)
		return;
	busy = 1;
	ubsan_findings.count++;
	ubsan_findings.file = place->file ? place->file : "?";
	ubsan_findings.line = place->line;
	va_start(ap, fmt);
	vsnprintf(ubsan_findings.message, UBSAN_MESSAGE_MAX, fmt, ap);
	va_end(ap);

	if (fatal)
		UK_CRASH("Undefined behaviour at %s:%u:%u: %s\n",
			 ubsan_findings.file, (unsigned int)place->line,
			 (unsigned int)place->column, ubsan_findings.message);
	if (!ubsan_findings.quiet)
		uk_pr_err("Undefined behaviour at %s:%u:%u: %s\n",
			  ubsan_findings.file, (unsigned int)place->line,
			  (unsigned int)place->column, ubsan_findings.message);
	busy = 0;
}

/*
 * Defines both forms of a function whose body, check_NAME(), gets `fatal` in
 * front of the arguments. PARAMS and ARGS are in parentheses.
 */
#define BOTH(name, PARAMS, ARGS)					\
	void __ubsan_handle_ ## name PARAMS;				\
	void __ubsan_handle_ ## name PARAMS				\
	{								\
		const int fatal = 0;					\
									\
		check_ ## name ARGS;					\
	}								\
									\
	void __ubsan_handle_ ## name ## _abort PARAMS;			\
	void __ubsan_handle_ ## name ## _abort PARAMS			\
	{								\
		const int fatal = 1;					\
									\
		check_ ## name ARGS;					\
	}

/* Functions without a way back have the plain name only. */
#define FATAL(name, data_type, text)					\
	void __noreturn __ubsan_handle_ ## name(const data_type *data);	\
	void __noreturn __ubsan_handle_ ## name(const data_type *data)	\
	{								\
		found(1, &data->place, text);				\
		ukplat_terminate(UKPLAT_CRASH);				\
	}

struct only_place {
	struct place place;
};

struct one_type {
	struct place place;
	const struct type *type;
};

struct two_types {
	struct place place;
	const struct type *first;
	const struct type *second;
};

/* ---- arithmetic ---- */

static void overflow(int fatal, const struct one_type *data, const char *op,
		     handle lhs, handle rhs)
{
	found(fatal, &data->place, "%s %s %s does not fit into type %s",
	      value_of(data->type, lhs).text, op,
	      value_of(data->type, rhs).text, data->type->name);
}

#define check_add_overflow(d, l, r)	overflow(fatal, d, "+", l, r)
#define check_sub_overflow(d, l, r)	overflow(fatal, d, "-", l, r)
#define check_mul_overflow(d, l, r)	overflow(fatal, d, "*", l, r)

BOTH(add_overflow, (const struct one_type *d, handle l, handle r), (d, l, r))
BOTH(sub_overflow, (const struct one_type *d, handle l, handle r), (d, l, r))
BOTH(mul_overflow, (const struct one_type *d, handle l, handle r), (d, l, r))

static void division(int fatal, const struct one_type *data, handle lhs,
		     handle rhs)
{
	if (data->type->kind == KIND_INTEGER && bits_of(data->type) <= 64 &&
	    integer(data->type, rhs))
		overflow(fatal, data, "/", lhs, rhs);
	else
		found(fatal, &data->place, "%s is divided by zero",
		      value_of(data->type, lhs).text);
}

#define check_divrem_overflow(d, l, r)	division(fatal, d, l, r)
BOTH(divrem_overflow, (const struct one_type *d, handle l, handle r),
     (d, l, r))

#define check_negate_overflow(d, v)					\
	found(fatal, &d->place, "-(%s) does not fit into type %s",	\
	      value_of(d->type, v).text, d->type->name)
BOTH(negate_overflow, (const struct one_type *d, handle v), (d, v))

static void shift(int fatal, const struct two_types *data, handle lhs,
		  handle rhs)
{
	struct value what = value_of(data->first, lhs);
	struct value by = value_of(data->second, rhs);

	if (is_negative(data->second, rhs))
		found(fatal, &data->place, "%s is shifted by %s, less than 0",
		      what.text, by.text);
	else if (bits_of(data->second) > 64 ||
		 (__u64)integer(data->second, rhs) >= bits_of(data->first))
		found(fatal, &data->place,
		      "%s is shifted by %s, but type %s has %u bits",
		      what.text, by.text, data->first->name,
		      bits_of(data->first));
	else if (is_negative(data->first, lhs))
		found(fatal, &data->place,
		      "%s, less than 0, is shifted to the left", what.text);
	else
		found(fatal, &data->place,
		      "%s, shifted by %s, does not fit into type %s",
		      what.text, by.text, data->first->name);
}

#define check_shift_out_of_bounds(d, l, r)	shift(fatal, d, l, r)
BOTH(shift_out_of_bounds, (const struct two_types *d, handle l, handle r),
     (d, l, r))

#define check_float_cast_overflow(d, v)					\
	found(fatal, &d->place, "%s does not fit into type %s",	\
	      value_of(d->first, v).text, d->second->name)
BOTH(float_cast_overflow, (const struct two_types *d, handle v), (d, v))

struct conversion {
	struct place place;
	const struct type *from;
	const struct type *to;
	unsigned char kind;
};

#define check_implicit_conversion(d, before, after)			\
	found(fatal, &d->place, "%s of type %s becomes %s in type %s",	\
	      value_of(d->from, before).text, d->from->name,		\
	      value_of(d->to, after).text, d->to->name)
BOTH(implicit_conversion,
     (const struct conversion *d, handle before, handle after),
     (d, before, after))

#define check_vla_bound_not_positive(d, v)				\
	found(fatal, &d->place, "an array has the length %s",		\
	      value_of(d->type, v).text)
BOTH(vla_bound_not_positive, (const struct one_type *d, handle v), (d, v))

#define check_load_invalid_value(d, v)					\
	found(fatal, &d->place, "%s is no value of type %s",		\
	      value_of(d->type, v).text, d->type->name)
BOTH(load_invalid_value, (const struct one_type *d, handle v), (d, v))

/* ---- memory ---- */

struct access {
	struct place place;
	const struct type *type;
	unsigned char align_shift;
	unsigned char kind;
};

static const char *const accesses[] = {
	"read of", "write to", "reference to", "member access in",
	"call of a member of", "construction of", "conversion from",
	"conversion from", "conversion to", "use as base of",
	"check of", "use of",
};

static void type_mismatch(int fatal, const struct access *data,
			  handle pointer)
{
	const char *what = data->kind < ARRAY_SIZE(accesses)
			 ? accesses[data->kind] : "access to";
	__uptr align = (__uptr)1 << data->align_shift;

	if (!pointer)
		found(fatal, &data->place, "%s a null pointer, type %s", what,
		      data->type->name);
	else if (pointer & (align - 1))
		found(fatal, &data->place,
		      "%s %p, type %s: that needs an alignment of %lu", what,
		      (void *)pointer, data->type->name,
		      (unsigned long)align);
	else
		found(fatal, &data->place,
		      "%s %p, type %s: the object there is too small", what,
		      (void *)pointer, data->type->name);
}

#define check_type_mismatch_v1(d, p)	type_mismatch(fatal, d, p)
BOTH(type_mismatch_v1, (const struct access *d, handle p), (d, p))

/* The array's type first, then the index's */
#define check_out_of_bounds(d, v)					\
	found(fatal, &d->place, "index %s is outside of type %s",	\
	      value_of(d->second, v).text, d->first->name)
BOTH(out_of_bounds, (const struct two_types *d, handle v), (d, v))

static void pointer_overflow(int fatal, const struct only_place *data,
			     handle base, handle result)
{
	if (!base)
		found(fatal, &data->place,
		      "a null pointer and an offset: that is %p",
		      (void *)result);
	else if (!result)
		found(fatal, &data->place,
		      "%p and an offset: that is a null pointer",
		      (void *)base);
	else
		found(fatal, &data->place,
		      "%p and an offset: that is %p, at the other end of memory",
		      (void *)base, (void *)result);
}

#define check_pointer_overflow(d, b, r)	pointer_overflow(fatal, d, b, r)
BOTH(pointer_overflow, (const struct only_place *d, handle b, handle r),
     (d, b, r))

struct assumption {
	struct place place;
	struct place made;
	const struct type *type;
};

#define check_alignment_assumption(d, p, align, offset)			\
	found(fatal, &d->place,						\
	      "%p is not aligned to %lu (offset %lu), as was promised",	\
	      (void *)p, (unsigned long)align, (unsigned long)offset)
BOTH(alignment_assumption,
     (const struct assumption *d, handle p, handle align, handle offset),
     (d, p, align, offset))

/* ---- calls ---- */

struct argument {
	struct place place;
	struct place attribute;
	int index;
};

#define check_nonnull_arg(d)						\
	found(fatal, &d->place,						\
	      "argument %d is a null pointer, and must not be one", d->index)
#define check_nullability_arg(d)	check_nonnull_arg(d)
BOTH(nonnull_arg, (const struct argument *d), (d))
BOTH(nullability_arg, (const struct argument *d), (d))

/* Their first argument is the attribute's place. */
#define check_nonnull_return_v1(place)					\
	found(fatal, place,						\
	      "a null pointer is returned, and must not be")
#define check_nullability_return_v1(place)	check_nonnull_return_v1(place)
BOTH(nonnull_return_v1, (const void *d __unused, const struct place *place),
     (place))
BOTH(nullability_return_v1,
     (const void *d __unused, const struct place *place), (place))

struct builtin {
	struct place place;
	unsigned char kind;
};

static void builtin(int fatal, const struct builtin *data)
{
	static const char *const names[] = {
		"the trailing zero bits of 0 are counted",
		"the leading zero bits of 0 are counted",
		"something is assumed that is not so",
	};

	found(fatal, &data->place, "%s", data->kind < ARRAY_SIZE(names)
	      ? names[data->kind] : "wrong argument for a function");
}

#define check_invalid_builtin(d)	builtin(fatal, d)
BOTH(invalid_builtin, (const struct builtin *d), (d))

#define check_function_type_mismatch(d, f)				\
	found(fatal, &d->place, "%p is called as if its type were %s",	\
	      (void *)f, d->type->name)
BOTH(function_type_mismatch, (const struct one_type *d, handle f), (d, f))

FATAL(builtin_unreachable, struct only_place,
      "this place was said to be out of reach")
FATAL(missing_return, struct only_place,
      "a function ends without returning a value")
