/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Unit tests that run at boot.
 *
 * A test case is a function with expectations in it, a suite is what runs a
 * number of cases. Cases name their suite; the suite is registered once, in
 * one of the tables that the boot code calls:
 *
 *	UK_TESTCASE(mylib_list, append_to_empty)
 *	{
 *		UK_TEST_EXPECT_SNUM_EQ(list_length(&list), 1);
 *	}
 *	uk_testsuite_register(mylib_list, NULL);
 *
 * An expectation that does not hold is reported and the case goes on. Cases
 * run in the order in which they stand in their file. Tests of a library are
 * in its folder tests/, in files test_*.c, behind an option LIBNAME_TEST.
 *
 * The output has one line per case, and one at the end:
 *
 *	uktest: SUITE/CASE: passed
 *	uktest: SUITE/CASE: FAILED (FILE:LINE: EXPRESSION)
 *	uktest: N passed, N failed
 *
 * `ukbuild test` turns on LIBUKTEST_DRIVEN, boots the image and reads that.
 */

#ifndef __UK_TEST_H__
#define __UK_TEST_H__

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <uk/assert.h>
#include <uk/config.h>
#include <uk/ctors.h>
#include <uk/essentials.h>
#include <uk/init.h>
#include <uk/print.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_testcase {
	const char *suite;
	const char *name;
	const char *desc;		/* may be NULL */
	const char *file;
	unsigned int line;
	void (*func)(struct uk_testcase *esac);
	const char *lib;		/* the library that it is in */

	unsigned int checks;		/* expectations met so far */
	unsigned int failures;		/* of these, how many did not hold */
	int silent;			/* count failures, but do not report */
	int done;
	/* Of the first failure */
	const char *failed_file;
	const char *failed_expr;
	unsigned int failed_line;
};

struct uk_testsuite {
	const char *name;
	/* Called before the first case; other than 0: the suite fails */
	int (*init)(struct uk_testsuite *suite);
	unsigned int failed_cases;
};

/*
 * Runs all cases of the suite. Returns 0 also when some fail, so that the
 * boot goes on to other suites: failures are counted, see uk_test_report().
 */
int uk_testsuite_run(struct uk_testsuite *suite);

/*
 * Prints the totals and returns how many cases failed; with LIBUKTEST_DRIVEN
 * it ends the machine. For the boot code.
 */
unsigned int uk_test_report(void);

