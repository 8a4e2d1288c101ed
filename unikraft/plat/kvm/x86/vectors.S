/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Entry code of all vectors: saves the registers as struct __regs and calls
 * kvm_trap(vector, regs), whose return resumes what was interrupted.
 */
#include <uk/arch/lcpu.h>
#include <uk/asm.h>
#include <kvm/cpu.h>

/* The processor pushes an error code for traps 8, 10 to 14, 17, 21, 29, 30 */
#define HAS_ERROR_CODE	0x60227d00

.macro ENTER vector
	pushq	%rdi
	movl	$\vector, %edi
	jmp	trap
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
	ENTER	vector
	.set	vector, vector + 1
	.endr
	.rept	KVM_VECTORS - KVM_TRAPS
	.balign	KVM_VECTOR_SIZE
	pushq	$0
	ENTER	vector
	.set	vector, vector + 1
	.endr

	.balign	16
trap:
	cld
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%rax
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$__REGS_PAD_SIZE, %rsp
	movq	%rsp, %rsi
	call	kvm_trap
	addq	$__REGS_PAD_SIZE, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	addq	$8, %rsp		/* the error code */
	iretq

	.section .note.GNU-stack, "", %progbits
