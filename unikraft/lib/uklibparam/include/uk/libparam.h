/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parameters of libraries: variables that the command line can set.
 *
 * A library names itself in its Makefile.uk,
 *
 *	$(eval $(call addlib_paramprefix,libmylib,mylib))
 *
 * and declares variables as parameters, after their definition:
 *
 *	static __u32 buffers = 4;
 *	UK_LIB_PARAM(buffers, __u32);
 *
 * On the command line that is `mylib.buffers=8`. Parameters are set after the
 * early constructors and before there is a heap. Without LIBUKLIBPARAM the
 * declarations are empty and the variables keep their values.
 */

#ifndef __UK_LIBPARAM_H__
#define __UK_LIBPARAM_H__

#include <uk/config.h>

#ifndef __ASSEMBLY__
#include <uk/arch/types.h>
#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

#if CONFIG_LIBUKLIBPARAM

/*
 * Kinds of values: integers by size, with or without sign, and strings. A
 * string parameter points into the command line.
 */
#define UK_PARAM_SIGNED		0x80
#define UK_PARAM_STRING		0x40
#define UK_PARAM_SIZE(type)	((type) & 0x3f)

#define _LIB_PARAM___s8		(UK_PARAM_SIGNED | sizeof(__s8))
#define _LIB_PARAM___u8		(sizeof(__u8))
#define _LIB_PARAM___s16	(UK_PARAM_SIGNED | sizeof(__s16))
#define _LIB_PARAM___u16	(sizeof(__u16))
#define _LIB_PARAM___s32	(UK_PARAM_SIGNED | sizeof(__s32))
#define _LIB_PARAM___u32	(sizeof(__u32))
#define _LIB_PARAM___s64	(UK_PARAM_SIGNED | sizeof(__s64))
#define _LIB_PARAM___u64	(sizeof(__u64))
#define _LIB_PARAM_char		_LIB_PARAM___s8
#define _LIB_PARAM_int		_LIB_PARAM___s32
#define _LIB_PARAM___uptr	(UK_PARAM_STRING | sizeof(__uptr))
#define _LIB_PARAM_charp	_LIB_PARAM___uptr

struct uk_param {
	const char *name;	/* LIBRARY.PARAMETER */
	__uptr addr;		/* of the variable or of its first element */
	__u16 param_size;	/* number of elements */
	__u8 param_type;	/* UK_PARAM_* and the size of an element */
};

/*
 * Reads the parameters at the begin of the command line. They end at a word
 * `--`; without it, or when something else than parameters stands before it,
 * there are none and all words are the application's. Numbers are decimal,
 * octal or hexadecimal as in C; the elements of an array are separated by
 * commas or white space, and a value may be in quotes.
 *
 * `argv` does not contain the name of the program, which is `progname`. The
 * strings are written to and must stay. Returns how many words were taken,
 * the `--` included, or a negative error number after a message: -ENOENT for
 * an unknown parameter, -EINVAL for a value of the wrong form, -ERANGE for a
 * number that does not fit, -E2BIG for too many elements. --help and --version
 * print and end the run.
 */
int uk_libparam_parse(const char *progname, int argc, char **argv);

#define _UK_LIBPARAM_NAME(lib, param)	_UK_LIBPARAM_NAME_(lib, param)
#define _UK_LIBPARAM_NAME_(lib, param)	#lib "." #param

#define _UK_LIBPARAM_ADD(var, type, count)				\
	static const struct uk_param					\
	__used __section(".uk_libparamtab") __align(sizeof(void *))	\
	_uk_libparam_ ## var = {					\
		.name = _UK_LIBPARAM_NAME(UK_LIBPARAM_PREFIX, var),	\
		.addr = (__uptr)&(var),					\
		.param_size = (count),					\
		.param_type = _LIB_PARAM_ ## type,			\
	}

/* A variable; `type` is one of the types above. */
#define UK_LIB_PARAM(name, type)	_UK_LIBPARAM_ADD(name, type, 1)
/* An array of such */
#define UK_LIB_PARAM_ARR(name, type)					\
	_UK_LIBPARAM_ADD(name, type, sizeof(name) / sizeof((name)[0]))
/* A char pointer */
#define UK_LIB_PARAM_STR(name)		UK_LIB_PARAM(name, __uptr)

#else /* !CONFIG_LIBUKLIBPARAM */

#define UK_LIB_PARAM(name, type)
#define UK_LIB_PARAM_ARR(name, type)
#define UK_LIB_PARAM_STR(name)

#endif /* !CONFIG_LIBUKLIBPARAM */

#ifdef __cplusplus
}
#endif
#endif /* !__ASSEMBLY__ */

#endif /* __UK_LIBPARAM_H__ */
