/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the host asks for, as parameters on the command line:
 *
 *	uktest.libs=LIBRARY,...		only suites of these libraries
 *	uktest.words=WORD,...		only cases with one of these words in
 *					LIBRARY/SUITE/CASE
 *	uktest.list=1			name the cases, run none
 *	uktest.skip=N			all but the first N of these, which
 *					had their turn in an earlier boot
 *
 * A suite that runs as a constructor does so before there are parameters: it
 * runs whole, and the host leaves out what it did not ask for.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/libparam.h>
#include <uk/plat/bootstrap.h>
#include "driven.h"

/* LIBRARY/SUITE/CASE; of longer ones the end is not compared */
#define NAME_MAX_LEN	256

static char *libs;
static char *words;
static __u32 list;
static __u32 skip;

UK_LIB_PARAM_STR(libs);
UK_LIB_PARAM_STR(words);
UK_LIB_PARAM(list, __u32);
UK_LIB_PARAM(skip, __u32);

static int is_equal(const char *name, const char *word, size_t len)
{
	return strlen(name) == len && !memcmp(name, word, len);
}

static int has(const char *name, const char *word, size_t len)
{
	for (; strlen(name) >= len; name++)
		if (!memcmp(name, word, len))
			return 1;
	return 0;
}

/* Whether one of the words between commas fits; no word at all fits, too */
static int fits(const char *name, const char *all,
		int (*one_fits)(const char *name, const char *word, size_t len))
{
	size_t len;

	if (!all || !*all)
		return 1;
	for (;; all += len + 1) {
		len = strcspn(all, ",");
		if (len && one_fits(name, all, len))
			return 1;
		if (!all[len])
			return 0;
	}
}

int driven_wants(const struct uk_testcase *esac)
{
	char name[NAME_MAX_LEN];

	if (!fits(esac->lib, libs, is_equal))
		return 0;
	snprintf(name, sizeof(name), "%s/%s/%s", esac->lib, esac->suite,
		 esac->name);
	return fits(name, words, has);
}

int driven_skips(void)
{
	static __u32 turns;

	return turns++ < skip;
}

int driven_lists(void)
{
	return list != 0;
}

void driven_end(unsigned int failed)
{
	ukplat_exit(failed ? EXIT_FAILURE : EXIT_SUCCESS);
}
