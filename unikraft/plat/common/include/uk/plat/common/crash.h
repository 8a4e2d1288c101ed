/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What platforms print before a run ends in a crash. Goes to the console
 * directly: no heap, no C library, usable from traps and signal handlers.
 */
#ifndef __PLAT_CMN_CRASH_H__
#define __PLAT_CMN_CRASH_H__

#include <uk/arch/lcpu.h>
#include <uk/arch/stack.h>
#include <uk/essentials.h>

/* Pieces of a report */
void plat_print(const char *text);
void plat_print_hex(unsigned long value, unsigned int digits);
void plat_print_dec(unsigned long value);

/*
 * How much higher the image lies than it is linked to. From the platform, for
 * images that may lie anywhere; set before anything can crash.
 */
extern __uptr plat_load_offset;

/*
 * Prints what lies on the stack from `sp` on: with the registers, that leads to
 * callers that keep no frame pointer. Prints nothing when `sp` is no stack's.
 */
void plat_print_stack(__uptr sp);

/*
 * Ends the line of a fault at `address` when that is in the guard page of a
 * stack, and says whose; else returns 0.
 */
int plat_print_overflow(__uptr address);

/*
 * Prints the thread that runs, if there are threads; then `pc` and the return
 * addresses from the frame at `fp` up.
 */
void plat_print_backtrace(__uptr pc, __uptr fp);

/*
 * Marks the begin of a report. When one has begun before (the report itself
 * crashed), says so and ends the run.
 */
void plat_crash_begin(void);

/* Prints what the processor says of a trap, then ends the run */
void plat_crash_trap(unsigned int vector, unsigned long error,
		     __uptr fault_address,
		     const struct __regs *regs) __noreturn;

/* From the platform: finds the stack that holds `address`, or returns 0 */
int plat_stack_find(__uptr address, struct ukarch_stack *stack);
/* From the platform: whether the page of `address` guards the end of a stack */
int plat_stack_guards(__uptr address);

/* From the platform: boots again, or returns when it cannot */
void plat_restart(void);

#endif /* __PLAT_CMN_CRASH_H__ */
