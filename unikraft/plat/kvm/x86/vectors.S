/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Entry code of all vectors: saves the registers as struct __regs on the stack
 * that the processor chose. Traps go to kvm_trap(vector, regs), interrupts to
 * kvm_interrupt(vector) on a stack of their own, which may name a function to
 * call then. Their return resumes what was interrupted, with the registers as
 * they are in memory by then.
 */
#include <uk/arch/lcpu.h>
#include <uk/asm.h>
#include <kvm/cpu.h>
#include <kvm/stack.h>

/* The processor pushes an error code for traps 8, 10 to 14, 17, 21, 29, 30 */
#define HAS_ERROR_CODE	0x60227d00

.macro ENTER vector, target
	pushq	%rdi
	movl	$\vector, %edi
	jmp	\target
.endm

	.text
	.balign KVM_VECTOR_SIZE
GLOBAL(kvm_vectors)
	.set	vector, 0
	.rept	KVM_TRAPS
	.balign	KVM_VECTOR_SIZE
	.if	((HAS_ERROR_CODE >> vector) & 1) == 0
	pushq	$0
	.endif
	ENTER	vector, trap
	.set	vector, vector + 1
	.endr
	.rept	KVM_VECTORS - KVM_TRAPS
	.balign	KVM_VECTOR_SIZE
	pushq	$0
	ENTER	vector, interrupt
	.set	vector, vector + 1
	.endr

/* A push of a register of the interrupted code */
.macro SAVE reg
	pushq	%\reg
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset \reg, 0
.endm

.macro RESTORE reg
	popq	%\reg
	.cfi_adjust_cfa_offset -8
	.cfi_restore \reg
.endm

/* With rdi on the stack already, above the error code and iretq's frame */
.macro SAVE_REGS
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa rsp, 7 * 8
	.cfi_offset rip, -5 * 8
	.cfi_offset rsp, -2 * 8
	.cfi_offset rdi, -7 * 8
	cld
	SAVE	rsi
	SAVE	rdx
	SAVE	rcx
	SAVE	rax
	SAVE	r8
	SAVE	r9
	SAVE	r10
	SAVE	r11
	SAVE	rbx
	SAVE	rbp
	SAVE	r12
	SAVE	r13
	SAVE	r14
	SAVE	r15
	subq	$__REGS_PAD_SIZE, %rsp
	.cfi_adjust_cfa_offset __REGS_PAD_SIZE
.endm

.macro RESTORE_REGS
	addq	$__REGS_PAD_SIZE, %rsp
	.cfi_adjust_cfa_offset -__REGS_PAD_SIZE
	RESTORE	r15
	RESTORE	r14
	RESTORE	r13
	RESTORE	r12
	RESTORE	rbp
	RESTORE	rbx
	RESTORE	r11
	RESTORE	r10
	RESTORE	r9
	RESTORE	r8
	RESTORE	rax
	RESTORE	rcx
	RESTORE	rdx
	RESTORE	rsi
	RESTORE	rdi
	addq	$8, %rsp		/* the error code */
	.cfi_adjust_cfa_offset -8
	iretq
	.cfi_endproc
.endm

/* Frame pointers lead on to what was interrupted, whose registers `regs` has */
.macro PUSH_FRAME regs
	pushq	__REGS_OFFSETOF_RIP(\regs)
	pushq	%rbp
	movq	%rsp, %rbp
.endm

	.balign	16
trap:
	SAVE_REGS
	movq	%rsp, %rsi
	PUSH_FRAME %rsi
	.cfi_adjust_cfa_offset 16
	call	kvm_trap
	addq	$16, %rsp
	.cfi_adjust_cfa_offset -16
	RESTORE_REGS

	.balign	16
interrupt:
	SAVE_REGS
	/* Interrupts stay off while handlers run: the stack is free */
	movq	%rsp, %rbx
	.cfi_def_cfa_register rbx
	movq	$(kvm_irq_stack + __PAGE_SIZE + KVM_IRQ_STACK_SIZE), %rsp
	PUSH_FRAME %rbx
	call	kvm_interrupt
	movq	%rbx, %rsp
	testq	%rax, %rax
	jz	1f
	/* In place of what was interrupted, on its stack */
	PUSH_FRAME %rbx
	call	*%rax
	movq	%rbx, %rsp
	/* It may have been away, and come back by somebody who had them on */
	cli
1:	.cfi_def_cfa_register rsp
	RESTORE_REGS

	.section .note.GNU-stack, "", %progbits
