/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tests that a program on the host drives (LIBUKTEST_DRIVEN): which cases it
 * wants, and what it is told beyond the report for people. Without the option
 * everything is wanted and nothing is told.
 *
 * Each line of the report begins with REPORT_MARK then, so that it is found
 * behind whatever a test printed. On top of the lines in uk/test.h there are
 *
 *	uktest: plan CASES			before the first suite
 *	uktest: init LIBRARY/SUITE		its init function is called
 *	uktest: case LIBRARY/SUITE/CASE FILE:LINE
 *
 * of which the last one means that the case runs from now on, or only that
 * there is such a case, if it was lists that the host asked for.
 */

#ifndef __UKTEST_DRIVEN_H__
#define __UKTEST_DRIVEN_H__

#include <uk/config.h>
#include <uk/test.h>

#if CONFIG_LIBUKTEST_DRIVEN
#define REPORT_MARK	"\x1e"

/* Whether the case is one of those that the host asked for */
int driven_wants(const struct uk_testcase *esac);

/* Whether a case whose turn it is had that in an earlier boot. Once for each */
int driven_skips(void);

/* Whether cases are to be named and not to be run */
int driven_lists(void);

/* Ends the machine: the application is not what is tested. */
void driven_end(unsigned int failed) __noreturn;

#else /* !CONFIG_LIBUKTEST_DRIVEN */
#define REPORT_MARK	""

static inline int driven_wants(const struct uk_testcase *esac __unused)
{
	return 1;
}

static inline int driven_skips(void)
{
	return 0;
}

static inline int driven_lists(void)
{
	return 0;
}

static inline void driven_end(unsigned int failed __unused)
{
}
#endif /* !CONFIG_LIBUKTEST_DRIVEN */

#endif /* __UKTEST_DRIVEN_H__ */
