/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * getopt() and its relatives; see getopt.h.
 */

#include <getopt.h>
#include <stdio.h>
#include <string.h>

char *optarg;
int optind = 1;
int opterr = 1;
int optopt;
int optreset;

/* Place within a word of several short options; NULL between words */
static const char *rest;

/*
 * Words [skipped, skipped_end) are operands that were passed by; they are
 * moved behind the options that follow.
 */
static int skipped, skipped_end;

/* What one call works with */
struct parser {
	int argc;
	char **argv;
	const char *opts;	/* behind the sign and the colon */
	char mode;		/* '+', '-' or 0 */
	int quiet;		/* missing arguments are ':' */
	const struct option *longs;
	int *index;
	int only;
};

static int complain(const struct parser *p, const char *what, const char *name,
		    int len)
{
	if (opterr && !p->quiet)
		fprintf(stderr, "%s: %s: %.*s\n", p->argv[0], what, len, name);
	return '?';
}

static void reverse(char **argv, int from, int to)
{
	while (from < --to) {
		char *word = argv[from];

		argv[from++] = argv[to];
		argv[to] = word;
	}
}

/* Moves the operands that were passed by behind the words up to optind. */
static void move_operands(const struct parser *p)
{
	int count = skipped_end - skipped;

	if (count && skipped_end < optind) {
		reverse(p->argv, skipped, skipped_end);
		reverse(p->argv, skipped_end, optind);
		reverse(p->argv, skipped, optind);
	}
	skipped = optind - count;
	skipped_end = optind;
}

static int is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

static int missing(const struct parser *p, const char *name, int len)
{
	complain(p, "option needs an argument", name, len);
	return p->quiet ? ':' : '?';
}

static int short_option(const struct parser *p)
{
	char c = *rest++;
	const char *spec = c == ':' ? NULL : strchr(p->opts, c);

	if (!*rest)
		optind++;
	optopt = (unsigned char)c;
	if (!spec) {
		complain(p, "unknown option", &c, 1);
		rest = *rest ? rest : NULL;
		return '?';
	}
	if (spec[1] == ':') {
		if (*rest) {
			optarg = (char *)rest;
			optind++;
		} else if (spec[2] != ':') {
			rest = NULL;
			if (optind >= p->argc)
				return missing(p, &c, 1);
			optarg = p->argv[optind++];
		}
		rest = NULL;
	} else if (!*rest) {
		rest = NULL;
	}
	return (unsigned char)c;
}

/* The option that `name` means: -1 for none, -2 for several */
static int find_long(const struct parser *p, const char *name, size_t len)
{
	int found = -1;
	int i;

	for (i = 0; p->longs[i].name; i++) {
		if (strncmp(p->longs[i].name, name, len))
			continue;
		if (!p->longs[i].name[len])
			return i;
		found = found == -1 ? i : -2;
	}
	return found;
}

/* `word` is behind the dashes; it is in argv[optind]. */
static int long_option(const struct parser *p, char *word, int i)
{
	size_t len = strcspn(word, "=");
	const struct option *o;

	optind++;
	optopt = 0;
	if (i < 0)
		return complain(p, i == -1 ? "unknown option"
					   : "ambiguous option", word, len);
	o = &p->longs[i];
	optopt = o->val;
	if (word[len]) {
		if (o->has_arg == no_argument)
			return complain(p, "option takes no argument", word,
					len);
		optarg = word + len + 1;
	} else if (o->has_arg == required_argument) {
		if (optind >= p->argc)
			return missing(p, word, len);
		optarg = p->argv[optind++];
	}
	if (p->index)
		*p->index = i;
	if (!o->flag)
		return o->val;
	*o->flag = o->val;
	return 0;
}

/* The word at optind begins with '-'. */
static int option(const struct parser *p)
{
	char *word = p->argv[optind];

	if (p->longs && word[1] == '-')
		return long_option(p, word + 2,
				   find_long(p, word + 2,
					     strcspn(word + 2, "=")));
	/* A single letter is a short option if there is such a one. */
	if (p->longs && p->only && (word[2] || !strchr(p->opts, word[1]))) {
		int i = find_long(p, word + 1, strcspn(word + 1, "="));

		if (i >= 0 || !strchr(p->opts, word[1]))
			return long_option(p, word + 1, i);
	}
	rest = word + 1;
	return short_option(p);
}

static int next_option(const struct parser *p)
{
	if (rest)
		return short_option(p);

	move_operands(p);
	while (!p->mode && optind < p->argc && !is_option(p->argv[optind]))
		optind++;
	skipped_end = optind;

	if (optind >= p->argc) {
		optind = skipped;
		return -1;
	}
	if (!is_option(p->argv[optind])) {
		if (p->mode == '+')
			return -1;
		optarg = p->argv[optind++];
		skipped = skipped_end = optind;
		return 1;
	}
	if (!strcmp(p->argv[optind], "--")) {
		optind++;
		move_operands(p);
		optind = skipped;
		return -1;
	}
	return option(p);
}

static int parse(int argc, char *const argv[], const char *opts,
		 const struct option *longs, int *index, int only)
{
	struct parser p = {
		.argc = argc, .argv = (char **)argv, .opts = opts,
		.longs = longs, .index = index, .only = only,
	};

	if (*p.opts == '+' || *p.opts == '-')
		p.mode = *p.opts++;
	if (*p.opts == ':') {
		p.quiet = 1;
		p.opts++;
	}
	if (!optind || optreset) {
		optind = 1;
		optreset = 0;
		rest = NULL;
		skipped = skipped_end = 1;
	} else if (optind == 1 && !rest) {
		skipped = skipped_end = 1;
	}
	optarg = NULL;
	return next_option(&p);
}

int getopt(int argc, char *const argv[], const char *opts)
{
	return parse(argc, argv, opts, NULL, NULL, 0);
}

int getopt_long(int argc, char *const argv[], const char *opts,
		const struct option *longs, int *index)
{
	return parse(argc, argv, opts, longs, index, 0);
}

int getopt_long_only(int argc, char *const argv[], const char *opts,
		     const struct option *longs, int *index)
{
	return parse(argc, argv, opts, longs, index, 1);
}
