/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Gives back what it is given: `echo N` reads N bytes from the console and
 * writes them; `slow N` waits first, until they have come as far as they can;
 * `sleep MS` says when it begins and when it ends, and what the wall clock
 * shows. Ends with 1 when nothing comes for a long time.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/plat/console.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>

#define PATIENCE	(60 * UKARCH_NSEC_PER_SEC)

static void sleep_ms(unsigned long ms)
{
	__nsec until = ukplat_monotonic_clock()
		+ ukarch_time_msec_to_nsec((__nsec)ms);
	unsigned long flags = ukplat_lcpu_save_irqf();

	while (ukplat_monotonic_clock() < until)
		ukplat_lcpu_halt_to(until);
	ukplat_lcpu_restore_irqf(flags);
}

/* Sleeps until an interrupt says that there may be more, or for 100 ms */
static int read_some(char *buf, unsigned int len)
{
	__nsec limit = ukplat_monotonic_clock() + PATIENCE;
	unsigned long flags;
	int n;

	do {
		flags = ukplat_lcpu_save_irqf();
		n = ukplat_cink(buf, len);
		if (!n)
			ukplat_lcpu_halt_to(ukplat_monotonic_clock()
					    + 100000000);
		ukplat_lcpu_restore_irqf(flags);
	} while (!n && ukplat_monotonic_clock() < limit);
	return n;
}

static int echo(unsigned long left)
{
	char buf[256];
	int n;

	while (left) {
		n = read_some(buf, left < sizeof(buf) ? left : sizeof(buf));
		if (n <= 0) {
			printf("\n%lu bytes did not come: %d\n", left, n);
			return 1;
		}
		ukplat_coutk(buf, n);
		left -= n;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	unsigned long number = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (argc > 2 && !strcmp(argv[1], "sleep")) {
		printf("begin\n");
		sleep_ms(number);
		printf("end\n");
		printf("wall clock: %lu\n", (unsigned long)
		       ukarch_time_nsec_to_sec(ukplat_wall_clock()));
		return 0;
	}
	if (argc > 2 && (!strcmp(argv[1], "echo") || !strcmp(argv[1], "slow"))) {
		printf("ready\n");
		if (argv[1][0] == 's')
			sleep_ms(500);
		return echo(number);
	}
	return 2;
}
