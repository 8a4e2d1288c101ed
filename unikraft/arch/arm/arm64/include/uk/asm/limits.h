/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: sizes of pages and stacks. See uk/arch/limits.h.
 */
#ifndef __UKARCH_LIMITS_H__
#error Do not include this header directly
#endif

#define __PAGE_SHIFT		12
#ifdef __ASSEMBLY__
#define __PAGE_SIZE		(1 << __PAGE_SHIFT)
#else
#define __PAGE_SIZE		(1ULL << __PAGE_SHIFT)
#endif
#define __PAGE_MASK		(~(__PAGE_SIZE - 1))

#define __STACK_SIZE_PAGE_ORDER	CONFIG_STACK_SIZE_PAGE_ORDER
#define __STACK_SIZE		(__PAGE_SIZE * (1 << __STACK_SIZE_PAGE_ORDER))

#define __STACK_ALIGN_SIZE	16

#define __WORDSIZE		64
#define __WORDSIZE_COMPAT32	1
