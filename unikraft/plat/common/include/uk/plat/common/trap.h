/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Traps, offered to libraries as events (uk/arch/traps.h).
 */
#ifndef __PLAT_CMN_TRAP_H__
#define __PLAT_CMN_TRAP_H__

#include <uk/arch/lcpu.h>

/*
 * Raises the event that belongs to a trap; the arguments are those of
 * plat_crash_trap(). Returns not 0 when it was handled: execution goes on with
 * the registers as they are then. A trap inside a handler is never handled.
 */
int plat_trap_raise(unsigned int vector, unsigned long error,
		    __uptr fault_address, struct __regs *regs);

#endif /* __PLAT_CMN_TRAP_H__ */
