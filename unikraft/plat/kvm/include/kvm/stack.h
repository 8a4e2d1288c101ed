/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stacks of the platform, each above a page that stays unmapped.
 */
#ifndef __KVM_STACK_H__
#define __KVM_STACK_H__

#include <uk/arch/limits.h>

/* arm64 takes traps on the stack of interrupts; those in handlers on another */
#if CONFIG_ARCH_ARM_64
#define KVM_TRAP_STACKS		1
#else
#define KVM_TRAP_STACKS		2
#endif
#define KVM_TRAP_STACK_SIZE	(3 * __PAGE_SIZE)
#define KVM_IRQ_STACK_SIZE	(4 * __PAGE_SIZE)

#ifndef __ASSEMBLY__

struct kvm_boot_stack {
	char guard[__PAGE_SIZE];
	char memory[__STACK_SIZE];
};

struct kvm_trap_stack {
	char guard[__PAGE_SIZE];
	char memory[KVM_TRAP_STACK_SIZE];
};

/* Interrupt handlers run on it, one at a time */
struct kvm_irq_stack {
	char guard[__PAGE_SIZE];
	char memory[KVM_IRQ_STACK_SIZE];
};

extern struct kvm_irq_stack kvm_irq_stack;
extern struct kvm_boot_stack kvm_boot_stack;
extern struct kvm_trap_stack kvm_trap_stacks[KVM_TRAP_STACKS];

#endif /* !__ASSEMBLY__ */

#endif /* __KVM_STACK_H__ */
