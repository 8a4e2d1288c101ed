/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks, as Linux keeps them.
 */
#include <linuxu/syscall.h>
#include <uk/plat/time.h>

static __nsec boot_time;

static __nsec now(int clock)
{
	struct linux_timespec ts = { 0, 0 };

	sys_clock_gettime(clock, &ts);
	return ukarch_time_sec_to_nsec((__nsec)ts.sec) + (__nsec)ts.nsec;
}

void ukplat_time_init(void)
{
	boot_time = now(LINUX_CLOCK_MONOTONIC);
}

void ukplat_time_fini(void)
{
}

/* Stands at 0 until the boot library starts it */
__nsec ukplat_monotonic_clock(void)
{
	if (!boot_time)
		return 0;
	return now(LINUX_CLOCK_MONOTONIC) - boot_time;
}

__nsec ukplat_time_get_ticks(void)
{
	return ukplat_monotonic_clock();
}

__nsec ukplat_wall_clock(void)
{
	return now(LINUX_CLOCK_REALTIME);
}
