/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where Linux starts the process, and what has no C form.
 *
 * On entry rsp points at argc, followed by the pointers of argv. Everything
 * else is undefined.
 */
#include <uk/asm.h>

	.text

ENTRY(_liblinuxuplat_start)
	xorl	%ebp, %ebp
	movq	(%rsp), %rdi
	leaq	8(%rsp), %rsi
	andq	$-16, %rsp
	call	_liblinuxuplat_entry
	ud2
ENDPROC(_liblinuxuplat_start)

/* linuxu_enter(argc, argv, stack top): leaves the stack of Linux for good */
ENTRY(linuxu_enter)
	movq	%rdx, %rsp
	xorl	%ebp, %ebp
	call	ukplat_entry
	ud2
ENDPROC(linuxu_enter)

/* Where signal handlers return to */
ENTRY(linuxu_sigreturn)
	movl	$15, %eax
	syscall
	ud2
ENDPROC(linuxu_sigreturn)

	.section .note.GNU-stack, "", %progbits
