/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: the assembler's word. See uk/arch/types.h.
 */
#ifndef __UKARCH_TYPES_H__
#error Do not include this header directly
#endif

#ifdef __ASSEMBLY__
#define _WORD	.quad
#else
#define _WORD	".quad"
#endif
