/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Switching contexts on x86_64, and the first instructions of new ones
 * (arch/common/ctx.h).
 */
#include <uk/asm.h>

/* struct ukarch_ctx */
#define IP	0
#define SP	8

	.text

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

/*
 * What lies on the stack is the same in all contexts that were left, so that
 * the description for unwinders holds on both sides of the switch.
 */
ENTRY(ukarch_ctx_switch)
	.cfi_startproc
	SAVE	rbp
	SAVE	rbx
	SAVE	r12
	SAVE	r13
	SAVE	r14
	SAVE	r15
	leaq	resumed(%rip), %rax
	movq	%rax, IP(%rdi)
	movq	%rsp, SP(%rdi)
	movq	SP(%rsi), %rsp
	jmp	*IP(%rsi)
resumed:
	RESTORE	r15
	RESTORE	r14
	RESTORE	r13
	RESTORE	r12
	RESTORE	rbx
	RESTORE	rbp
	ret
	.cfi_endproc
ENDPROC(ukarch_ctx_switch)

.macro CLEAR
	xorl	%eax, %eax
	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%esi, %esi
	xorl	%edi, %edi
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
.endm

/* Nobody called: unwinders end here */
.macro BEGIN name
ENTRY(\name)
	.cfi_startproc
	.cfi_undefined rip
.endm

.macro FINISH name
	.cfi_endproc
ENDPROC(\name)
.endm

BEGIN context_start
	CLEAR
	xorl	%ebp, %ebp
	ret
FINISH context_start

BEGIN context_start_keep
	xorl	%ebp, %ebp
	ret
FINISH context_start_keep

BEGIN context_call0
	CLEAR
	xorl	%ebp, %ebp
	ret
FINISH context_call0

BEGIN context_call0_keep
	xorl	%ebp, %ebp
	ret
FINISH context_call0_keep

BEGIN context_call1
	CLEAR
	xorl	%ebp, %ebp
	popq	%rdi
	ret
FINISH context_call1

BEGIN context_call1_keep
	xorl	%ebp, %ebp
	popq	%rdi
	ret
FINISH context_call1_keep

BEGIN context_call2
	CLEAR
	xorl	%ebp, %ebp
	popq	%rdi
	popq	%rsi
	ret
FINISH context_call2

BEGIN context_call2_keep
	xorl	%ebp, %ebp
	popq	%rdi
	popq	%rsi
	ret
FINISH context_call2_keep

BEGIN context_enable_irqs
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbp
	movq	%rsp, %rbp
	andq	$-16, %rsp
	call	ukplat_lcpu_enable_irq
	movq	%rbp, %rsp
	popq	%rbp
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	ret
FINISH context_enable_irqs

/*
 * The instruction before belongs to it, too: unwinders look up return
 * addresses less one.
 */
	.balign	16
	.cfi_startproc
	.cfi_undefined rip
	nop
GLOBAL(context_returned)
	xorl	%ebp, %ebp
	andq	$-16, %rsp
	call	context_entry_returned
	ud2
	.cfi_endproc
ENDPROC(context_returned)

	.section .note.GNU-stack, "", %progbits
