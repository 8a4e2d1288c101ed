/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rounding of addresses and sizes to whole pages.
 */
#ifndef __UK_PAGE_H__
#define __UK_PAGE_H__

#include <uk/arch/limits.h>
#include <uk/essentials.h>

#define round_pgup(a)	ALIGN_UP((a), __PAGE_SIZE)
#define round_pgdown(a)	ALIGN_DOWN((a), __PAGE_SIZE)

#endif /* __UK_PAGE_H__ */
