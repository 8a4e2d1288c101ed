/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Trace points: calls that note in a buffer when they were made, and with what.
 *
 *	UK_TRACEPOINT(trace_sent, "to %u: %s", unsigned int, const char *);
 *	trace_sent(port, name);
 *
 * One has 1 to 7 arguments: integers, pointers and strings, of which the first
 * __UK_TRACE_MAX_STRLEN bytes are kept. It does something where the option
 * LIBUKDEBUG_TRACEPOINTS is on, and either LIBUKDEBUG_ALL_TRACEPOINTS is, or
 * UK_DEBUG_TRACE is defined before the first include; elsewhere it is nothing.
 * From any context, interrupt handlers too. When the buffer is full, nothing is
 * noted any more.
 *
 * The buffer is read from outside (in gdb: `uk trace`). It holds entries one
 * behind the other: a struct uk_tracepoint_header, and the arguments' bytes
 * without gaps; of a string, one byte with its length and then its characters.
 * The definitions, with names and formats, are in the section
 * .uk_tracepoints_list; an entry's cookie is the address of its definition.
 */
#ifndef _UK_TRACE_H_
#define _UK_TRACE_H_

#include <stddef.h>
#include <stdint.h>
#include <uk/arch/time.h>
#include <uk/config.h>
#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

#define __UK_TRACE_MAX_STRLEN	80
#define UK_TP_HEADER_MAGIC	0x64685254	/* "TRhd" */
#define UK_TP_DEF_MAGIC		0x65645054	/* "TPde" */

enum __uk_trace_arg_type {
	__UK_TRACE_ARG_INT = 0,
	__UK_TRACE_ARG_STRING = 1,
};

struct uk_tracepoint_header {
	uint32_t magic;			/* written last */
	uint32_t size;			/* of the arguments, in bytes */
	__nsec time;			/* by the monotonic clock */
	void *cookie;			/* the definition */
};

/* Where the next entry goes, and how many bytes are left */
extern char *uk_trace_buffer_writep;
extern size_t uk_trace_buffer_free;

/*
 * What trace points are made of. An entry under way has interrupts off, from
 * begin (0: the buffer is full) to end.
 */
struct __uk_trace_entry {
	char *at;
	size_t left;
	unsigned long irq_flags;
	int whole;
};

int __uk_trace_begin(struct __uk_trace_entry *entry);
void __uk_trace_arg(struct __uk_trace_entry *entry,
		    enum __uk_trace_arg_type type, unsigned int size,
		    long arg);
void __uk_trace_end(struct __uk_trace_entry *entry, void *cookie);

#define __UK_TRACE_IS(arg, type)					\
	__builtin_types_compatible_p(__typeof(arg), type)
#define __UK_TRACE_GET_TYPE(arg)					\
	(__UK_TRACE_IS(arg, const char *) || __UK_TRACE_IS(arg, char *)	\
	 ? __UK_TRACE_ARG_STRING : __UK_TRACE_ARG_INT)

/* __UK_TRACE_EACHn(m, types): m(1, first), m(2, second), ..., up to n */
#define __UK_TRACE_EACH1(m, t)		m(1, t)
#define __UK_TRACE_EACH2(m, t, ...)	m(1, t), __UK_TRACE_2_1(m, __VA_ARGS__)
#define __UK_TRACE_EACH3(m, t, ...)	m(1, t), __UK_TRACE_2_2(m, __VA_ARGS__)
#define __UK_TRACE_EACH4(m, t, ...)	m(1, t), __UK_TRACE_2_3(m, __VA_ARGS__)
#define __UK_TRACE_EACH5(m, t, ...)	m(1, t), __UK_TRACE_2_4(m, __VA_ARGS__)
#define __UK_TRACE_EACH6(m, t, ...)	m(1, t), __UK_TRACE_2_5(m, __VA_ARGS__)
#define __UK_TRACE_EACH7(m, t, ...)	m(1, t), __UK_TRACE_2_6(m, __VA_ARGS__)
/* __UK_TRACE_a_n: n more from number a on */
#define __UK_TRACE_2_1(m, t)		m(2, t)
#define __UK_TRACE_2_2(m, t, ...)	m(2, t), __UK_TRACE_3_1(m, __VA_ARGS__)
#define __UK_TRACE_2_3(m, t, ...)	m(2, t), __UK_TRACE_3_2(m, __VA_ARGS__)
#define __UK_TRACE_2_4(m, t, ...)	m(2, t), __UK_TRACE_3_3(m, __VA_ARGS__)
#define __UK_TRACE_2_5(m, t, ...)	m(2, t), __UK_TRACE_3_4(m, __VA_ARGS__)
#define __UK_TRACE_2_6(m, t, ...)	m(2, t), __UK_TRACE_3_5(m, __VA_ARGS__)
#define __UK_TRACE_3_1(m, t)		m(3, t)
#define __UK_TRACE_3_2(m, t, ...)	m(3, t), __UK_TRACE_4_1(m, __VA_ARGS__)
#define __UK_TRACE_3_3(m, t, ...)	m(3, t), __UK_TRACE_4_2(m, __VA_ARGS__)
#define __UK_TRACE_3_4(m, t, ...)	m(3, t), __UK_TRACE_4_3(m, __VA_ARGS__)
#define __UK_TRACE_3_5(m, t, ...)	m(3, t), __UK_TRACE_4_4(m, __VA_ARGS__)
#define __UK_TRACE_4_1(m, t)		m(4, t)
#define __UK_TRACE_4_2(m, t, ...)	m(4, t), __UK_TRACE_5_1(m, __VA_ARGS__)
#define __UK_TRACE_4_3(m, t, ...)	m(4, t), __UK_TRACE_5_2(m, __VA_ARGS__)
#define __UK_TRACE_4_4(m, t, ...)	m(4, t), __UK_TRACE_5_3(m, __VA_ARGS__)
#define __UK_TRACE_5_1(m, t)		m(5, t)
#define __UK_TRACE_5_2(m, t, ...)	m(5, t), __UK_TRACE_6_1(m, __VA_ARGS__)
#define __UK_TRACE_5_3(m, t, ...)	m(5, t), __UK_TRACE_6_2(m, __VA_ARGS__)
#define __UK_TRACE_6_1(m, t)		m(6, t)
#define __UK_TRACE_6_2(m, t, s)		m(6, t), m(7, s)

