/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of the process.
 */
#include <linuxu/syscall.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

#define LINUX_EBUSY	16

void ukplat_exit(int status)
{
	sys_exit_group(status & 0xff);
}

/* A process cannot start itself again: whoever started it can */
void plat_restart(void)
{
}

int ukplat_suspend(void)
{
	return -LINUX_EBUSY;
}
