/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory as hexadecimal text.
 *
 * A dump has lines of `grps_per_line` groups of bytes; flags say how large a
 * group is and what else a line shows. Each line starts with `line_prefix`
 * (NULL: nothing). `addr0` is the address shown for the first byte.
 */

#ifndef __UKDEBUG_HEXDUMP_H__
#define __UKDEBUG_HEXDUMP_H__

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <uk/print.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UK_HXDF_ADDR		(1)	/* show addresses */
#define UK_HXDF_ASCIISEC	(2)	/* show printable characters */
#define UK_HXDF_GRPBYTE		(4)	/* groups of 1 byte, the default */
#define UK_HXDF_GRPWORD		(8)	/* 2 bytes */
#define UK_HXDF_GRPDWORD	(16)	/* 4 bytes */
#define UK_HXDF_GRPQWORD	(32)	/* 8 bytes */
#define UK_HXDF_COMPRESS	(64)	/* one * for lines like the one before */

/*
 * Into a string, as snprintf() does: returns the length of the whole dump,
 * of which at most size - 1 bytes and a zero byte are stored.
 */
int uk_hexdumpsn(char *str, size_t size, const void *data, size_t len,
		 size_t addr0, int flags, unsigned int grps_per_line,
		 const char *line_prefix);
/* To a stream. Returns the number of bytes written, or a negative value. */
int uk_hexdumpf(FILE *fp, const void *data, size_t len, size_t addr0,
		int flags, unsigned int grps_per_line,
		const char *line_prefix);

/* As messages, see uk/print.h */
void _uk_hexdumpd(const char *libname, const char *srcname,
		  unsigned int srcline, const void *data, size_t len,
		  size_t addr0, int flags, unsigned int grps_per_line,
		  const char *line_prefix);
void _uk_hexdumpk(int lvl, const char *libname, const char *srcname,
		  unsigned int srcline, const void *data, size_t len,
		  size_t addr0, int flags, unsigned int grps_per_line,
		  const char *line_prefix);

#define uk_hexdumpd(data, len, flags, grps_per_line)			\
	do {								\
		if (_UK_SHOW_DEBUG)					\
			_uk_hexdumpd(__STR_LIBNAME__, __STR_BASENAME__,	\
				     __LINE__, (data), (len),		\
				     (size_t)(data), (flags),		\
				     (grps_per_line),			\
				     STRINGIFY(data) ": ");		\
	} while (0)

#define uk_hexdumpk(lvl, data, len, flags, grps_per_line)		\
	do {								\
		if (_UK_SHOW_LEVEL(lvl))				\
			_uk_hexdumpk((lvl), __STR_LIBNAME__,		\
				     __STR_BASENAME__, __LINE__,	\
				     (data), (len), (size_t)(data),	\
				     (flags), (grps_per_line),		\
				     STRINGIFY(data) ": ");		\
	} while (0)

#define uk_hexdumps(str, data, len, addr0, flags, grps_per_line,	\
		    line_prefix)					\
	uk_hexdumpsn((str), SIZE_MAX, (data), (len), (addr0), (flags),	\
		     (grps_per_line), (line_prefix))
#define uk_hexdump(data, len, addr0, flags, grps_per_line, line_prefix)	\
	uk_hexdumpf(stdout, (data), (len), (addr0), (flags),		\
		    (grps_per_line), (line_prefix))

/* The usual form: address, two groups of eight bytes, characters */
#define _UK_HXDF_USUAL	(UK_HXDF_ADDR | UK_HXDF_ASCIISEC |		\
			 UK_HXDF_GRPQWORD | UK_HXDF_COMPRESS)

#define uk_hexdumpCd(data, len)						\
	uk_hexdumpd(data, (len), _UK_HXDF_USUAL, 2)
#define uk_hexdumpCk(lvl, data, len)					\
	uk_hexdumpk((lvl), data, (len), _UK_HXDF_USUAL, 2)
#define uk_hexdumpCf(fp, data, len)					\
	uk_hexdumpf((fp), (data), (len), (size_t)(data),		\
		    _UK_HXDF_USUAL, 2, NULL)
#define uk_hexdumpCsn(str, size, data, len)				\
	uk_hexdumpsn((str), (size), (data), (len), (size_t)(data),	\
		     _UK_HXDF_USUAL, 2, NULL)
#define uk_hexdumpCs(str, data, len)					\
	uk_hexdumpCsn((str), SIZE_MAX, (data), (len))
#define uk_hexdumpC(data, len)						\
	uk_hexdumpCf(stdout, (data), (len))

#ifdef __cplusplus
}
#endif

#endif /* __UKDEBUG_HEXDUMP_H__ */
