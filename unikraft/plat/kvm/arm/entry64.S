/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the machine starts the image: EL1 or EL2, no MMU, no stack, x0 holding
 * the address of the device tree where a boot loader knew that it is Linux.
 * Leads to EL1 with memory mapped one to one, and to C.
 *
 * The first 64 bytes are the header of Linux images.
 */
#include <uk/arch/lcpu.h>
#include <uk/arch/limits.h>
#include <uk/asm.h>
#include <kvm/arm/cpu.h>
#include <kvm/stack.h>

#define HEADER_MAGIC	0x644d5241	/* "ARM", 0x64 */
#define HEADER_FLAGS	2		/* little-endian, 4 KiB pages */

/* Descriptors of 1 GiB of the boot page tables */
#define BOOT_RAM	(PTE_TYPE_BLOCK | PTE_ATTR_IDX(0) | PTE_ATTR_AF	\
			 | PTE_ATTR_SH(PTE_ATTR_SH_IS))
#define BOOT_DEVICE	(PTE_TYPE_BLOCK | PTE_ATTR_IDX(3) | PTE_ATTR_AF	\
			 | PTE_ATTR_XN)

/* EL2: EL1 is 64-bit, and its hypervisor calls are undefined */
#define HCR_EL2_BOOT	((1 << 31) | (1 << 29))
/* FP, NEON and SVE do not trap */
#define CPTR_EL2_BOOT	0x32ff
/* The field of ID_AA64PFR0_EL1 */
#define PFR0_SVE_SHIFT	32
/* EL1 may use the physical counter and timer */
#define CNTHCTL_BOOT	3
#define ICC_SRE_EL2	S3_4_C12_C9_5
#define ICC_SRE_BOOT	0xf
/* EL1 on SP_EL1, all exceptions masked */
#define SPSR_BOOT	0x3c5

	.section .text.boot, "ax", %progbits

ENTRY(_libkvmplat_entry)
	.cfi_startproc
	.cfi_undefined lr
	b	1f
	.long	0
	/* What it is loaded at, less a multiple of 2 MiB */
	.quad	KVM_IMAGE_BASE - KVM_RAM_BASE
	.quad	_image_size
	.quad	HEADER_FLAGS
	.quad	0, 0, 0
	.long	HEADER_MAGIC
	.long	0

1:	msr	daifset, #15
	mov	x20, x0
	mrs	x0, CurrentEL
	cmp	x0, #(2 << 2)
	b.lo	at_el1
	adr	x1, who_it_is_for
	b.hi	refuse

	/* EL2: let EL1 do as it likes; what comes back nevertheless, ends */
	adrp	x0, kvm_end_vectors
	add	x0, x0, #:lo12:kvm_end_vectors
	msr	vbar_el2, x0
	mov	x0, #HCR_EL2_BOOT
	msr	hcr_el2, x0
	mov	x0, #CPTR_EL2_BOOT
	msr	cptr_el2, x0
	msr	hstr_el2, xzr
	msr	vttbr_el2, xzr
	mrs	x0, midr_el1
	msr	vpidr_el2, x0
	mrs	x0, mpidr_el1
	msr	vmpidr_el2, x0
	mov	x0, #CNTHCTL_BOOT
	msr	cnthctl_el2, x0
	msr	cntvoff_el2, xzr
	mrs	x0, id_aa64pfr0_el1
	ubfx	x0, x0, #24, #4		/* the GIC by system registers */
	cbz	x0, 2f
	mov	x0, #ICC_SRE_BOOT
	msr	ICC_SRE_EL2, x0
2:
#if CONFIG_ARM64_SVE
	mrs	x0, id_aa64pfr0_el1
	ubfx	x0, x0, #PFR0_SVE_SHIFT, #4
	cbz	x0, 8f
	mov	x0, #KVM_ZCR
	msr	KVM_ZCR_EL2, x0
8:
#endif
	ldr	x0, =KVM_SCTLR_RES1
	msr	sctlr_el1, x0
	mov	x0, #SPSR_BOOT
	msr	spsr_el2, x0
	adr	x0, at_el1
	msr	elr_el2, x0
	isb
	eret

at_el1:
	/* Everything else counts on being where it was linked to */
	adr	x0, _libkvmplat_entry
	ldr	x1, =_libkvmplat_entry
	cmp	x0, x1
	adr	x1, where_it_belongs
	b.ne	refuse

	/* Nobody promises that it is zero; its bounds are those of pages */
	ldr	x0, =__bss_start
	ldr	x1, =_end
