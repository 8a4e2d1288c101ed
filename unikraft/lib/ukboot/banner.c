/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The banner.
 */

#include <stdio.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/version.h>
#include "boot.h"

#if CONFIG_LIBUKBOOT_BANNER_POWEREDBY_ANSI
#define COLOR	"\033[34m"
#define RESET	"\033[0m"
#elif CONFIG_LIBUKBOOT_BANNER_POWEREDBY_ANSI2
#define COLOR	"\033[90m"
#define RESET	"\033[0m"
#else
#define COLOR	""
#define RESET	""
#endif

#if CONFIG_LIBUKBOOT_BANNER_MINIMAL
static const char before[] = "";
static const char after[] = "";
#elif CONFIG_LIBUKBOOT_BANNER_CLASSIC
static const char before[] =
	"+--------------------------------------+\n"
	"|        Welcome to a unikernel        |\n"
	"+--------------------------------------+\n";
static const char after[] = "\n";
#else
static const char before[] = COLOR
	"  .---.\n"
	"  |   |--.    one address space,\n"
	"  '---'  |    one application\n"
	"     '---'\n" RESET;
static const char after[] = "\n";
#endif

void boot_banner(void)
{
	fputs(before, stdout);
	uk_version();
	fputs(after, stdout);
}
