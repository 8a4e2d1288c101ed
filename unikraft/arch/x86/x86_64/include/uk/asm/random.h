/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: RDRAND and RDSEED, which need code of their own to be found
 * (random.c). See uk/arch/random.h.
 */
#ifndef __UKARCH_RANDOM_H__
#error Do not include this header directly
#endif
