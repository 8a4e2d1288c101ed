/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An interrupt, between entry code and controller, and who may use vector
 * registers meanwhile.
 */
#include <kvm/cpu.h>
#include <kvm/interrupt.h>
#include <uk/config.h>
#include <uk/essentials.h>

/* "Task switched": vector instructions trap */
#define CR0_TS		0x08UL

/* What was interrupted, when a handler did use them. With interrupts off */
static struct kvm_vector_state interrupted;
static int lent;

void kvm_vectors_forbid(void)
{
	unsigned long cr0;

	__asm__ __volatile__("mov %%cr0, %0" : "=r"(cr0));
	__asm__ __volatile__("mov %0, %%cr0" : : "r"(cr0 | CR0_TS)
			     : "memory");
}

int kvm_vectors_permit(void)
{
	unsigned long cr0;

	__asm__ __volatile__("mov %%cr0, %0" : "=r"(cr0));
	if (!(cr0 & CR0_TS))
		return 0;
	__asm__ __volatile__("clts" : : : "memory");
	return 1;
}

int kvm_vectors_lend(void)
{
#if CONFIG_KVM_ISR_VECTORS
	kvm_vector_state_save(&interrupted);
	lent = 1;
#endif
	return lent;
}

plat_irq_then_t kvm_interrupt(unsigned int vector)
{
	kvm_vectors_forbid();
	kvm_intctrl_handle(vector);
	kvm_vectors_permit();
	if (lent) {
		kvm_vector_state_load(&interrupted);
		lent = 0;
	}
	return plat_irq_then();
}
