/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The main() of an image without an application.
 */

#include <stdio.h>
#include <stdlib.h>
#include <uk/essentials.h>

int __weak main(int argc __unused, char *argv[] __unused)
{
	fprintf(stderr, "There is no application in this image: "
			"no library defines main().\n");
	return EXIT_FAILURE;
}
