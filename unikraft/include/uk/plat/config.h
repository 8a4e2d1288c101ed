/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sizes that platforms and libraries agree on.
 */
#ifndef __UKPLAT_CONFIG_H__
#define __UKPLAT_CONFIG_H__

#include <uk/arch/limits.h>

#define STACK_SIZE_PAGE_ORDER	__STACK_SIZE_PAGE_ORDER
#define STACK_SIZE		__STACK_SIZE	/* of a thread, in bytes */

#endif /* __UKPLAT_CONFIG_H__ */
