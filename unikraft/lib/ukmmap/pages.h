/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pages of mappings: in which state those of a range are, all alike, and what
 * brings them into another one. See areas.c for who uses it.
 */

#ifndef UKMMAP_PAGES_H
#define UKMMAP_PAGES_H

#include <uk/arch/types.h>

/*
 * The addresses that mappings get. As far above lies each page that nobody may
 * touch but whose contents are kept.
 */
#define VM_START	(4UL << 44)
#define VM_END		(5UL << 44)
#define VM_HIDDEN	(VM_END - VM_START)

enum page_state {
	PAGES_RESERVED,		/* addresses only: no memory yet */
	PAGES_HIDDEN,		/* memory, mapped elsewhere */
	PAGES_VISIBLE,
};

/* These return 0 or a negative error code, and then nothing has changed. */

/* From reserved to visible: zeroed */
int pages_populate(__uptr addr, __sz len, int prot);
/* Lets what comes at `addr` be changed without memory for tables */
int pages_split(__uptr addr, enum page_state state, int prot);
/* From visible to visible */
int pages_protect(__uptr addr, __sz len, int prot);
/* From visible to hidden, and back */
int pages_hide(__uptr addr, __sz len);
int pages_show(__uptr addr, __sz len, int prot);
/* From visible or hidden to reserved */
void pages_release(__uptr addr, __sz len, enum page_state state);
/* Puts pages of any state elsewhere, in the same state */
int pages_move(__uptr from, __uptr to, __sz len, enum page_state state,
	       int prot);

#endif /* UKMMAP_PAGES_H */
