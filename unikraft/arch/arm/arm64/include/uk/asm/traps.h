/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: what a trap handler gets, and the events. See uk/arch/traps.h.
 */
#ifndef __UKARCH_TRAPS_H__
#error Do not include this header directly
#endif

#ifndef __ASSEMBLY__

struct ukarch_trap_ctx {
	struct __regs *regs;	/* in force again afterwards */
	unsigned long esr;	/* syndrome: ESR_* of uk/asm/arch.h */
	int el;			/* exception level that trapped: 0 or 1 */
	int reason;		/* 0 synchronous, 1 IRQ, 2 FIQ, 3 SError */
	unsigned long far;	/* aborts and misaligned accesses only */
};

#endif /* !__ASSEMBLY__ */

/* Events; a platform raises those that it can tell apart */
#define UKARCH_TRAP_INVALID_OP	trap_invalid_op	/* undefined instruction */
#define UKARCH_TRAP_DEBUG	trap_debug	/* BRK, steps, watchpoints */
#define UKARCH_TRAP_PAGE_FAULT	trap_page_fault	/* aborts: unmapped, denied */
#define UKARCH_TRAP_BUS_ERROR	trap_bus_error	/* misaligned, external aborts */
#define UKARCH_TRAP_MATH	trap_math	/* floating-point exceptions */
#define UKARCH_TRAP_SECURITY	trap_security	/* branch targets, signatures */
