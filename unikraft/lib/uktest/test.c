/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs suites and reports results.
 *
 * The report goes straight to the console: it must not depend on which kernel
 * messages are configured. Knows no test; the table of cases is gathered by
 * the linker.
 */

#include <stdarg.h>
#include <stdio.h>
#include <uk/assert.h>
#include <uk/plat/console.h>
#include <uk/test.h>
#include "driven.h"

/* Of one case; the rest is only counted. */
#define REPORTED_MAX	8

extern struct uk_testcase *const uk_testtab_start[];
extern struct uk_testcase *const uk_testtab_end[];

static unsigned int passed, failed;

static void vreport(const char *fmt, va_list ap)
{
	static char line[512];
	int len = vsnprintf(line, sizeof(line), fmt, ap);

	/* A line that is too long still ends as one. */
	if (len >= (int)sizeof(line)) {
		len = sizeof(line) - 1;
		line[len - 1] = '\n';
	}
	if (len > 0)
		ukplat_coutk(line, len);
}

static void __printf(1, 2) report(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vreport(fmt, ap);
	va_end(ap);
}

void _uk_test_check(struct uk_testcase *esac, int holds, const char *file,
		    unsigned int line, const char *expr, const char *fmt, ...)
{
	va_list ap;

	esac->checks++;
	if (holds)
		return;
	if (!esac->failures++) {
		esac->failed_file = file;
		esac->failed_line = line;
		esac->failed_expr = expr;
	}
	if (esac->silent || esac->failures > REPORTED_MAX)
		return;

	report(REPORT_MARK "%s:%u: in %s/%s: ", file, line, esac->suite, esac->name);
	va_start(ap, fmt);
	vreport(fmt, ap);
	va_end(ap);
	report("\n");
#if CONFIG_LIBUKTEST_FAILFAST
	UK_CRASH("A test failed\n");
#endif
}

static void finish_case(const struct uk_testcase *esac)
{
	if (esac->failures) {
		failed++;
		report(REPORT_MARK "uktest: %s/%s: FAILED (%s:%u: %s)\n",
		       esac->suite, esac->name, esac->failed_file,
		       esac->failed_line, esac->failed_expr);
		return;
	}
	passed++;
#if CONFIG_LIBUKTEST_LOG_TESTS
	report(REPORT_MARK "uktest: %s/%s: passed\n", esac->suite, esac->name);
#endif
}

/* Of a suite's cases that had no turn yet, the first in its file */
static struct uk_testcase *first_left(const char *suite)
{
	struct uk_testcase *const *ref;
	struct uk_testcase *first = NULL;

	for (ref = uk_testtab_start; ref < uk_testtab_end; ref++) {
		struct uk_testcase *esac = *ref;

		if (esac->done || strcmp(esac->suite, suite))
			continue;
		if (!driven_wants(esac))
			continue;
		if (!first || esac->line < first->line)
			first = esac;
	}
	return first;
}

/* The next case of a suite; its turn has come */
static struct uk_testcase *next_case(const char *suite)
{
	struct uk_testcase *esac;

	do {
		esac = first_left(suite);
		if (!esac)
			return NULL;
		esac->done = 1;
	} while (driven_skips());
	return esac;
}

#if CONFIG_LIBUKTEST_DRIVEN
static void tell_plan(void)
{
	struct uk_testcase *const *ref;
	static int told;
	unsigned int cases = 0;

	if (told++)
		return;
	for (ref = uk_testtab_start; ref < uk_testtab_end; ref++)
		cases += driven_wants(*ref);
	report(REPORT_MARK "uktest: plan %u\n", cases);
}

static void tell_init(const struct uk_testcase *first)
{
	report(REPORT_MARK "uktest: init %s/%s\n", first->lib, first->suite);
}

static void tell_case(const struct uk_testcase *esac)
{
	report(REPORT_MARK "uktest: case %s/%s/%s %s:%u\n", esac->lib,
	       esac->suite, esac->name, esac->file, esac->line);
}
#else
static inline void tell_plan(void)
{
}

static inline void tell_init(const struct uk_testcase *first __unused)
{
}

static inline void tell_case(const struct uk_testcase *esac __unused)
{
}
#endif

/* A suite that cannot start counts as one case. */
static void fail_suite(struct uk_testsuite *suite, int rc)
{
	suite->failed_cases++;
	failed++;
	report(REPORT_MARK
	       "uktest: %s/init: FAILED (the suite's init function returned %d)\n",
	       suite->name, rc);
}

/* Calls the suite's init function, unless the host only wants to know */
static int init_suite(struct uk_testsuite *suite,
		      const struct uk_testcase *first)
{
	if (!suite->init || driven_lists())
		return 0;
	tell_init(first);
	return suite->init(suite);
}

static void run_case(struct uk_testsuite *suite, struct uk_testcase *esac)
{
	tell_case(esac);
	if (driven_lists())
		return;
	esac->func(esac);
	finish_case(esac);
	suite->failed_cases += esac->failures != 0;
}

int uk_testsuite_run(struct uk_testsuite *suite)
{
	struct uk_testcase *esac;
	unsigned int count = 0;
	int rc;

	UK_ASSERT(suite);
	tell_plan();
	esac = next_case(suite->name);
	if (!esac)
		return 0;
	rc = init_suite(suite, esac);
	if (rc) {
		fail_suite(suite, rc);
		return 0;
	}
	for (; esac; esac = next_case(suite->name)) {
		run_case(suite, esac);
		count++;
	}
#if CONFIG_LIBUKTEST_LOG_STATS
	report(REPORT_MARK "uktest: suite %s: %u cases, %u failed\n",
	       suite->name, count, suite->failed_cases);
#else
	(void)count;
#endif
	return 0;
}

unsigned int uk_test_report(void)
{
	report(REPORT_MARK "uktest: %u passed, %u failed\n", passed, failed);
	driven_end(failed);
	return failed;
}