3:	stp	xzr, xzr, [x0], #16
	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	3b

	/* Entries of 1 GiB, in rising order */
	ldr	x0, =boot_level3
	ldr	x1, =boot_level2
	orr	x2, x1, #PTE_TYPE_TABLE
	str	x2, [x0]
	ldr	x2, =BOOT_DEVICE
	mov	x3, #(1 << 30)
	str	x2, [x1]
	ldr	x2, =((KVM_BOOT_RAM_GIB << 30) | BOOT_RAM)
	add	x4, x1, #(KVM_BOOT_END_GIB * 8)
	add	x1, x1, #(KVM_BOOT_RAM_GIB * 8)
4:	str	x2, [x1], #8
	add	x2, x2, x3
	cmp	x1, x4
	b.lo	4b

	/* Caches may hold what was there before them */
	ldr	x1, =__bss_start
	ldr	x2, =_end
	mrs	x3, ctr_el0
	ubfx	x3, x3, #16, #4		/* words of a line, as a power of 2 */
	mov	x4, #4
	lsl	x3, x4, x3
	dmb	sy
5:	dc	ivac, x1
	add	x1, x1, x3
	cmp	x1, x2
	b.lo	5b
	dsb	sy

	ldr	x1, =KVM_MAIR
	msr	mair_el1, x1
	ldr	x1, =KVM_TCR
	mrs	x2, id_aa64mmfr0_el1
	and	x2, x2, #15
	mov	x3, #KVM_TCR_IPS_MAX
	cmp	x2, x3
	csel	x2, x2, x3, lo
	orr	x1, x1, x2, lsl #KVM_TCR_IPS_SHIFT
	msr	tcr_el1, x1
	ldr	x0, =boot_level3
	msr	ttbr0_el1, x0
	mov	x0, #KVM_CPACR_ON
	msr	cpacr_el1, x0
	isb
#if CONFIG_ARM64_SVE
	mrs	x0, id_aa64pfr0_el1
	ubfx	x0, x0, #PFR0_SVE_SHIFT, #4
	cbz	x0, 8f
	mov	x0, #KVM_ZCR
	msr	KVM_ZCR_EL1, x0
8:
#endif
	tlbi	vmalle1
	ic	iallu
	dsb	nsh
	isb
	ldr	x0, =KVM_SCTLR_BOOT
	msr	sctlr_el1, x0
	isb

	ldr	x0, =kvm_vectors
	msr	vbar_el1, x0
	msr	spsel, #1
	ldr	x0, =(kvm_irq_stack + __PAGE_SIZE + KVM_IRQ_STACK_SIZE)
	mov	sp, x0
	msr	spsel, #0
	ldr	x0, =(kvm_boot_stack + __PAGE_SIZE + __STACK_SIZE)
	mov	sp, x0
	isb
	/* From here on an error of the system ends in a report, too */
	msr	daifclr, #4

	/* Round to nearest, no traps */
	msr	fpcr, xzr
	msr	fpsr, xzr

	msr	tpidr_el0, xzr
	mov	x0, x20
	mov	x29, xzr
	mov	x30, xzr
	bl	kvm_start
	brk	#0

	/* Says so where `virt` has its console, and ends as a crash does */
refuse:
	ldr	x2, =KVM_EARLY_CONSOLE
6:	ldrb	w3, [x1], #1
	cbz	w3, 7f
	str	w3, [x2]
	b	6b
7:	mov	w0, #UKPLAT_CRASH_STATUS
	mov	w1, wzr
	b	kvm_end
	.cfi_endproc
ENDPROC(_libkvmplat_entry)

	.section .text
	/*
	 * The processor must not see an address through both tables, which
	 * divide it into different pages: so none is in force in between.
	 */
ENTRY(kvm_mmu_restart)
	.cfi_startproc
	mrs	x2, sctlr_el1
	bic	x2, x2, #1
	dsb	sy
	msr	sctlr_el1, x2
	isb
	msr	ttbr0_el1, x0
	isb
	tlbi	vmalle1
	dsb	nsh
	isb
	msr	sctlr_el1, x1
	isb
	ret
	.cfi_endproc
ENDPROC(kvm_mmu_restart)

	.section .text.boot
who_it_is_for:
	.asciz	"Cannot boot: this image is not for exception level 3\n"
where_it_belongs:
	.asciz	"Cannot boot: this image has to be loaded at 0x40100000\n"
	.balign	4

	.section .bss
	.balign	__PAGE_SIZE
boot_level3:
	.skip	__PAGE_SIZE
boot_level2:
	.skip	__PAGE_SIZE

	.section .note.GNU-stack, "", %progbits
