/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The clocks of Linux, and a timer of the process that sends SIGALRM.
 */
#include <linuxu/signal.h>
#include <linuxu/syscall.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/time.h>

static __s32 timer_id;

static __u64 now(int clock)
{
	struct linux_timespec ts = { 0, 0 };

	sys_clock_gettime(clock, &ts);
	return ukarch_time_sec_to_nsec((__u64)ts.sec) + (__u64)ts.nsec;
}

__u64 plat_counter_read(void)
{
	return now(LINUX_CLOCK_MONOTONIC);
}

static void set_timer(__nsec ns)
{
	struct linux_itimerspec spec = { { 0, 0 }, { 0, 0 } };

	/* No time at all would stop it */
	ns = MAX(ns, (__nsec)1);
	spec.value.sec = (__s64)ukarch_time_nsec_to_sec(ns);
	spec.value.nsec = (__s64)ukarch_time_subsec(ns);
	sys_timer_settime(timer_id, &spec);
}

static void stop_timer(void)
{
	const struct linux_itimerspec never = { { 0, 0 }, { 0, 0 } };

	sys_timer_settime(timer_id, &never);
}

static const struct plat_clock linux_clock = {
	.name = "CLOCK_MONOTONIC",
	.hz = UKARCH_NSEC_PER_SEC,
};

static const struct plat_timer linux_timer = {
	.name = "SIGALRM",
	.irq = LINUX_SIGALRM,
	.max = __SNSEC_MAX,
	.set = set_timer,
	.stop = stop_timer,
};

void plat_time_setup(struct plat_time *time)
{
	const struct linux_sigevent event = { .signo = LINUX_SIGALRM };

	if (sys_timer_create(LINUX_CLOCK_MONOTONIC, &event, &timer_id) < 0) {
		plat_print("Linux gives no timer\n");
		ukplat_exit(UKPLAT_CRASH_STATUS);
	}
	time->clock = &linux_clock;
	time->timer = &linux_timer;
	time->wall = now(LINUX_CLOCK_REALTIME);
}
