/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parameters of libraries on the command line; see uk/libparam.h.
 *
 * The table of parameters is gathered by the linker. Nothing here allocates:
 * there is no heap yet.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/assert.h>
#include <uk/libparam.h>
#include <uk/plat/bootstrap.h>
#include <uk/print.h>

extern const struct uk_param uk_libparamtab_start[];
extern const struct uk_param uk_libparamtab_end[];

static int is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* The length of LIBRARY.PARAMETER if `word` begins so and '=' follows, or 0 */
static size_t name_length(const char *word)
{
	size_t len = 0;
	int dots = 0;

	for (; is_name(word[len]) || word[len] == '.'; len++)
		dots += word[len] == '.';
	return dots && word[0] != '.' && word[len] == '=' ? len : 0;
}

static int is_help(const char *word)
{
	return !strcmp(word, "-h") || !strcmp(word, "--help");
}

static int is_version(const char *word)
{
	return !strcmp(word, "-V") || !strcmp(word, "--version");
}

/* How many words the libraries get: up to `--`, which is counted as well */
static int count_words(int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--"))
			return i + 1;
		if (!name_length(argv[i]) && !is_help(argv[i]) &&
		    !is_version(argv[i]))
			break;
	}
	return 0;
}

static const struct uk_param *find(const char *name, size_t len)
{
	const struct uk_param *p;

	for (p = uk_libparamtab_start; p < uk_libparamtab_end; p++) {
		if (strlen(p->name) == len && !memcmp(p->name, name, len))
			return p;
	}
	return NULL;
}

/* Takes away the quotes around a value. */
static int unquote(char **value)
{
	char quote = **value;
	size_t len = strlen(*value);

	if (quote != '"' && quote != '\'')
		return 0;
	if (len < 2 || (*value)[len - 1] != quote)
		return -EINVAL;
	(*value)[len - 1] = '\0';
	(*value)++;
	return 0;
}

/* Stores a number of `size` bytes; -ERANGE if it does not fit in them. */
static int store_bits(void *var, unsigned int size, __u64 bits, int fits)
{
	if (!fits)
		return -ERANGE;
	switch (size) {
	case sizeof(__u8):
		*(__u8 *)var = bits;
		return 0;
	case sizeof(__u16):
		*(__u16 *)var = bits;
		return 0;
	case sizeof(__u32):
		*(__u32 *)var = bits;
		return 0;
	default:
		*(__u64 *)var = bits;
		return 0;
	}
}

static int store_number(const struct uk_param *p, void *var, const char *text)
{
	unsigned int size = UK_PARAM_SIZE(p->param_type);
	unsigned int unused = 64 - 8 * size;
	char *end;

	errno = 0;
	if (p->param_type & UK_PARAM_SIGNED) {
		long long n = strtoll(text, &end, 0);
		long long limit = (~0ULL >> unused) / 2;

		if (end == text || *end)
			return -EINVAL;
		return store_bits(var, size, n, !errno && n <= limit &&
						n >= -limit - 1);
	} else {
		unsigned long long n = strtoull(text, &end, 0);

		if (end == text || *end)
			return -EINVAL;
		/* strtoull() would turn -1 into a large number. */
		return store_bits(var, size, n, !errno &&
				  n <= ~0ULL >> unused && !strchr(text, '-'));
	}
}

static int store(const struct uk_param *p, void *var, char *text)
{
	if (!(p->param_type & UK_PARAM_STRING))
		return store_number(p, var, text);
	*(char **)var = text;
	return 0;
}

static int store_elements(const struct uk_param *p, char *value)
{
	const char *separators = " \t\r\n\v,";
	char *var = (char *)p->addr;
	char *state, *text;
	int count = 0;

	/* Strings may contain commas. */
	if (p->param_type & UK_PARAM_STRING)
		separators = " \t\r\n\v";
	for (text = strtok_r(value, separators, &state); text;
	     text = strtok_r(NULL, separators, &state)) {
		int rc;

		if (count++ == p->param_size)
			return -E2BIG;
		rc = store(p, var, text);
		if (rc)
			return rc;
		var += UK_PARAM_SIZE(p->param_type);
	}
	return count ? 0 : -EINVAL;
}

static const char *reason_of(int rc)
{
	switch (rc) {
	case -ENOENT:
		return "there is no such parameter in this image";
	case -ERANGE:
		return "the number is out of range";
	case -E2BIG:
		return "there are too many values";
	default:
		return "the value has the wrong form";
	}
}

/* One word LIBRARY.PARAMETER=VALUE */
static int set(char *word)
{
	size_t len = name_length(word);
	const struct uk_param *p = find(word, len);
	char *value = word + len + 1;
	int rc;

	if (!p)
		return -ENOENT;
	rc = unquote(&value);
	if (rc)
		return rc;
	return p->param_size > 1 ? store_elements(p, value)
				 : store(p, (void *)p->addr, value);
}

static const char *kind_of(const struct uk_param *p)
{
	if (p->param_type & UK_PARAM_STRING)
		return "text";
	return p->param_type & UK_PARAM_SIGNED ? "integer"
					       : "unsigned integer";
}

static void print_help(const char *progname)
{
	const struct uk_param *p;

	printf("Usage: %s [PARAMETER=VALUE]... -- [ARGUMENT]...\n"
	       "Parameters:\n", progname);
	for (p = uk_libparamtab_start; p < uk_libparamtab_end; p++) {
		printf("  %s: ", p->name);
		if (p->param_size > 1)
			printf("up to %u times ", p->param_size);
		printf("%s", kind_of(p));
		if (!(p->param_type & UK_PARAM_STRING))
			printf(" of %u bits",
			       8u * UK_PARAM_SIZE(p->param_type));
		printf("\n");
	}
}

int uk_libparam_parse(const char *progname, int argc, char **argv)
{
	int count = count_words(argc, argv);
	int i, rc;

	UK_ASSERT(argc >= 0);
	for (i = 0; i < count - 1; i++) {
		if (is_help(argv[i])) {
			print_help(progname);
			ukplat_halt();
		}
		if (is_version(argv[i])) {
			printf("Unikraft " STRINGIFY(UK_CODENAME) " "
			       STRINGIFY(UK_FULLVERSION) "\n");
			ukplat_halt();
		}
		rc = set(argv[i]);
		if (rc < 0) {
			uk_pr_err("%s: %s\n", argv[i], reason_of(rc));
			return rc;
		}
	}
	return count;
}
