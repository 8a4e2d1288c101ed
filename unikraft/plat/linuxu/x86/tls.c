/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The thread pointer, which is the base of segment fs.
 */
#include <linuxu/syscall.h>
#include <uk/plat/tls.h>

#define ARCH_SET_FS	0x1002
#define ARCH_GET_FS	0x1003

__uptr ukplat_tlsp_get(void)
{
	__uptr tlsp = 0;

	syscall6(__SC_ARCH_PRCTL, ARCH_GET_FS, (long)&tlsp, 0, 0, 0, 0);
	return tlsp;
}

void ukplat_tlsp_set(__uptr tlsp)
{
	syscall6(__SC_ARCH_PRCTL, ARCH_SET_FS, (long)tlsp, 0, 0, 0, 0);
}
