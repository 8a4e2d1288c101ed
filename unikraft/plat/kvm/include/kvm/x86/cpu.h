/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64 in system mode: control registers, descriptors, ports, and this
 * platform's use of them.
 */
#ifndef __KVM_X86_CPU_H__
#define __KVM_X86_CPU_H__

#include <uk/arch/paging.h>

#define X86_CR0_PE		0x00000001
#define X86_CR0_MP		0x00000002
#define X86_CR0_ET		0x00000010
#define X86_CR0_NE		0x00000020
#define X86_CR0_WP		0x00010000
#define X86_CR0_PG		0x80000000
#define X86_CR4_PAE		0x00000020
#define X86_CR4_OSFXSR		0x00000200
#define X86_CR4_OSXMMEXCPT	0x00000400
#define X86_CR4_OSXSAVE		0x00040000
#define X86_CR4_PGE		0x00000080
#define X86_CR4_UMIP		0x00000800
#define X86_CR4_FSGSBASE	0x00010000
#define X86_CR4_SMEP		0x00100000
#define X86_CR4_SMAP		0x00200000
#define X86_MSR_EFER		0xc0000080
#define X86_EFER_LME		0x00000100
#define X86_EFER_NXE		0x00000800
#define X86_MSR_FS_BASE		0xc0000100

/* Paging with write protection, floating point and SSE on */
#define X86_CR0_BOOT							\
	(X86_CR0_PG | X86_CR0_WP | X86_CR0_NE | X86_CR0_ET |		\
	 X86_CR0_MP | X86_CR0_PE)
#define X86_CR4_BOOT							\
	(X86_CR4_PAE | X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT)
/* CPUID leaf 0x80000001, EDX: long mode, NX */
#define CPUID81_NEEDED		((1 << 29) | (1 << 20))

#define X86_GDT_CODE64		0x00209b0000000000
#define X86_GDT_CODE32		0x00cf9b000000ffff
#define X86_GDT_DATA32		0x00cf93000000ffff

/* Vectors: the processor's traps, interrupts by number, the local APIC's own */
#define KVM_TRAPS		32
#define KVM_IRQS		208
#define KVM_VECTOR_ERROR	254
#define KVM_VECTOR_SPURIOUS	255
#define KVM_VECTORS		256
/* What the entry code of a vector takes, in bytes */
#define KVM_VECTOR_SIZE		16

/* QEMU's isa-debugcon: takes the status, reads as a constant */
#define KVM_STATUS_PORT		0x504
#define KVM_STATUS_PRESENT	0xe9
/* QEMU's isa-debug-exit */
#define KVM_EXIT_PORT		0x501

/* What the boot code's page tables map */
#define KVM_BOOT_GIB		4
/* Nothing lies at address 0 */
#define KVM_REACH_START		1UL
#define KVM_REACH_END		((__u64)KVM_BOOT_GIB << 30)

/* Also known to the assembler, which does not read uk/plat/bootstrap.h */
#ifdef __ASSEMBLY__
#define UKPLAT_CRASH_STATUS	254
#else

#include <uk/arch/types.h>
#include <uk/asm/io.h>

/* From vectors.S: one entry of KVM_VECTOR_SIZE bytes per vector */
extern const char kvm_vectors[];

/* Descriptor tables, trap stacks, vector registers, protections */
void kvm_cpu_init(void);
void kvm_features_init(void);
void kvm_vector_init(void);

/*
 * Floating point and vector registers of whatever a trap interrupted, so that
 * handlers may use their own: the format of XSAVE, or of FXSAVE without it.
 */
struct kvm_vector_state {
	__u8 legacy[512];
	__u64 header[8];
	__u8 avx[256];
} __attribute__((aligned(64)));

void kvm_vector_state_save(struct kvm_vector_state *state);
void kvm_vector_state_load(const struct kvm_vector_state *state);

/* The console; its receiver's interrupt comes later, by an init function */
void kvm_serial_init(void);

/*
 * Reads the firmware's tables: while the boot code's page tables are in force,
 * which map the first 4 GiB. `rsdp`: where ACPI's tables begin, 0 to search.
 */
void kvm_firmware_read(__paddr_t rsdp);

/* Interrupt controllers: all lines masked. After kvm_paging_init() */
void kvm_intctrl_init(void);
/* The number of the local timer's interrupt */
#define KVM_IRQ_TIMER	(KVM_IRQS - 1)
/* Whether there is a local interrupt controller, which has a timer */
int kvm_intctrl_has_lapic(void);

#endif /* !__ASSEMBLY__ */

#endif /* __KVM_X86_CPU_H__ */