#define __UK_TRACE_EACH(n, m, ...)					\
	UK_CONCAT(__UK_TRACE_EACH, n)(m, __VA_ARGS__)

#define __UK_TRACE_PARAM(n, type)	type arg ## n
#define __UK_TRACE_PARAM_UNUSED(n, type) type arg ## n __unused
#define __UK_TRACE_SIZE(n, type)	sizeof(type)
#define __UK_TRACE_TYPE(n, type)	__UK_TRACE_GET_TYPE(*(type *)0)
#define __UK_TRACE_NOTE(n, type)					\
	__uk_trace_arg(&entry, __UK_TRACE_GET_TYPE(arg ## n),		\
		       sizeof(arg ## n), (long)arg ## n)

/* Its definition, for those who read the buffer */
#define __UK_TRACE_REG(n, regname, trace_name, fmt, ...)		\
	UK_CTASSERT(sizeof(#trace_name) < 255);				\
	UK_CTASSERT(sizeof(fmt) < 255);					\
	static struct {							\
		uint32_t magic;						\
		uint32_t size;						\
		uint64_t cookie;					\
		uint8_t args_nr;					\
		uint8_t name_len;					\
		uint8_t format_len;					\
		uint8_t sizes[n];					\
		uint8_t types[n];					\
		char name[sizeof(#trace_name)];				\
		char format[sizeof(fmt)];				\
	} regname __used __section(".uk_tracepoints_list")		\
		__attribute__((aligned(32))) = {			\
		UK_TP_DEF_MAGIC, sizeof(regname),			\
		(uint64_t)&regname, n, sizeof(#trace_name), sizeof(fmt), \
		{ __UK_TRACE_EACH(n, __UK_TRACE_SIZE, __VA_ARGS__) },	\
		{ __UK_TRACE_EACH(n, __UK_TRACE_TYPE, __VA_ARGS__) },	\
		#trace_name, fmt }

#if CONFIG_LIBUKDEBUG_TRACEPOINTS &&					\
	(defined(UK_DEBUG_TRACE) || CONFIG_LIBUKDEBUG_ALL_TRACEPOINTS)
#define ____UK_TRACEPOINT(n, regname, trace_name, fmt, ...)		\
	__UK_TRACE_REG(n, regname, trace_name, fmt, __VA_ARGS__);	\
	static inline void						\
	trace_name(__UK_TRACE_EACH(n, __UK_TRACE_PARAM, __VA_ARGS__))	\
	{								\
		struct __uk_trace_entry entry;				\
									\
		if (!__uk_trace_begin(&entry))				\
			return;						\
		__UK_TRACE_EACH(n, __UK_TRACE_NOTE, __VA_ARGS__);	\
		__uk_trace_end(&entry, &regname);			\
	}
#else
#define ____UK_TRACEPOINT(n, regname, trace_name, fmt, ...)		\
	static inline void						\
	trace_name(__UK_TRACE_EACH(n, __UK_TRACE_PARAM_UNUSED, __VA_ARGS__)) \
	{								\
	}
#endif

/* One level of macros more, so that the number is expanded */
#define __UK_TRACEPOINT(n, regname, trace_name, fmt, ...)		\
	____UK_TRACEPOINT(n, regname, trace_name, fmt, __VA_ARGS__)
#define UK_TRACEPOINT(trace_name, fmt, ...)				\
	__UK_TRACEPOINT(UK_NARGS(__VA_ARGS__),				\
			__ ## trace_name ## _regdata, trace_name, fmt,	\
			__VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif /* _UK_TRACE_H_ */
