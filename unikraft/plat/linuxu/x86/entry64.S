/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where Linux starts the process, and what has no C form.
 */
#include <uk/asm.h>

	.text

/* On entry only rsp has a meaning */
ENTRY(_liblinuxuplat_start)
	.cfi_startproc
	.cfi_undefined rip
	xorl	%ebp, %ebp
	movq	%rsp, %rdi
	andq	$-16, %rsp
	call	_liblinuxuplat_entry
	ud2
	.cfi_endproc
ENDPROC(_liblinuxuplat_start)

/* linuxu_enter(argc, argv, stack top): leaves the stack of Linux for good */
ENTRY(linuxu_enter)
	.cfi_startproc
	.cfi_undefined rip
	movq	%rdx, %rsp
	xorl	%ebp, %ebp
	call	ukplat_entry
	ud2
	.cfi_endproc
ENDPROC(linuxu_enter)

/* Where signal handlers return to */
ENTRY(linuxu_sigreturn)
	movl	$15, %eax
	syscall
	ud2
ENDPROC(linuxu_sigreturn)

	.section .note.GNU-stack, "", %progbits
