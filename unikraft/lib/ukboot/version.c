/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The version, which the build defines as tokens.
 */

#include <stdio.h>
#include <uk/essentials.h>
#include <uk/version.h>

void uk_version(void)
{
	printf("Unikraft " STRINGIFY(UK_CODENAME) " "
	       STRINGIFY(UK_FULLVERSION) "\n");
}
