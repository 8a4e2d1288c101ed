/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An entry of page tables in the place of another one: "break before make" of
 * Arm's manual (D8.14.1, Arm DDI 0487) for entries that may map what runs here.
 */
#include <uk/asm.h>

	.section .text
	/*
	 * x0: the entry, mapped one to one as this code is; x1: its value. Without
	 * the MMU, addresses are physical ones, and stores do not see caches.
	 */
ENTRY(pgarch_entry_replace)
	.cfi_startproc
	mrs	x2, daif
	msr	daifset, #15
	mrs	x3, sctlr_el1
	bic	x4, x3, #1		/* SCTLR_EL1.M */
	dc	civac, x0
	dsb	sy
	msr	sctlr_el1, x4
	isb
	str	x1, [x0]
	dsb	sy
	dc	ivac, x0
	tlbi	vmalle1
	dsb	sy
	isb
	msr	sctlr_el1, x3
	isb
	msr	daif, x2
	ret
	.cfi_endproc
ENDPROC(pgarch_entry_replace)

	.section .note.GNU-stack, "", %progbits
