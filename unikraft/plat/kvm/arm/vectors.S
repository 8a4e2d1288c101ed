/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Entry code of all vectors: saves the registers as struct __regs and calls
 * kvm_trap(vector, regs), whose return resumes what was interrupted.
 */
#include <uk/arch/lcpu.h>
#include <uk/arch/limits.h>
#include <uk/asm.h>
#include <kvm/arm/cpu.h>
#include <kvm/stack.h>

#define SECOND_STACK	(kvm_trap_stacks + __PAGE_SIZE + KVM_TRAP_STACK_SIZE)

/* All general registers but the first two */
.macro RESTORE
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldr	x30, [sp, #__REGS_OFFSETOF_LR]
.endm

	/* From EL1 on either stack. Where EL0's would be, there is code */
	.section .text.vectors, "ax", %progbits
	.balign	2048
GLOBAL(kvm_vectors)
	.set	vector, 0
	.rept	8
	.balign	128
	.if	vector == 4 * KVM_FROM_TRAP + KVM_KIND_SYNC
	b	inside
	.else
	sub	sp, sp, #__TRAP_STACK_SIZE
	stp	x0, x1, [sp]
	mov	w0, #vector
	b	trap
	.endif
	.set	vector, vector + 1
	.endr

	/*
	 * A trap inside an exception, whose stack may be what is wrong: goes
	 * on on the second one, unless that is in use already.
	 */
	.balign	128
inside:
	msr	tpidr_el1, x0
	msr	tpidrro_el0, x1
	mov	x0, sp
	ldr	x1, =SECOND_STACK
	sub	x1, x1, x0
	cmp	x1, #KVM_TRAP_STACK_SIZE
	b.ls	1f
	ldr	x1, =SECOND_STACK
	mov	sp, x1
1:	sub	sp, sp, #__TRAP_STACK_SIZE
	str	x0, [sp, #__SP_OFFSET]
	mrs	x0, tpidr_el1
	mrs	x1, tpidrro_el0
	stp	x0, x1, [sp]
	mov	w0, #(4 * KVM_FROM_TRAP + KVM_KIND_SYNC)
	ldr	x1, [sp, #__SP_OFFSET]
	b	save

	.balign	16
trap:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_def_cfa sp, __TRAP_STACK_SIZE
	.cfi_offset lr, __REGS_OFFSETOF_ELR_EL1 - __TRAP_STACK_SIZE
	.cfi_offset x29, 29 * 8 - __TRAP_STACK_SIZE
	tst	w0, #(KVM_FROM_TRAP << 2)
	mrs	x1, sp_el0
	b.eq	save
	add	x1, sp, #__TRAP_STACK_SIZE
save:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x2, elr_el1
	stp	x30, x2, [sp, #__REGS_OFFSETOF_LR]
	mrs	x2, spsr_el1
	mrs	x3, esr_el1
	stp	x2, x3, [sp, #__REGS_OFFSETOF_SPSR_EL1]
	mrs	x2, sp_el0
	stp	x1, x2, [sp, #__SP_OFFSET]
	mov	x1, sp
	/* A frame that leads backtraces on to what was interrupted */
	ldr	x2, [sp, #__REGS_OFFSETOF_ELR_EL1]
	stp	x29, x2, [sp, #-16]!
	.cfi_adjust_cfa_offset 16
	mov	x29, sp
	bl	kvm_trap
	add	sp, sp, #16
	.cfi_adjust_cfa_offset -16
	ldp	x1, x2, [sp, #__REGS_OFFSETOF_ELR_EL1]
	msr	elr_el1, x1
	msr	spsr_el1, x2
	ldr	x1, [sp, #__SP_OFFSET]
	tbnz	w2, #0, back_inside
	msr	sp_el0, x1
	RESTORE
	ldp	x0, x1, [sp]
	add	sp, sp, #__TRAP_STACK_SIZE
	eret
	/* To code on SP_EL1, which may have been left for the second stack */
back_inside:
	RESTORE
	ldp	x0, x1, [sp]
	msr	tpidr_el1, x0
	ldr	x0, [sp, #__SP_OFFSET]
	mov	sp, x0
	mrs	x0, tpidr_el1
	eret
	.cfi_endproc

	.balign	16
GLOBAL(kvm_call_then)
	.cfi_startproc
	.cfi_signal_frame
	.cfi_def_cfa sp, __TRAP_STACK_SIZE
	.cfi_offset lr, __REGS_OFFSETOF_ELR_EL1 - __TRAP_STACK_SIZE
	.cfi_offset x29, 29 * 8 - __TRAP_STACK_SIZE
	/* A frame that leads backtraces on to what was interrupted */
	ldr	x2, [sp, #__REGS_OFFSETOF_ELR_EL1]
	stp	x29, x2, [sp, #-16]!
	.cfi_adjust_cfa_offset 16
	mov	x29, sp
	blr	x0
	/* It may have been away, and come back by somebody who had them on */
	msr	daifset, #2
	add	sp, sp, #16
	.cfi_adjust_cfa_offset -16
	ldp	x1, x2, [sp, #__REGS_OFFSETOF_ELR_EL1]
	msr	elr_el1, x1
	msr	spsr_el1, x2
	RESTORE
	ldp	x0, x1, [sp]
	add	sp, sp, #__TRAP_STACK_SIZE
	eret
	.cfi_endproc

	.section .note.GNU-stack, "", %progbits
