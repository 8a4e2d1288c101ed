/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happens on a trap: a library handles it, or the run ends with a report.
 */
#include <kvm/x86/cpu.h>
#include <kvm/interrupt.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/trap.h>

#define VECTOR_NO_VECTORS	7	/* vector registers are forbidden */
#define VECTOR_PAGE_FAULT	14

void kvm_trap(unsigned int vector, struct __regs *regs);

void kvm_trap(unsigned int vector, struct __regs *regs)
{
	struct kvm_vector_state vectors;
	__uptr fault_address = 0;
	int forbidden = kvm_vectors_permit();

	if (vector == VECTOR_PAGE_FAULT)
		__asm__ __volatile__("mov %%cr2, %0" : "=r"(fault_address));
	if (vector == VECTOR_NO_VECTORS && forbidden) {
		if (kvm_vectors_lend())
			return;
		plat_print("\nVector registers are used in an interrupt handler: compile its source as |isr\n");
	}

	kvm_vector_state_save(&vectors);
	if (!plat_trap_raise(vector, regs->orig_rax, fault_address, regs))
		plat_crash_trap(vector, regs->orig_rax, fault_address, regs);
	kvm_vector_state_load(&vectors);
	if (forbidden)
		kvm_vectors_forbid();
}
