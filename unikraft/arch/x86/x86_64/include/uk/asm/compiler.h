/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: attributes that only this architecture has. See uk/essentials.h.
 */
#ifndef __UK_ESSENTIALS_H__
#error Do not include this header directly
#endif
