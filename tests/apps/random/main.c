/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Draws numbers from a generator whose own seed is a constant: they differ only
 * when a device has given something. Reseeds in between, so that the device
 * gives again.
 */
#include <stdio.h>
#include <uk/sched.h>
#include <uk/swrand.h>

int main(void)
{
	int i;

	for (i = 0; i < 3; i++) {
		printf("%08x\n", uk_swrand_randr());
		/* The host has time to fill the next buffer */
		uk_sched_thread_sleep(200000000);
		uk_swrand_reseed();
	}
	return 0;
}
