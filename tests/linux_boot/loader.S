/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes an image look like a kernel of Linux to QEMU, and starts it as
 * Firecracker does: in 64-bit mode with the first GiB mapped, at the entry
 * point of its ELF file, rsi pointing to the zero page.
 *
 * QEMU loads this file at 0x10000 and what follows it at 1 MiB, and begins
 * with real mode. The file is the zero page at the same time: QEMU fills in
 * the header, this code the memory map. From the linker's command line:
 * image_entry, image_bss, image_end.
 */

#define SECTORS		12	/* of this file, of 512 bytes */
#define MAX_MEMORY	128

#define BASE		0x10000	/* where QEMU loads this */
#define LEVEL4		0x9000	/* page tables where Firecracker has them */
#define POINTERS	0xa000
#define DIRECTORY	0xb000

	.text
	.code16
	.org	0x1e8
nr_memory:
	.byte	0

	/* The header; what is 0 is filled in by QEMU, or of no use here */
	.org	0x1f1
	.byte	SECTORS - 1
	.org	0x1fe
	.word	0xaa55
	.org	0x200
	.byte	0xeb, far_jump - . - 1
	.ascii	"HdrS"
	.word	0x020c			/* version of the protocol */
	.org	0x211
	.byte	1			/* loaded high */
	.org	0x214
	.long	0x100000
	.org	0x22c
	.long	0x7fffffff		/* highest address for an initrd */
	.long	0x1000			/* alignment */
	.org	0x238
	.long	0xffff			/* longest command line */
	.org	0x268
far_jump:
	jmp	real_mode

	.org	0x2d0
memory:
	.org	0x1000

real_mode:
	cld
	movw	$(BASE >> 4), %ax
	movw	%ax, %ds
	movw	%ax, %es
	xorl	%ebx, %ebx
	movw	$memory, %di
1:	movl	$0xe820, %eax
	movl	$0x534d4150, %edx
	movl	$20, %ecx
	int	$0x15
	jc	2f
	addw	$20, %di
	incb	nr_memory
	cmpb	$MAX_MEMORY, nr_memory
	je	2f
	testl	%ebx, %ebx
	jnz	1b

2:	cli
	lgdtl	gdtr
	movl	%cr0, %eax
	orb	$1, %al
	movl	%eax, %cr0
	ljmpl	$8, $(BASE + protected_mode)

	.code32
protected_mode:
	movl	$16, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss

	movl	$image_bss, %edi
	movl	$image_end, %ecx
	subl	%edi, %ecx
	xorl	%eax, %eax
	rep stosb

	movl	$LEVEL4, %edi
	movl	$(3 * 1024), %ecx
	rep stosl
	movl	$(POINTERS + 3), LEVEL4
	movl	$(DIRECTORY + 3), POINTERS
	movl	$DIRECTORY, %edi
	movl	$0x83, %eax
	movl	$512, %ecx
3:	movl	%eax, (%edi)
	addl	$8, %edi
	addl	$0x200000, %eax
	loop	3b

	movl	$0x20, %eax		/* PAE */
	movl	%eax, %cr4
	movl	$LEVEL4, %eax
	movl	%eax, %cr3
	movl	$0xc0000080, %ecx	/* EFER.LME */
	rdmsr
	orl	$0x100, %eax
	wrmsr
	movl	%cr0, %eax
	orl	$0x80000000, %eax
	movl	%eax, %cr0
	ljmpl	$24, $(BASE + long_mode)

	.code64
long_mode:
	/* Nothing that the protocol does not promise */
	movq	$-1, %rbx
	movq	$-1, %rdi
	movq	$-1, %rbp
	movl	$BASE, %esi
	movl	$image_entry, %eax
	jmp	*%rax

	.balign	8
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff
	.quad	0x00cf93000000ffff
	.quad	0x00af9b000000ffff
gdtr:
	.word	gdtr - gdt - 1
	.long	BASE + gdt

	.org	SECTORS * 512
