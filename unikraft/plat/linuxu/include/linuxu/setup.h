/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of this platform ask of each other while starting.
 */
#ifndef __LINUXU_SETUP_H__
#define __LINUXU_SETUP_H__

#include <uk/arch/types.h>
#include <uk/essentials.h>

/*
 * From the entry code. Linux left on the stack: argc, the pointers of argv,
 * a null, those of the environment, a null.
 */
void _liblinuxuplat_entry(__uptr *stack) __noreturn;

/* From the entry code: goes on with ukplat_entry() on another stack */
void linuxu_enter(int argc, char *argv[], __uptr stack_top) __noreturn;

/*
 * Fits the image to the address that Linux chose, and makes constants
 * read-only. Before it ran, no pointer that is stored in the image is valid.
 */
void linuxu_relocate(void);

/* Makes the stack to run on. Returns its top, or 0 when there is no memory */
__uptr linuxu_stack_create(void);

#endif /* __LINUXU_SETUP_H__ */
