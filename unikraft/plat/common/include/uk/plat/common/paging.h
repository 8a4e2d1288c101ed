/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The architecture's part of the paging code: pgarch_*(), as x86/paging.h
 * describes them.
 */
#ifndef __PLAT_CMN_PAGING_H__
#define __PLAT_CMN_PAGING_H__

#include <uk/config.h>

#if CONFIG_ARCH_ARM_64
#include <arm/arm64/paging.h>
#else
#include <x86/paging.h>
#endif

#endif /* __PLAT_CMN_PAGING_H__ */
