/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the image is started. Three protocols know its entry points:
 *
 *	PVH		the note below	32-bit code, ebx: start information
 *	multiboot	the header	32-bit code, eax: magic, ebx: the same
 *	Linux		the ELF header	64-bit code, rsi: zero page
 *
 * Paging is off, or one to one. All ways lead to 64-bit code with the first
 * 4 GiB mapped one to one, and to C.
 */
#include <uk/arch/lcpu.h>
#include <uk/arch/limits.h>
#include <uk/asm.h>
#include <kvm/x86/cpu.h>
#include <kvm/multiboot.h>
#include <kvm/protocol.h>
#include <kvm/pvh.h>
#include <kvm/stack.h>

	.section .note.Xen, "a", %note
	.balign 4
	.long	4			/* length of the name */
	.long	8			/* length of the value */
	.long	PVH_NOTE_ENTRY
	.asciz	"Xen"
	.quad	pvh_entry

#define MULTIBOOT_FLAGS							\
	(MULTIBOOT_ALIGN | MULTIBOOT_MEMORY | MULTIBOOT_ADDRESSES)

	/* With addresses, as loaders of 32-bit code refuse 64-bit ELF files */
	.section .text.boot, "ax", %progbits
	.balign 4
multiboot_header:
	.long	MULTIBOOT_HEADER_MAGIC
	.long	MULTIBOOT_FLAGS
	.long	-(MULTIBOOT_HEADER_MAGIC + MULTIBOOT_FLAGS)
	.long	multiboot_header
	.long	_text
	.long	_edata
	.long	_end
	.long	multiboot_entry

/* In boot_gdt */
#define SELECTOR_CODE64	8
#define SELECTOR_CODE32	16
#define SELECTOR_DATA32	24

	.code64
ENTRY(_libkvmplat_entry)
	cld
	cli
	/* Back to 32-bit code: what follows builds page tables of its own */
	lgdt	boot_gdtr
	movl	$KVM_PROTOCOL_LINUX, %edi
	movl	%esi, %ebp
	ljmp	*from_linux
ENDPROC(_libkvmplat_entry)

	.code32
linux_entry:
	movl	$SELECTOR_DATA32, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%cr0, %eax
	andl	$~X86_CR0_PG, %eax
	movl	%eax, %cr0
	movl	$X86_MSR_EFER, %ecx
	rdmsr
	andl	$~X86_EFER_LME, %eax
	wrmsr
	jmp	start

multiboot_entry:
	movl	$not_multiboot, %esi
	cmpl	$MULTIBOOT_LOADER_MAGIC, %eax
	jne	refuse
	movl	$KVM_PROTOCOL_MULTIBOOT, %edi
	movl	%ebx, %ebp
	jmp	start

pvh_entry:
	movl	$KVM_PROTOCOL_PVH, %edi
	movl	%ebx, %ebp

	/* edi: the protocol, ebp: its structure */
start:
	cld
	cli
	/* Whether there is memory up to the end of the image */
	movl	$too_small, %esi
	movl	$(_end - 4), %ebx
	movl	$MULTIBOOT_HEADER_MAGIC, (%ebx)
	cmpl	$MULTIBOOT_HEADER_MAGIC, (%ebx)
	jne	refuse
	movl	$0, (%ebx)

	movl	$lacking, %esi
	movl	$0x80000000, %eax
	cpuid
	cmpl	$0x80000001, %eax
	jb	refuse
	movl	$0x80000001, %eax
	cpuid
	movl	%edx, %eax
	andl	$CPUID81_NEEDED, %eax
	cmpl	$CPUID81_NEEDED, %eax
	jne	refuse

	/* Pages of 1 GiB, or else contiguous directories of 2 MiB pages */
	movl	$boot_pointers, %ebx
	movl	$KVM_BOOT_GIB, %ecx
	testl	$X86_CPUID81_PAGE1GB, %edx
	jz	2f
	movl	$(X86_PTE_PRESENT | X86_PTE_RW | X86_PTE_PSE), %eax
1:	movl	%eax, (%ebx)
	addl	$8, %ebx
	addl	$0x40000000, %eax
	loop	1b
	jmp	4f
2:	movl	$(kvm_boot_directories + X86_PTE_PRESENT + X86_PTE_RW), %eax
3:	movl	%eax, (%ebx)
	addl	$8, %ebx
	addl	$__PAGE_SIZE, %eax
	loop	3b
	movl	$kvm_boot_directories, %ebx
	movl	$(X86_PTE_PRESENT | X86_PTE_RW | X86_PTE_PSE), %eax
	movl	$(512 * KVM_BOOT_GIB), %ecx
5:	movl	%eax, (%ebx)
	addl	$8, %ebx
	addl	$0x200000, %eax
	loop	5b
4:	movl	$(boot_pointers + X86_PTE_PRESENT + X86_PTE_RW), boot_level4

	/* Into 64-bit mode */
	movl	$X86_CR4_BOOT, %eax
	movl	%eax, %cr4
	movl	$boot_level4, %eax
	movl	%eax, %cr3
	movl	$X86_MSR_EFER, %ecx
	rdmsr
	orl	$(X86_EFER_LME | X86_EFER_NXE), %eax
	wrmsr
	movl	$X86_CR0_BOOT, %eax
	movl	%eax, %cr0
	lgdt	boot_gdtr
	ljmp	$SELECTOR_CODE64, $long_mode

	/* Says on the first serial port what esi points to, and stops */
refuse:
	movw	$0x3f8, %dx
1:	lodsb
	testb	%al, %al
	jz	2f
	outb	%al, %dx
	jmp	1b
	/* Ends as ukplat_exit() does */
2:	movw	$KVM_STATUS_PORT, %dx
	inb	%dx, %al
	cmpb	$KVM_STATUS_PRESENT, %al
	movb	$UKPLAT_CRASH_STATUS, %al
	jne	3f
	outb	%al, %dx
3:	movw	$KVM_EXIT_PORT, %dx
	outb	%al, %dx
	/* A trap that cannot be taken resets the machine */
	lidt	no_vectors
	int3
4:	hlt
	jmp	4b

	.code64
long_mode:
	xorl	%eax, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	movl	%eax, %ss
	movl	$(kvm_boot_stack + __PAGE_SIZE + __STACK_SIZE), %esp
	movl	%ebp, %esi
	xorl	%ebp, %ebp
	call	kvm_start
	ud2

	.section .rodata
lacking:
	.asciz	"Cannot boot: this image needs a 64-bit processor with NX.\n"
too_small:
	.asciz	"Cannot boot: there is too little memory for the image.\n"
not_multiboot:
	.asciz	"Cannot boot: it was not started by the multiboot protocol.\n"

	.balign 8
boot_gdt:
	.quad	0
	.quad	X86_GDT_CODE64
	.quad	X86_GDT_CODE32
	.quad	X86_GDT_DATA32
boot_gdtr:
	.word	boot_gdtr - boot_gdt - 1
	.quad	boot_gdt
from_linux:
	.long	linux_entry
	.word	SELECTOR_CODE32
no_vectors:
	.word	0
	.quad	0

	.section .bss
	.balign __PAGE_SIZE
boot_level4:
	.skip	__PAGE_SIZE
boot_pointers:
	.skip	__PAGE_SIZE
GLOBAL(kvm_boot_directories)
	.skip	__PAGE_SIZE * KVM_BOOT_GIB

	.section .note.GNU-stack, "", %progbits
