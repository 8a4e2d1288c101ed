/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the hypervisor starts the image: 32-bit protected mode, no paging, no
 * stack, ebx holding the address of the start information (PVH). Leads to
 * 64-bit mode with the first 4 GiB mapped one to one, and to C.
 */
#include <uk/arch/limits.h>
#include <uk/asm.h>
#include <kvm/cpu.h>
#include <kvm/pvh.h>
#include <kvm/stack.h>

	.section .note.Xen, "a", %note
	.balign 4
	.long	4			/* length of the name */
	.long	8			/* length of the value */
	.long	PVH_NOTE_ENTRY
	.asciz	"Xen"
	.quad	_libkvmplat_entry

#define BOOT_GIB	4

	.section .text.boot, "ax", %progbits
	.code32

ENTRY(_libkvmplat_entry)
	cld
	cli
	movl	$(kvm_boot_stack + __PAGE_SIZE + __STACK_SIZE), %esp

	/* CPUID overwrites ebx */
	movl	%ebx, %ebp
	movl	$0x80000000, %eax
	cpuid
	cmpl	$0x80000001, %eax
	jb	unsuitable
	movl	$0x80000001, %eax
	cpuid
	andl	$CPUID81_NEEDED, %edx
	cmpl	$CPUID81_NEEDED, %edx
	jne	unsuitable

	/* Directories of 2 MiB pages, contiguous, in rising order */
	movl	$boot_directories, %edi
	movl	$(X86_PTE_PRESENT | X86_PTE_RW | X86_PTE_PSE), %eax
	movl	$(512 * BOOT_GIB), %ecx
1:	movl	%eax, (%edi)
	addl	$8, %edi
	addl	$0x200000, %eax
	loop	1b

	movl	$boot_pointers, %edi
	movl	$(boot_directories + X86_PTE_PRESENT + X86_PTE_RW), %eax
	movl	$BOOT_GIB, %ecx
2:	movl	%eax, (%edi)
	addl	$8, %edi
	addl	$__PAGE_SIZE, %eax
	loop	2b

	movl	$(boot_pointers + X86_PTE_PRESENT + X86_PTE_RW), boot_level4

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
	ljmp	$8, $long_mode

	/* Says on the first serial port what is missing, and stops */
unsuitable:
	movl	$lacking, %esi
	movw	$0x3f8, %dx
3:	lodsb
	testb	%al, %al
	jz	4f
	outb	%al, %dx
	jmp	3b
	/* Ends as ukplat_exit() does */
4:	movw	$KVM_STATUS_PORT, %dx
	inb	%dx, %al
	cmpb	$KVM_STATUS_PRESENT, %al
	movb	$UKPLAT_CRASH_STATUS, %al
	jne	5f
	outb	%al, %dx
5:	movw	$KVM_EXIT_PORT, %dx
	outb	%al, %dx
6:	hlt
	jmp	6b

	.code64
long_mode:
	xorl	%eax, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	movl	%eax, %ss
	movl	%ebp, %edi
	xorl	%ebp, %ebp
	call	kvm_start
	ud2
ENDPROC(_libkvmplat_entry)

	.section .rodata
lacking:
	.asciz	"This image needs a 64-bit processor with NX.\n"

	.balign 8
boot_gdt:
	.quad	0
	.quad	X86_GDT_CODE64
boot_gdtr:
	.word	boot_gdtr - boot_gdt - 1
	.long	boot_gdt

	.section .bss
	.balign __PAGE_SIZE
boot_level4:
	.skip	__PAGE_SIZE
boot_pointers:
	.skip	__PAGE_SIZE
boot_directories:
	.skip	__PAGE_SIZE * BOOT_GIB

	.section .note.GNU-stack, "", %progbits
