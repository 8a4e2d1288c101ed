/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: attributes that only this architecture has. See uk/essentials.h.
 */
#ifndef __UK_ESSENTIALS_H__
#error Do not include this header directly
#endif

/* Images neither sign return addresses nor mark branch targets */
#define __no_pauth
#define __no_bti
#define __no_branch_protection
