/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An application that has tests of its own. Nothing calls main() while they
 * run.
 */

#include <stdio.h>

int main(void)
{
	printf("main\n");
	return 3;
}
