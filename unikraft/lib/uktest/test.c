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

	report("%s:%u: in %s/%s: ", file, line, esac->suite, esac->name);
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
		report("uktest: %s/%s: FAILED (%s:%u: %s)\n", esac->suite,
		       esac->name, esac->failed_file, esac->failed_line,
		       esac->failed_expr);
		return;
	}
	passed++;
#if CONFIG_LIBUKTEST_LOG_TESTS
	report("uktest: %s/%s: passed\n", esac->suite, esac->name);
#endif
}

/* The next case of a suite: of those not run yet, the first in its file */
static struct uk_testcase *next_case(const char *suite)
{
	struct uk_testcase *const *ref;
	struct uk_testcase *first = NULL;

	for (ref = uk_testtab_start; ref < uk_testtab_end; ref++) {
		struct uk_testcase *esac = *ref;

		if (esac->done || strcmp(esac->suite, suite))
			continue;
		if (!first || esac->line < first->line)
			first = esac;
	}
	return first;
}

/* A suite that cannot start counts as one case. */
static void fail_suite(struct uk_testsuite *suite, int rc)
{
	suite->failed_cases++;
	failed++;
	report("uktest: %s/init: FAILED (the suite's init function returned %d)\n",
	       suite->name, rc);
}

int uk_testsuite_run(struct uk_testsuite *suite)
{
	struct uk_testcase *esac;
	unsigned int count = 0;
	int rc;

	UK_ASSERT(suite);
	rc = suite->init ? suite->init(suite) : 0;
	if (rc) {
		fail_suite(suite, rc);
		return 0;
	}
	while ((esac = next_case(suite->name))) {
		esac->done = 1;
		esac->func(esac);
		finish_case(esac);
		suite->failed_cases += esac->failures != 0;
		count++;
	}
#if CONFIG_LIBUKTEST_LOG_STATS
	report("uktest: suite %s: %u cases, %u failed\n", suite->name, count,
	       suite->failed_cases);
#else
	(void)count;
#endif
	return 0;
}

unsigned int uk_test_report(void)
{
	report("uktest: %u passed, %u failed\n", passed, failed);
	return failed;
}
