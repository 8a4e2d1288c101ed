/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Switching contexts on arm64, the first instructions of new ones
 * (arch/common/ctx.h), and the vector registers of extended contexts.
 */
#include <uk/asm.h>
#include <uk/config.h>
#include "ectx.h"

/* What ukarch_ctx_switch() leaves on the stack */
#define FRAME	96

	.text

/*
 * What lies on the stack is the same in all contexts that were left, so that
 * the description for unwinders holds on both sides of the switch.
 */
ENTRY(ukarch_ctx_switch)
	.cfi_startproc
	stp	x29, x30, [sp, #-FRAME]!
	.cfi_def_cfa_offset FRAME
	.cfi_offset x29, -FRAME
	.cfi_offset x30, -FRAME + 8
	stp	x19, x20, [sp, #16]
	.cfi_offset x19, -FRAME + 16
	.cfi_offset x20, -FRAME + 24
	stp	x21, x22, [sp, #32]
	.cfi_offset x21, -FRAME + 32
	.cfi_offset x22, -FRAME + 40
	stp	x23, x24, [sp, #48]
	.cfi_offset x23, -FRAME + 48
	.cfi_offset x24, -FRAME + 56
	stp	x25, x26, [sp, #64]
	.cfi_offset x25, -FRAME + 64
	.cfi_offset x26, -FRAME + 72
	stp	x27, x28, [sp, #80]
	.cfi_offset x27, -FRAME + 80
	.cfi_offset x28, -FRAME + 88
	adr	x2, resumed
	mov	x3, sp
	stp	x2, x3, [x0]
	ldp	x2, x3, [x1]
	mov	sp, x3
	br	x2
resumed:
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #FRAME
	.cfi_def_cfa_offset 0
	.cfi_restore x29
	.cfi_restore x30
	ret
	.cfi_endproc
ENDPROC(ukarch_ctx_switch)

.macro CLEAR
	.irp	nr, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, \
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 30
	mov	x\nr, xzr
	.endr
.endm

/* Nobody called: unwinders end here */
.macro BEGIN name
ENTRY(\name)
	.cfi_startproc
	.cfi_undefined x30
.endm

.macro FINISH name
	.cfi_endproc
ENDPROC(\name)
.endm

.macro START
	mov	x29, xzr
	ldr	x30, [sp], #16
	ret
.endm

.macro CALL0
	mov	x29, xzr
	ldr	x16, [sp], #16
	adr	x30, context_returned
	br	x16
.endm

.macro CALL1
	mov	x29, xzr
	ldp	x16, x0, [sp], #16
	adr	x30, context_returned
	br	x16
.endm

.macro CALL2
	mov	x29, xzr
	ldr	x16, [sp], #16
	ldp	x0, x1, [sp], #16
	adr	x30, context_returned
	br	x16
.endm

BEGIN context_start
	CLEAR
	START
FINISH context_start

BEGIN context_start_keep
	START
FINISH context_start_keep

BEGIN context_call0
	CLEAR
	CALL0
FINISH context_call0

BEGIN context_call0_keep
	CALL0
FINISH context_call0_keep

BEGIN context_call1
	CLEAR
	CALL1
FINISH context_call1

BEGIN context_call1_keep
	CALL1
FINISH context_call1_keep

BEGIN context_call2
	CLEAR
	CALL2
FINISH context_call2

BEGIN context_call2_keep
	CALL2
FINISH context_call2_keep

/* x16 is what the branch needs: nobody who is continued so misses it */
BEGIN context_enable_irqs
	stp	x0, x1, [sp, #-176]!
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x17, x18, [sp, #128]
	stp	x29, x30, [sp, #144]
	mov	x29, xzr
	bl	ukplat_lcpu_enable_irq
	ldp	x29, x30, [sp, #144]
	ldp	x17, x18, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp], #176
	ldr	x16, [sp], #16
	br	x16
FINISH context_enable_irqs

/*
 * The instruction before belongs to it, too: unwinders look up return
 * addresses less one.
 */
	.balign	16
	.cfi_startproc
	.cfi_undefined x30
	nop
GLOBAL(context_returned)
	mov	x29, xzr
	bl	context_entry_returned
	brk	#0
	.cfi_endproc
ENDPROC(context_returned)

#if CONFIG_ARM64_SVE
	.arch_extension sve

/* Does something with all registers of SVE; x0 points to its part */
.macro SCALABLE what
	.irp	nr, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \
		    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\what	z\nr, [x0, #\nr, mul vl]
	.endr
	addvl	x0, x0, #31
	addvl	x0, x0, #1
.endm

.macro PREDICATES what
	.irp	nr, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\what	p\nr, [x0, #\nr, mul vl]
	.endr
.endm

/* Goes to `label` where there is SVE; changes x1 */
.macro IF_SCALABLE label
	adrp	x1, arm64_vector_length
	ldr	w1, [x1, #:lo12:arm64_vector_length]
	cbnz	w1, \label
.endm

	/* x1: not 0 */
store_scalable:
	.cfi_startproc
	mrs	x2, fpsr
	mrs	x3, fpcr
	stp	x2, x3, [x0, #-(ECTX_SVE - ECTX_FPSR)]
	str	x1, [x0, #-(ECTX_SVE - ECTX_SCALABLE)]
	SCALABLE str
	PREDICATES str
	/* The first-fault register goes by way of a predicate */
	rdffr	p0.b
	str	p0, [x0, #16, mul vl]
	ldr	p0, [x0]
	ret
	.cfi_endproc

load_scalable:
	.cfi_startproc
	ldp	x1, x2, [x0, #-(ECTX_SVE - ECTX_FPSR)]
	msr	fpsr, x1
	msr	fpcr, x2
	SCALABLE ldr
	ldr	p0, [x0, #16, mul vl]
	wrffr	p0.b
	PREDICATES ldr
	ret
	.cfi_endproc
#endif /* CONFIG_ARM64_SVE */

ENTRY(ukarch_ectx_store)
	.cfi_startproc
#if CONFIG_ARM64_SVE
	IF_SCALABLE 2f
#endif
	stp	q0, q1, [x0]
	stp	q2, q3, [x0, #32]
	stp	q4, q5, [x0, #64]
	stp	q6, q7, [x0, #96]
	stp	q8, q9, [x0, #128]
	stp	q10, q11, [x0, #160]
	stp	q12, q13, [x0, #192]
	stp	q14, q15, [x0, #224]
	stp	q16, q17, [x0, #256]
	stp	q18, q19, [x0, #288]
	stp	q20, q21, [x0, #320]
	stp	q22, q23, [x0, #352]
	stp	q24, q25, [x0, #384]
	stp	q26, q27, [x0, #416]
	stp	q28, q29, [x0, #448]
	stp	q30, q31, [x0, #480]
	mrs	x1, fpsr
	mrs	x2, fpcr
	add	x0, x0, #ECTX_FPSR
	stp	x1, x2, [x0]
#if CONFIG_ARM64_SVE
	str	xzr, [x0, #ECTX_SCALABLE - ECTX_FPSR]
#endif
	ret
#if CONFIG_ARM64_SVE
2:	add	x0, x0, #ECTX_SVE
	b	store_scalable
#endif
	.cfi_endproc
ENDPROC(ukarch_ectx_store)

ENTRY(ukarch_ectx_load)
	.cfi_startproc
#if CONFIG_ARM64_SVE
	ldr	x1, [x0, #ECTX_SCALABLE]
	cbnz	x1, 2f
	IF_SCALABLE 3f
1:
#endif
	ldp	q0, q1, [x0]
	ldp	q2, q3, [x0, #32]
	ldp	q4, q5, [x0, #64]
	ldp	q6, q7, [x0, #96]
	ldp	q8, q9, [x0, #128]
	ldp	q10, q11, [x0, #160]
	ldp	q12, q13, [x0, #192]
	ldp	q14, q15, [x0, #224]
	ldp	q16, q17, [x0, #256]
	ldp	q18, q19, [x0, #288]
	ldp	q20, q21, [x0, #320]
	ldp	q22, q23, [x0, #352]
	ldp	q24, q25, [x0, #384]
	ldp	q26, q27, [x0, #416]
	ldp	q28, q29, [x0, #448]
	ldp	q30, q31, [x0, #480]
	add	x0, x0, #ECTX_FPSR
	ldp	x1, x2, [x0]
	msr	fpsr, x1
	msr	fpcr, x2
	ret
#if CONFIG_ARM64_SVE
2:	add	x0, x0, #ECTX_SVE
	b	load_scalable
	/* Loading a vector of NEON's clears the rest of SVE's */
3:	.irp	nr, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	pfalse	p\nr\().b
	.endr
	wrffr	p0.b
	b	1b
#endif
	.cfi_endproc
ENDPROC(ukarch_ectx_load)

/* Functions keep v8 to v15, of which the lower halves */
ENTRY(ukarch_ectx_switch)
	.cfi_startproc
	stp	q8, q9, [x0, #128]
	stp	q10, q11, [x0, #160]
	stp	q12, q13, [x0, #192]
	stp	q14, q15, [x0, #224]
	mrs	x2, fpsr
	mrs	x3, fpcr
	add	x0, x0, #ECTX_FPSR
	stp	x2, x3, [x0]
#if CONFIG_ARM64_SVE
	str	xzr, [x0, #ECTX_SCALABLE - ECTX_FPSR]
	ldr	x2, [x1, #ECTX_SCALABLE]
	cbnz	x2, 2f
#endif
	ldp	q8, q9, [x1, #128]
	ldp	q10, q11, [x1, #160]
	ldp	q12, q13, [x1, #192]
	ldp	q14, q15, [x1, #224]
	add	x1, x1, #ECTX_FPSR
	ldp	x2, x4, [x1]
	msr	fpsr, x2
	/* Most compute in the same way, and to say so takes long */
	cmp	x3, x4
	b.eq	1f
	msr	fpcr, x4
1:	ret
#if CONFIG_ARM64_SVE
2:	add	x0, x1, #ECTX_SVE
	b	load_scalable
#endif
	.cfi_endproc
ENDPROC(ukarch_ectx_switch)

	.section .note.GNU-stack, "", %progbits
