/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Greets, and shows the arguments it was started with.
 */

#include <stdio.h>
#include <uk/config.h>

int main(int argc, char *argv[])
{
	printf("Hello, world!\n");

#if CONFIG_APPHELLOWORLD_PRINTARGS
	for (int i = 1; i < argc; i++)
		printf("argv[%d] = %s\n", i, argv[i]);
#else
	(void)argc;
	(void)argv;
#endif
	return 0;
}
