/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of the machine. Each way to it may be missing, and then traps: so
 * every vector leads to the next way. Needs no memory but a few constants.
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
	adr	x0, end_vectors
	msr	vbar_el1, x0
	isb
	mov	w19, wzr
	/* Places for what semihosting reads: rows of one constant per status */
	adrp	x1, statuses
	add	x1, x1, #:lo12:statuses
	add	x22, x1, w20, uxtw #4

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

	.balign	2048
end_vectors:
	.rept	16
	.balign	128
	b	next_way
	.endr

ENTRY(kvm_psci)
	.cfi_startproc
	cbnz	w1, 1f
	hvc	#0
	ret
1:	smc	#0
	ret
	.cfi_endproc
ENDPROC(kvm_psci)

	.section .rodata
	.balign	16
statuses:
	.set	status, 0
	.rept	256
	.quad	STOPPED_APPLICATION_EXIT
	.quad	status
	.set	status, status + 1
	.endr

	.section .note.GNU-stack, "", %progbits
