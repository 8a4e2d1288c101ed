/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where Linux starts the process, and what has no C form.
 */
#include <uk/asm.h>

	.text

/* On entry only sp has a meaning; it is aligned */
ENTRY(_liblinuxuplat_start)
	.cfi_startproc
	.cfi_undefined x30
	mov	x29, xzr
	mov	x30, xzr
	mov	x0, sp
	bl	_liblinuxuplat_entry
	brk	#0
	.cfi_endproc
ENDPROC(_liblinuxuplat_start)

/* linuxu_enter(argc, argv, stack top): leaves the stack of Linux for good */
ENTRY(linuxu_enter)
	.cfi_startproc
	.cfi_undefined x30
	mov	sp, x2
	mov	x29, xzr
	mov	x30, xzr
	bl	ukplat_entry
	brk	#0
	.cfi_endproc
ENDPROC(linuxu_enter)

/* Where signal handlers return to */
ENTRY(linuxu_sigreturn)
	mov	x8, #139
	svc	#0
	brk	#0
ENDPROC(linuxu_sigreturn)

	.section .note.GNU-stack, "", %progbits
