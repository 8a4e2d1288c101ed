/* SPDX-License-Identifier: BSD-3-Clause */
/* Options on a command line */

#ifndef __NOLIBC_GETOPT_H__
#define __NOLIBC_GETOPT_H__

#ifdef __cplusplus
extern "C" {
#endif

#define no_argument		0
#define required_argument	1
#define optional_argument	2

struct option {
	const char *name;	/* NULL ends a list of options */
	int has_arg;
	int *flag;		/* gets `val`, if not NULL */
	int val;
};

extern char *optarg;	/* argument of the last option, or NULL */
extern int optind;	/* next word; 0 or 1 starts a new command line */
extern int opterr;	/* 0: no messages */
extern int optopt;	/* the option that was not understood */
extern int optreset;	/* not 0: starts a new command line, as on BSD */

/*
 * Each call returns the next option, or -1 when there are no more: words from
 * optind on are then the operands. Words that are no options are moved behind
 * the options, unless `opts` begins with '+' (stop at the first such word) or
 * '-' (return 1 for it, with the word in optarg). `--` ends the options.
 *
 * A character in `opts` that is followed by ':' takes an argument, by '::' an
 * optional one in the same word. Returns '?' for an unknown option, and for
 * a missing argument '?', or ':' when `opts` begins with ':' (after the sign);
 * then no messages are written either.
 */
int getopt(int argc, char *const argv[], const char *opts);

/*
 * Also knows options of the form --name and --name=argument; unique beginnings
 * of names are enough. For these it returns 0 if `flag` is set, else `val`, and
 * stores the place in the list in *index, if that is not NULL. The variant
 * _only takes long options behind a single '-' as well.
 */
int getopt_long(int argc, char *const argv[], const char *opts,
		const struct option *longs, int *index);
int getopt_long_only(int argc, char *const argv[], const char *opts,
		     const struct option *longs, int *index);

#ifdef __cplusplus
}
#endif

#endif /* __NOLIBC_GETOPT_H__ */
