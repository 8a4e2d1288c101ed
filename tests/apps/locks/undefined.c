/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A sum that is too large, where the compiler looks.
 */

int add(int a, int b);

int add(int a, int b)
{
	return a + b;
}
