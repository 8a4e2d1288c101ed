/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Splitting a command line; the rules are in uk/argparse.h.
 */

#include <uk/argparse.h>
#include <uk/assert.h>

/* Reads at `in` and writes, never further on, at `out`. */
struct text {
	char *in;
	char *out;
	__sz left;	/* bytes not read yet */
};

static char peek(const struct text *t)
{
	return t->left ? *t->in : '\0';
}

static char next(struct text *t)
{
	t->left--;
	return *t->in++;
}

static int is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A backslash was read: is the next character only itself because of it? */
static int escapes(char c, char quote)
{
	if (quote == '"')
		return c == '"' || c == '\\';
	return c != '\0';
}

/* Copies one argument, which begins here, without its quotes. */
static void copy_argument(struct text *t)
{
	char quote = '\0';
	char c;

	while ((c = peek(t)) && (quote || !is_space(c))) {
		next(t);
		if (quote ? c == quote : c == '"' || c == '\'') {
			quote = quote ? '\0' : c;
			continue;
		}
		if (c == '\\' && quote != '\'' && escapes(peek(t), quote))
			c = next(t);
		*t->out++ = c;
	}
}

int uk_argnparse(char *argb, __sz len, char *argv[], int maxcount)
{
	struct text t = { argb, argb, len };
	int argc = 0;

	UK_ASSERT(argb);
	UK_ASSERT(argv);
	UK_ASSERT(maxcount >= 0);

	while (argc < maxcount) {
		while (peek(&t) && is_space(peek(&t)))
			next(&t);
		if (!peek(&t))
			break;
		argv[argc++] = t.out = t.in;
		copy_argument(&t);
		/* Where the text filled everything, its end is there already. */
		if (peek(&t))
			next(&t);
		if (t.left || t.out < t.in)
			*t.out = '\0';
	}
	return argc;
}
