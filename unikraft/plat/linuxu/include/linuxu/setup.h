/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of this platform ask of each other while starting.
 */
#ifndef __LINUXU_SETUP_H__
#define __LINUXU_SETUP_H__

#include <uk/arch/types.h>
#include <uk/essentials.h>

/* From x86/entry64.S */
void _liblinuxuplat_entry(int argc, char *argv[]) __noreturn;
void linuxu_enter(int argc, char *argv[], __uptr stack_top) __noreturn;

/* Makes the stack to run on. Returns its top, or 0 when there is no memory */
__uptr linuxu_stack_create(void);

/* Turns the signals that traps cause into crash reports */
void linuxu_signals_init(void);

#endif /* __LINUXU_SETUP_H__ */
