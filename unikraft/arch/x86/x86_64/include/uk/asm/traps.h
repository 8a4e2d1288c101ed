/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: what a trap handler gets, and the events. See uk/arch/traps.h.
 */
#ifndef __UKARCH_TRAPS_H__
#error Do not include this header directly
#endif

#ifndef __ASSEMBLY__

struct ukarch_trap_ctx {
	struct __regs *regs;		/* in force again afterwards */
	int trapnr;			/* vector, 0 to 31 */
	int error_code;			/* 0 when the vector has none */
	unsigned long fault_address;	/* page faults only */
};

#endif /* !__ASSEMBLY__ */

/* Events; a platform raises those that it can tell apart */
#define UKARCH_TRAP_INVALID_OP	trap_invalid_op	/* #UD */
#define UKARCH_TRAP_DEBUG	trap_debug	/* #DB, #BP */
#define UKARCH_TRAP_PAGE_FAULT	trap_page_fault	/* #PF */
#define UKARCH_TRAP_BUS_ERROR	trap_bus_error	/* #AC, #NP, #SS, #TS, #MC */
#define UKARCH_TRAP_MATH	trap_math	/* #DE, #MF, #XM, #OF, #BR, #NM */
#define UKARCH_TRAP_SECURITY	trap_security	/* #GP, #CP */
