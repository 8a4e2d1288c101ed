/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The order of the boot: constructors, library parameters, memory, clock,
 * scheduler, init functions, tests, constructors of the application, main().
 * Ends the machine with the status that main() returns.
 *
 * Knows neither the platform (it called us) nor what the libraries register.
 */

#include <stdlib.h>
#include <uk/config.h>
#include <uk/argparse.h>
#include <uk/assert.h>
#include <uk/ctors.h>
#include <uk/essentials.h>
#include <uk/init.h>
#include <uk/print.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#if CONFIG_LIBUKLIBPARAM
#include <uk/libparam.h>
#endif
#if CONFIG_LIBUKSP
#include <uk/sp.h>
#endif
#if CONFIG_LIBUKTEST
#include <uk/test.h>
#endif
#include "boot.h"

int main(int argc, char *argv[]);

static void call_all(const uk_ctor_func_t *first, const uk_ctor_func_t *end)
{
	for (; first < end; first++) {
		if (!*first)
			continue;
		uk_pr_debug("Constructor %p\n", *first);
		(*first)();
	}
}

/* Returns how many of the arguments behind argv[0] were for libraries. */
static int library_arguments(int argc __maybe_unused,
			     char *argv[] __maybe_unused)
{
#if CONFIG_LIBUKLIBPARAM
	if (argc > 1) {
		int rc = uk_libparam_parse(argv[0], argc - 1, &argv[1]);

		/* The library has said what is wrong. */
		if (rc < 0)
			ukplat_exit(EXIT_FAILURE);
		return rc;
	}
#endif
	return 0;
}

static void call_init_functions(void)
{
	uk_init_func_t *init;

	uk_inittab_foreach(init, uk_inittab_start, uk_inittab_end) {
		int rc;

		if (!*init)
			continue;
		uk_pr_debug("Init function %p\n", *init);
		rc = (*init)();
		if (rc < 0)
			UK_CRASH("Init function %p failed: %d\n", *init, rc);
	}
}

/* An image whose tests fail is not fit to run its application. */
static void report_tests(void)
{
#if CONFIG_LIBUKTEST
	if (uk_test_report() > 0)
		ukplat_exit(EXIT_FAILURE);
#endif
}

void ukplat_entry(int argc, char *argv[])
{
	int skip, rc;

	/* For errno and its kind, until there is a heap to have them in */
	boot_early_tls(__builtin_alloca(boot_early_tls_room()));
#if CONFIG_LIBUKSP
	uk_stack_chk_guard_setup();
#endif
	call_all(uk_ctortab_start, &uk_ctortab_end);
	skip = library_arguments(argc, argv);
	if (skip) {
		/* The program keeps its name. */
		argv[skip] = argv[0];
		argc -= skip;
		argv += skip;
	}

	boot_memory();
	ukplat_time_init();
	boot_sched();
	ukplat_lcpu_enable_irq();
	call_init_functions();
	report_tests();

#if !CONFIG_LIBUKBOOT_BANNER_NONE
	boot_banner();
#endif
	call_all(__preinit_array_start, &__preinit_array_end);
	call_all(__init_array_start, &__init_array_end);

	uk_pr_info("main() with %d arguments\n", argc);
	rc = main(argc, argv);
	uk_pr_info("main() returned %d\n", rc);
	exit(rc);
}

void ukplat_entry_argp(char *arg0, char *argb, __sz argb_len)
{
	/* One more to see that there are too many, and the null pointer */
	static char *argv[CONFIG_LIBUKBOOT_MAXNBARGS + 2];
	int argc = 0;

	if (arg0)
		argv[argc++] = arg0;
	if (argb && argb_len)
		argc += uk_argnparse(argb, argb_len, &argv[argc],
				     CONFIG_LIBUKBOOT_MAXNBARGS + 1 - argc);
	if (argc > CONFIG_LIBUKBOOT_MAXNBARGS) {
		argc = CONFIG_LIBUKBOOT_MAXNBARGS;
		uk_pr_err("Too many arguments: only %d are kept (option LIBUKBOOT_MAXNBARGS)\n",
			  argc);
	}
	argv[argc] = __NULL;
	ukplat_entry(argc, argv);
}
