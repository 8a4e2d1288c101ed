/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happens on a vector: a library handles it, an interrupt handler does,
 * or the run ends with a report.
 */
#include <kvm/arm/cpu.h>
#include <uk/arch/traps.h>
#include <uk/essentials.h>
#include <uk/event.h>
#include <uk/plat/common/crash.h>

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

/* Whether an abort is about the page tables, and not about what is behind */
static int is_page_fault(__u64 esr)
{
	__u64 code = ESR_ISS_ABRT_FSC_FROM(esr);

	return code < ESR_ISS_ABRT_FSC_SYNC;
}

static struct uk_event *event_of(__u64 esr)
{
	switch (ESR_EC_FROM(esr)) {
	case ESR_EL1_EC_UNKNOWN:
	case ESR_EL1_EC_ILL:
	case ESR_EL1_EC_SYS64:
		return EVENT_PTR(UKARCH_TRAP_INVALID_OP);
	case ESR_EL1_EC_BRK64:
	case ESR_EL1_EC_BRKPT_EL1:
	case ESR_EL1_EC_STEP_EL1:
	case ESR_EL1_EC_WATCHP_EL1:
		return EVENT_PTR(UKARCH_TRAP_DEBUG);
	case ESR_EL1_EC_MMU_DABRT_EL1:
	case ESR_EL1_EC_MMU_IABRT_EL1:
		return is_page_fault(esr) ? EVENT_PTR(UKARCH_TRAP_PAGE_FAULT)
			: EVENT_PTR(UKARCH_TRAP_BUS_ERROR);
	case ESR_EL1_EC_PC_ALIGN:
	case ESR_EL1_EC_SP_ALIGN:
		return EVENT_PTR(UKARCH_TRAP_BUS_ERROR);
	case ESR_EL1_EC_FP64:
	case ESR_EL1_EC_SVE_ASIMD_FP_ACC:
		return EVENT_PTR(UKARCH_TRAP_MATH);
	case ESR_EL1_EC_BTI:
	case ESR_EL1_EC_FPAC:
		return EVENT_PTR(UKARCH_TRAP_SECURITY);
	default:
		return __NULL;
	}
}

/* Handlers may use vector registers, and what they interrupted does, too */
static int handled(__uptr far, struct __regs *regs)
{
	struct uk_event *event = event_of(regs->esr_el1);
	struct ukarch_trap_ctx ctx = {
		.regs = regs,
		.esr = regs->esr_el1,
		.el = 1,
		.reason = KVM_KIND_SYNC,
		.far = far,
	};
	struct kvm_vector_state vectors;
	int answer;

	if (!event)
		return 0;
	kvm_vector_state_save(&vectors);
	answer = uk_raise_event_ptr(event, &ctx);
	kvm_vector_state_load(&vectors);
	return answer > 0;
}

/* With vector registers off: whoever touches them in a handler traps */
static void handle_irq(void)
{
	SYSREG_WRITE64(cpacr_el1, 0);
	isb();
	kvm_irq_handle();
	SYSREG_WRITE64(cpacr_el1, KVM_CPACR_FP);
	isb();
}

void kvm_trap(unsigned int vector, struct __regs *regs)
{
	__uptr far = SYSREG_READ64(far_el1);

	if (KVM_FROM(vector) == KVM_FROM_THREAD) {
		if (KVM_KIND(vector) == KVM_KIND_IRQ) {
			handle_irq();
			return;
		}
		if (KVM_KIND(vector) == KVM_KIND_SYNC && handled(far, regs))
			return;
	}
	plat_crash_trap(vector, regs->esr_el1, far, regs);
}
