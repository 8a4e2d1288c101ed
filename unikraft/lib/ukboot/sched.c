/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The scheduler, for which the boot code becomes a thread.
 */
#include <uk/config.h>
#include "boot.h"

#if CONFIG_LIBUKBOOT_INITSCHEDCOOP
#include <uk/schedcoop.h>
#define CREATE	uk_schedcoop_create
#elif CONFIG_LIBUKBOOT_INITSCHEDPREEMPT
#include <uk/schedpreempt.h>
#define CREATE	uk_schedpreempt_create
#endif

#ifdef CREATE
#include <uk/assert.h>
#include <uk/plat/memory.h>

void boot_sched(void)
{
	struct uk_sched *s = CREATE(ukplat_memallocator_get());
	int rc;

	if (!s)
		UK_CRASH("No memory for a scheduler\n");
	rc = uk_sched_start(s);
	if (rc < 0)
		UK_CRASH("Cannot start the scheduler: %d\n", rc);
}
#else
void boot_sched(void)
{
}
#endif
