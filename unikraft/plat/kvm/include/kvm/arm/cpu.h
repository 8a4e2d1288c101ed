/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64 at EL1, and this platform's use of it.
 *
 * Code runs on SP_EL0; the processor takes exceptions on SP_EL1, the stack of
 * interrupts. So they find a stack, whatever state the interrupted one is in.
 */
#ifndef __KVM_ARM_CPU_H__
#define __KVM_ARM_CPU_H__

#include <uk/config.h>

/* Where memory of QEMU's `virt` begins, and the image (link64.lds.S) */
#define KVM_RAM_BASE		0x40000000
#define KVM_IMAGE_BASE		0x40100000
/* The console of `virt`, for as long as the tree has not told of one */
#define KVM_EARLY_CONSOLE	0x09000000

/*
 * The boot page tables: devices below the first address, RAM up to the other,
 * one to one.
 */
#define KVM_BOOT_RAM_GIB	1
#define KVM_BOOT_END_GIB	256
#define KVM_REACH_START		((__u64)KVM_BOOT_RAM_GIB << 30)
#define KVM_REACH_END		((__u64)KVM_BOOT_END_GIB << 30)

/* MAIR_EL1: an octet per PAGE_ATTR_TYPE_* (uk/asm/paging.h), in that order */
#define KVM_MAIR		0x00f00c040044bbff

/*
 * TCR_EL1 but for the size of physical addresses: 48 bits of virtual ones by
 * TTBR0, 4 KiB pages, tables in shareable write-back memory; TTBR1 off
 */
#define KVM_TCR			0x80803510
#define KVM_TCR_IPS_SHIFT	32
#define KVM_TCR_IPS_MAX		5	/* 48 bits */

/* SCTLR_EL1: MMU, caches, check of the stack pointer's alignment */
#define KVM_SCTLR_RES1		0x30d00800
#define KVM_SCTLR_BOOT		(KVM_SCTLR_RES1 | 0x100d)
/* What is writable is not executable, whatever its entry says */
#define KVM_SCTLR_WXN		0x80000

/* CPACR_EL1: floating point and vectors do not trap, nor do those of SVE */
#define KVM_CPACR_FP		0x300000
#define KVM_CPACR_SVE		0x030000
#if CONFIG_ARM64_SVE
#define KVM_CPACR_ON		(KVM_CPACR_FP | KVM_CPACR_SVE)
#else
#define KVM_CPACR_ON		KVM_CPACR_FP
#endif

/*
 * ZCR_EL1 and ZCR_EL2: vectors of 64 bytes at most, which is what Linux gives
 * its processes. Longer ones would make every thread larger.
 */
#define KVM_ZCR			3
#define KVM_ZCR_EL1		S3_0_C1_C2_0
#define KVM_ZCR_EL2		S3_4_C1_C2_0
/* An extended context with these, in bytes (uk/arch/ctx.h) */
#if CONFIG_ARM64_SVE
#define KVM_ECTX_ROOM		2736
#else
#define KVM_ECTX_ROOM		544
#endif

/* Vectors: four kinds of exceptions, from four states of the processor */
#define KVM_KIND_SYNC		0
#define KVM_KIND_IRQ		1
#define KVM_KIND_FIQ		2
#define KVM_KIND_SERROR		3
#define KVM_KIND(vector)	((vector) & 3)
#define KVM_FROM_THREAD		0	/* EL1 on SP_EL0 */
#define KVM_FROM_TRAP		1	/* EL1 on SP_EL1: inside an exception */
#define KVM_FROM(vector)	((vector) >> 2)

/* PSCI, by number; who answers it */
#define PSCI_SYSTEM_OFF		0x84000008
#define PSCI_SYSTEM_RESET	0x84000009
#define KVM_CONDUIT_HVC		0
#define KVM_CONDUIT_SMC		1

/* Also known to the assembler, which does not read uk/plat/bootstrap.h */
#ifdef __ASSEMBLY__
#define UKPLAT_CRASH_STATUS	254
#else

#include <uk/arch/lcpu.h>
#include <uk/arch/types.h>
#include <uk/fdt.h>

/* The machine's device tree; open from the first instructions in C on */
extern struct uk_fdt kvm_tree;

/* ---- vectors.S, end.S ---- */

/*
 * Changes to page tables that map all that is in use to the same places as those
 * in force, in pages of other sizes, with this for SCTLR_EL1.
 */
void kvm_mmu_restart(__paddr_t top_table, __u64 sctlr);

/* VBAR_EL1 */
extern const char kvm_vectors[];

/*
 * Not called, but returned to by an exception: calls x0, then resumes what the
 * struct __regs on the stack says.
 */
extern const char kvm_call_then[];

/*
 * Tells the host the status and stops the machine, by the ways of README.md
 * one after the other: each may be missing. From any context.
 */
void kvm_end(unsigned int status, unsigned int conduit)
	__attribute__((noreturn));
/* Calls PSCI function `nr` of a conduit that is there; returns its answer */
long kvm_psci(__u32 nr, unsigned int conduit);

/* ---- Set up, in this order ---- */

/* Prints by the console of the tree from here on */
void kvm_console_init(void);
/* The same, with the final page tables */
void kvm_console_map(void);
/* How to end the machine */
void kvm_shutdown_init(void);

struct kvm_boot_info;
/* Fills in what the tree says about memory and modules; all zero before */
void kvm_tree_read(struct kvm_boot_info *info);
/* The command line, in the tree, and its length; or null and 0 */
const char *kvm_tree_cmdline(__sz *len);

/* Finds the interrupt controller */
void kvm_irq_init(void);
/* Handles what the controller has to say. Interrupts are off */
void kvm_irq_handle(void);
#endif /* !__ASSEMBLY__ */

#endif /* __KVM_ARM_CPU_H__ */
