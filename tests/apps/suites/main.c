/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs the unit tests of the libraries: these run at boot, and main() is
 * called only when all of them passed.
 */

int main(void)
{
	return 0;
}
