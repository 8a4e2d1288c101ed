/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the entry code of interrupts to their controller, and vector registers
 * in between: handlers are compiled to leave them alone, so that they need not
 * be saved each time. While handlers run, the processor traps on them.
 */
#ifndef __KVM_INTERRUPT_H__
#define __KVM_INTERRUPT_H__

#include <uk/plat/common/irq.h>

/*
 * Vectors from KVM_TRAPS on; on the stack for interrupts, interrupts off.
 * Returns what to call on the stack of what was interrupted, or null.
 */
plat_irq_then_t kvm_interrupt(unsigned int vector);
void kvm_intctrl_handle(unsigned int vector);

/* Have the processor trap, or not. Permitting returns whether it did */
void kvm_vectors_forbid(void);
int kvm_vectors_permit(void);

/*
 * A handler that trapped wants to go on, with vector registers permitted: saves
 * what they held until the interrupt ends. Returns 0 where that is not wanted
 * (option KVM_ISR_VECTORS).
 */
int kvm_vectors_lend(void);

#endif /* __KVM_INTERRUPT_H__ */
