/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The layout of extended contexts on arm64, for ectx.c and ctx.S.
 *
 * Vectors as NEON sees them are at the begin. By option there follows what SVE
 * adds: once a context was stored whole, its vectors are there, and not at the
 * begin. One that was left by a call needs no more than NEON's part.
 */
#ifndef __ARM64_ECTX_H__
#define __ARM64_ECTX_H__

#define ECTX_FPSR	512
#define ECTX_SCALABLE	528	/* not 0: vectors are in SVE's part */
#define ECTX_SVE	544	/* 32 vectors, 16 predicates, then FFR */

#ifndef __ASSEMBLY__

#include <uk/arch/types.h>
#include <uk/config.h>
#include <uk/essentials.h>

#if CONFIG_ARM64_SVE
/* Length of a vector in bytes; 0 where the processor or its owner has no SVE */
extern __u32 arm64_vector_length __hidden;
#else
#define arm64_vector_length	0U
#endif

#endif /* !__ASSEMBLY__ */

#endif /* __ARM64_ECTX_H__ */
