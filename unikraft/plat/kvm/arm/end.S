/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of the machine. Each way to it may be missing, and then traps: so
 * every vector leads to the next way.
 */
#include <uk/asm.h>
#include <kvm/arm/cpu.h>

/* Calls of Arm's semihosting: number in w0, argument in x1 */
#define SYS_WRITEC		0x03
#define SYS_EXIT_EXTENDED	0x20
#define STOPPED_APPLICATION_EXIT 0x20026

	.text

	/* x19: ways tried. x20: status. x21: conduit */
ENTRY(kvm_end)
	.cfi_startproc
	msr	daifset, #15
	and	w20, w0, #0xff
	mov	w21, w1
	adrp	x0, kvm_end_vectors
	add	x0, x0, #:lo12:kvm_end_vectors
	msr	vbar_el1, x0
	isb
	mov	w19, wzr
	adrp	x22, block
	add	x22, x22, #:lo12:block
	str	x20, [x22, #8]

	mov	w0, #SYS_WRITEC
	add	x1, x22, #8
	hlt	#0xf000
	mov	w0, #SYS_EXIT_EXTENDED
	mov	x1, x22
	hlt	#0xf000

next_way:
	add	w19, w19, #1
	ldr	w0, =PSCI_SYSTEM_OFF
	cmp	w19, #2
	b.hi	3f
	/* The way that the tree names first */
	eor	w1, w19, w21
	tbz	w1, #0, 2f
	hvc	#0
	b	next_way
2:	smc	#0
	b	next_way
3:	wfi
	b	3b
	.cfi_endproc
ENDPROC(kvm_end)

ENTRY(kvm_psci)
	.cfi_startproc
	cbnz	w1, 1f
	hvc	#0
	ret
1:	smc	#0
	ret
	.cfi_endproc
ENDPROC(kvm_psci)

	/* From EL1 on either stack and, at EL2, from EL1; none is for EL0 */
	.section .text.vectors, "ax", %progbits
	.balign	2048
GLOBAL(kvm_end_vectors)
	.rept	12
	.balign	128
	b	next_way
	.endr

	/* What semihosting reads: why it ended, and the status */
	.data
	.balign	16
block:
	.quad	STOPPED_APPLICATION_EXIT
	.quad	0

	.section .note.GNU-stack, "", %progbits
