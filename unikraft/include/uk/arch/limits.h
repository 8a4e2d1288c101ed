/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Limits of the types in uk/arch/types.h, sizes of pages and of stacks.
 *
 * Page and stack sizes can be used from assembly and linker scripts.
 */
#ifndef __UKARCH_LIMITS_H__
#define __UKARCH_LIMITS_H__

#include <uk/config.h>
#include <uk/asm/limits.h>

/* Masks an address down to the start of its stack */
#define STACK_MASK_TOP	(~(__STACK_SIZE - 1))

#ifndef __ASSEMBLY__

#define __C_BITS	8
#define __C_MAX		127
#define __C_MAX_U	127U
#define __C_MIN		(-__C_MAX - 1)
#define __UC_MAX	255U
#define __UC_MIN	0U
#define __S_MAX		32767
#define __S_MAX_U	32767U
#define __S_MIN		(-__S_MAX - 1)
#define __US_MAX	65535U
#define __US_MIN	0U
#define __I_MAX		2147483647
#define __I_MAX_U	2147483647U
#define __I_MIN		(-__I_MAX - 1)
#define __UI_MAX	4294967295U
#define __UI_MIN	0U
#define __L_MAX		9223372036854775807L
#define __L_MAX_U	9223372036854775807UL
#define __L_MIN		(-__L_MAX - 1L)
#define __UL_MAX	18446744073709551615UL
#define __UL_MIN	0UL
#define __LL_MAX	9223372036854775807LL
#define __LL_MAX_U	9223372036854775807ULL
#define __LL_MIN	(-__LL_MAX - 1LL)
#define __ULL_MAX	18446744073709551615ULL
#define __ULL_MIN	0ULL

#define __S8_MAX	__C_MAX
#define __S8_MAX_U	__C_MAX_U
#define __S8_MIN	__C_MIN
#define __U8_MAX	__UC_MAX
#define __U8_MIN	__UC_MIN
#define __S16_MAX	__S_MAX
#define __S16_MAX_U	__S_MAX_U
#define __S16_MIN	__S_MIN
#define __U16_MAX	__US_MAX
#define __U16_MIN	__US_MIN
#define __S32_MAX	__I_MAX
#define __S32_MAX_U	__I_MAX_U
#define __S32_MIN	__I_MIN
#define __U32_MAX	__UI_MAX
#define __U32_MIN	__UI_MIN
#define __S64_MAX	__L_MAX
#define __S64_MAX_U	__L_MAX_U
#define __S64_MIN	__L_MIN
#define __U64_MAX	__UL_MAX
#define __U64_MIN	__UL_MIN

#define __PTR_MAX	__U64_MAX
#define __PTR_MIN	__U64_MIN
/* The largest object: its size also fits the signed __ssz */
#define __SZ_MAX	__S64_MAX_U
#define __SZ_MIN	__U64_MIN
#define __SSZ_MAX	__S64_MAX
#define __SSZ_MIN	__S64_MIN
#define __OFF_MAX	__S64_MAX
#define __OFF_MIN	__S64_MIN
#define __VADDR_MAX	__PTR_MAX
#define __VADDR_MIN	__PTR_MIN
#define __PADDR_MAX	__U64_MAX
#define __PADDR_MIN	__U64_MIN

#endif /* !__ASSEMBLY__ */

#endif /* __UKARCH_LIMITS_H__ */
