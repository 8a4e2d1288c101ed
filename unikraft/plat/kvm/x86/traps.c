/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happens on a trap: a library handles it, or the run ends with a report.
 */
#include <kvm/cpu.h>
#include <kvm/interrupt.h>
#include <uk/arch/traps.h>
#include <uk/essentials.h>
#include <uk/event.h>
#include <uk/plat/common/crash.h>

#define VECTOR_NO_VECTORS	7	/* vector registers are forbidden */
#define VECTOR_PAGE_FAULT	14

void kvm_trap(unsigned int vector, struct __regs *regs);

/* One level of macros, so that the names of the events are expanded */
#define DEFINE_EVENT(name)	UK_EVENT(name)
#define EVENT_PTR(name)		UK_EVENT_PTR(name)

DEFINE_EVENT(UKARCH_TRAP_INVALID_OP);
DEFINE_EVENT(UKARCH_TRAP_DEBUG);
DEFINE_EVENT(UKARCH_TRAP_PAGE_FAULT);
DEFINE_EVENT(UKARCH_TRAP_BUS_ERROR);
DEFINE_EVENT(UKARCH_TRAP_MATH);
DEFINE_EVENT(UKARCH_TRAP_SECURITY);

/* Not to be handled: NMI (2), double fault (8), machine check (18) */
static struct uk_event *const events[KVM_TRAPS] = {
	[0] = EVENT_PTR(UKARCH_TRAP_MATH),
	[1] = EVENT_PTR(UKARCH_TRAP_DEBUG),
	[3] = EVENT_PTR(UKARCH_TRAP_DEBUG),
	[4] = EVENT_PTR(UKARCH_TRAP_MATH),
	[5] = EVENT_PTR(UKARCH_TRAP_MATH),
	[6] = EVENT_PTR(UKARCH_TRAP_INVALID_OP),
	[7] = EVENT_PTR(UKARCH_TRAP_MATH),
	[10] = EVENT_PTR(UKARCH_TRAP_BUS_ERROR),
	[11] = EVENT_PTR(UKARCH_TRAP_BUS_ERROR),
	[12] = EVENT_PTR(UKARCH_TRAP_BUS_ERROR),
	[13] = EVENT_PTR(UKARCH_TRAP_SECURITY),
	[VECTOR_PAGE_FAULT] = EVENT_PTR(UKARCH_TRAP_PAGE_FAULT),
	[16] = EVENT_PTR(UKARCH_TRAP_MATH),
	[17] = EVENT_PTR(UKARCH_TRAP_BUS_ERROR),
	[19] = EVENT_PTR(UKARCH_TRAP_MATH),
	[21] = EVENT_PTR(UKARCH_TRAP_SECURITY),
};

/*
 * Handlers must not trap themselves: the processor would reuse the stack that
 * the first trap still needs.
 */
static int handled(unsigned int vector, __uptr fault_address,
		   struct __regs *regs)
{
	static int busy;
	struct ukarch_trap_ctx ctx = {
		.regs = regs,
		.trapnr = (int)vector,
		.error_code = (int)regs->orig_rax,
		.fault_address = fault_address,
	};
	int answer;

	if (!events[vector] || busy)
		return 0;
	busy = 1;
	answer = uk_raise_event_ptr(events[vector], &ctx);
	busy = 0;
	return answer > 0;
}

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
	if (!handled(vector, fault_address, regs))
		plat_crash_trap(vector, regs->orig_rax, fault_address, regs);
	kvm_vector_state_load(&vectors);
	if (forbidden)
		kvm_vectors_forbid();
}
