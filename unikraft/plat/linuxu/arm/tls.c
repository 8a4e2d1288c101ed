/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The thread pointer, which is a register that programs may write.
 */
#include <uk/plat/tls.h>

__uptr ukplat_tlsp_get(void)
{
	return SYSREG_READ64(tpidr_el0);
}

void ukplat_tlsp_set(__uptr tlsp)
{
	SYSREG_WRITE64(tpidr_el0, tlsp);
}
