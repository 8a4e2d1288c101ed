/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Returns from main() with the number given as argument, or 7. With a second
 * argument `exit`, `_exit` or `atexit` it ends that way instead.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void at_exit(void)
{
	printf("at exit\n");
}

int main(int argc, char *argv[])
{
	int status = argc > 1 ? atoi(argv[1]) : 7;

	if (argc > 2 && !strcmp(argv[2], "exit"))
		exit(status);
	if (argc > 2 && !strcmp(argv[2], "_exit"))
		_exit(status);
	if (argc > 2 && !strcmp(argv[2], "atexit"))
		atexit(at_exit);
	return status;
}
