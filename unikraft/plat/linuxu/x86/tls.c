/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The thread pointer, which is the base of segment fs.
 */
#include <linuxu/syscall.h>
#include <uk/plat/tls.h>

#define ARCH_SET_FS	0x1002

/* What was set: to ask Linux takes as long as to set it */
static __uptr current;

__uptr ukplat_tlsp_get(void)
{
	return current;
}

void ukplat_tlsp_set(__uptr tlsp)
{
	current = tlsp;
	syscall6(__SC_ARCH_PRCTL, ARCH_SET_FS, (long)tlsp, 0, 0, 0, 0);
}