/* What the expectations call; `fmt` says in words what went wrong. */
void _uk_test_check(struct uk_testcase *esac, int holds, const char *file,
		    unsigned int line, const char *expr, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

#define _UK_TESTCASE_FN(suite, fn)	_uk_test_ ## suite ## _ ## fn
#define _UK_TESTCASE_VAR(suite, fn)	_uk_testcase_ ## suite ## _ ## fn
#define _UK_TESTCASE_REF(suite, fn)	_uk_testref_ ## suite ## _ ## fn
#define _UK_TESTSUITE_VAR(suite)	_uk_testsuite_ ## suite
#define _UK_TESTSUITE_RUN(suite)	_uk_testsuite_run_ ## suite

/* A case of a suite; the body of the function follows. */
#define UK_TESTCASE_DESC(suite_, fn, desc_)				\
	static void _UK_TESTCASE_FN(suite_, fn)(struct uk_testcase *esac); \
	static struct uk_testcase _UK_TESTCASE_VAR(suite_, fn) = {	\
		.suite = #suite_,					\
		.name = #fn,						\
		.desc = desc_,						\
		.file = __FILE__,					\
		.line = __LINE__,					\
		.func = _UK_TESTCASE_FN(suite_, fn),			\
		.lib = __STR_LIBNAME__,					\
	};								\
	static struct uk_testcase *const				\
	__used __section(".uk_testtab")					\
	_UK_TESTCASE_REF(suite_, fn) = &_UK_TESTCASE_VAR(suite_, fn);	\
	static void _UK_TESTCASE_FN(suite_, fn)(			\
		struct uk_testcase *esac __maybe_unused)

#define UK_TESTCASE(suite, fn)	UK_TESTCASE_DESC(suite, fn, NULL)

#define _UK_TESTSUITE(suite, initfn)					\
	static struct uk_testsuite _UK_TESTSUITE_VAR(suite) = {		\
		.name = #suite,						\
		.init = initfn,						\
	}

/* Registers a suite as a constructor: no heap yet. */
#define UK_TESTSUITE_AT_CTORCALL_PRIO(suite, initfn, prio)		\
	_UK_TESTSUITE(suite, initfn);					\
	static void _UK_TESTSUITE_RUN(suite)(void)			\
	{								\
		uk_testsuite_run(&_UK_TESTSUITE_VAR(suite));		\
	}								\
	_UK_TESTSUITE_CTOR(_UK_TESTSUITE_RUN(suite), prio)
#define _UK_TESTSUITE_CTOR(fn, prio)	UK_CTOR_PRIO(fn, prio)

/* Registers a suite as an init function of some class and priority. */
#define UK_TESTSUITE_AT_INITCALL_PRIO(suite, initfn, class, prio)	\
	_UK_TESTSUITE(suite, initfn);					\
	static int _UK_TESTSUITE_RUN(suite)(void)			\
	{								\
		return uk_testsuite_run(&_UK_TESTSUITE_VAR(suite));	\
	}								\
	_UK_TESTSUITE_INIT(_UK_TESTSUITE_RUN(suite), class, prio)
#define _UK_TESTSUITE_INIT(fn, class, prio)				\
	uk_initcall_class_prio(fn, class, prio)

#define uk_testsuite_early_prio(suite, initfn, prio)			\
	UK_TESTSUITE_AT_INITCALL_PRIO(suite, initfn, UK_INIT_CLASS_EARLY, prio)
#define uk_testsuite_plat_prio(suite, initfn, prio)			\
	UK_TESTSUITE_AT_INITCALL_PRIO(suite, initfn, UK_INIT_CLASS_PLAT, prio)
#define uk_testsuite_lib_prio(suite, initfn, prio)			\
	UK_TESTSUITE_AT_INITCALL_PRIO(suite, initfn, UK_INIT_CLASS_LIB, prio)
#define uk_testsuite_rootfs_prio(suite, initfn, prio)			\
	UK_TESTSUITE_AT_INITCALL_PRIO(suite, initfn, UK_INIT_CLASS_ROOTFS, prio)
#define uk_testsuite_sys_prio(suite, initfn, prio)			\
	UK_TESTSUITE_AT_INITCALL_PRIO(suite, initfn, UK_INIT_CLASS_SYS, prio)
#define uk_testsuite_late_prio(suite, initfn, prio)			\
	UK_TESTSUITE_AT_INITCALL_PRIO(suite, initfn, UK_INIT_CLASS_LATE, prio)

/* The usual ones: when everything else is up. `initfn` may be NULL. */
#define uk_testsuite_prio(suite, initfn, prio)				\
	uk_testsuite_late_prio(suite, initfn, prio)
#define uk_testsuite_register(suite, initfn)				\
	uk_testsuite_prio(suite, initfn, UK_PRIO_LATEST)

/*
 * Expectations. They use the variable `esac`, which every case has; a helper
 * function takes it as an argument of that name.
 */
#define _UK_TEST_CHECK(holds, expr, fmt, ...)				\
	_uk_test_check(esac, !!(holds), __FILE__, __LINE__, expr, fmt,	\
		       ##__VA_ARGS__)

/* A condition, with a message for the case that it does not hold */
#define UK_TEST_ASSERTF(cond, fmt, ...)					\
	_UK_TEST_CHECK((cond), #cond, fmt, ##__VA_ARGS__)

#define UK_TEST_EXPECT(cond)						\
	_UK_TEST_CHECK((cond), #cond, "expected `%s`", #cond)
#define UK_TEST_ASSERT(cond)						\
	_UK_TEST_CHECK((cond), #cond, "expected `%s`", #cond)

#define _UK_TEST_COMPARE(a, op, b, type, fmt)				\
	do {								\
		type __a = (type)(a);					\
		type __b = (type)(b);					\
									\
		_UK_TEST_CHECK(__a op __b, #a " " #op " " #b,		\
			       "expected `%s`: %s is " fmt ", %s is "	\
			       fmt, #a " " #op " " #b, #a, __a, #b, __b); \
	} while (0)

#define UK_TEST_EXPECT_NULL(exp)					\
	_UK_TEST_COMPARE(exp, ==, NULL, const void *, "%p")
#define UK_TEST_EXPECT_NOT_NULL(exp)					\
	_UK_TEST_COMPARE(exp, !=, NULL, const void *, "%p")
#define UK_TEST_EXPECT_PTR_EQ(a, b)					\
	_UK_TEST_COMPARE(a, ==, b, const void *, "%p")

#define UK_TEST_EXPECT_ZERO(exp)					\
	_UK_TEST_COMPARE(exp, ==, 0, long, "%ld")
#define UK_TEST_EXPECT_NOT_ZERO(exp)					\
	_UK_TEST_COMPARE(exp, !=, 0, long, "%ld")
#define UK_TEST_EXPECT_SNUM_EQ(a, b)					\
	_UK_TEST_COMPARE(a, ==, b, long, "%ld")
#define UK_TEST_EXPECT_SNUM_NQ(a, b)					\
	_UK_TEST_COMPARE(a, !=, b, long, "%ld")
#define UK_TEST_EXPECT_SNUM_GT(a, b)					\
	_UK_TEST_COMPARE(a, >, b, long, "%ld")
#define UK_TEST_EXPECT_SNUM_GE(a, b)					\
	_UK_TEST_COMPARE(a, >=, b, long, "%ld")
#define UK_TEST_EXPECT_SNUM_LT(a, b)					\
	_UK_TEST_COMPARE(a, <, b, long, "%ld")
#define UK_TEST_EXPECT_SNUM_LE(a, b)					\
	_UK_TEST_COMPARE(a, <=, b, long, "%ld")

#define UK_TEST_EXPECT_BYTES_EQ(a, b, size)				\
	_UK_TEST_CHECK(!memcmp((a), (b), (size)),			\
		       #a " and " #b " have the same bytes",		\
		       "expected the same %lu bytes in %s and %s",	\
		       (unsigned long)(size), #a, #b)

/* Strings; beyond what 0.11 has */
#define UK_TEST_EXPECT_STR_EQ(a, b)					\
	do {								\
		const char *__a = (a);					\
		const char *__b = (b);					\
									\
		_UK_TEST_CHECK(__a && __b && !strcmp(__a, __b),		\
			       #a " is " #b,				\
			       "expected \"%s\" for %s, got \"%s\"",	\
			       __b, #a, __a);				\
	} while (0)

#ifdef __cplusplus
}
#endif

#endif /* __UK_TEST_H__ */
