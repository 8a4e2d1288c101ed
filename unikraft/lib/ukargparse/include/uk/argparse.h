/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Splits a command line into arguments.
 */

#ifndef __UK_ARGPARSE_H__
#define __UK_ARGPARSE_H__

#include <uk/arch/limits.h>
#include <uk/arch/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Splits the text at `argb` in place, as a shell would do with quotes only:
 *
 * - white space separates arguments,
 * - between single quotes every character stands for itself,
 * - between double quotes too, but a backslash takes the special meaning from
 *   a following double quote or backslash,
 * - outside of quotes a backslash takes it from any following character,
 * - quotes may begin and end within an argument, and "" is an empty one,
 * - a quote that is not closed reaches to the end, and a backslash at the end
 *   stands for itself.
 *
 * The text ends at a zero byte, or after `len` bytes; in that case, where
 * nothing had to be removed from the last argument, the byte behind the text
 * must be the zero byte that ends it.
 *
 * Stores pointers into the text in `argv`, at most `maxcount`, and returns
 * how many; further arguments are ignored. Does not store a null pointer at
 * the end.
 */
int uk_argnparse(char *argb, __sz len, char *argv[], int maxcount);

/* The same for text that ends with a zero byte */
#define uk_argparse(argb, argv, maxcount)				\
	uk_argnparse((argb), __SZ_MAX, (argv), (maxcount))

#ifdef __cplusplus
}
#endif

#endif /* __UK_ARGPARSE_H__ */
