/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ports and registers of devices, under the name by which drivers of old ask
 * for them: inb() and its kin on x86, ioreg_read32() and its kin on Arm.
 */
#ifndef __PLAT_CMN_CPU_H__
#define __PLAT_CMN_CPU_H__

#include <uk/arch/lcpu.h>
#ifdef __X86_64__
#include <uk/asm/io.h>
#endif

#endif /* __PLAT_CMN_CPU_H__ */
