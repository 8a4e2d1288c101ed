/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which event belongs to which class of exceptions on arm64.
 */
#include <uk/arch/traps.h>
#include <uk/essentials.h>
#include <uk/event.h>
#include <uk/plat/common/trap.h>

/* One level of macros, so that the names of the events are expanded */
#define DEFINE_EVENT(name)	UK_EVENT(name)
#define EVENT_PTR(name)		UK_EVENT_PTR(name)

DEFINE_EVENT(UKARCH_TRAP_INVALID_OP);
DEFINE_EVENT(UKARCH_TRAP_DEBUG);
DEFINE_EVENT(UKARCH_TRAP_PAGE_FAULT);
DEFINE_EVENT(UKARCH_TRAP_BUS_ERROR);
DEFINE_EVENT(UKARCH_TRAP_MATH);
DEFINE_EVENT(UKARCH_TRAP_SECURITY);

#define PSTATE_EL_FROM(spsr)	(((spsr) >> 2) & 3)

/* Aborts are page faults only if the tables are the reason */
static struct uk_event *abort_event(unsigned long esr)
{
	unsigned long fault = ESR_ISS_ABRT_FSC_FROM(esr);

	if (fault >= ESR_ISS_ABRT_FSC_SYNC && fault != ESR_ISS_ABRT_FSC_TAG)
		return EVENT_PTR(UKARCH_TRAP_BUS_ERROR);
	return EVENT_PTR(UKARCH_TRAP_PAGE_FAULT);
}

static struct uk_event *event_of(unsigned int class, unsigned long esr)
{
	switch (class) {
	case ESR_EL1_EC_UNKNOWN:
	case ESR_EL1_EC_ILL:
	case ESR_EL1_EC_SYS64:
		return EVENT_PTR(UKARCH_TRAP_INVALID_OP);
	case ESR_EL1_EC_BTI:
	case ESR_EL1_EC_FPAC:
		return EVENT_PTR(UKARCH_TRAP_SECURITY);
	case ESR_EL1_EC_MMU_IABRT_EL0:
	case ESR_EL1_EC_MMU_IABRT_EL1:
	case ESR_EL1_EC_MMU_DABRT_EL0:
	case ESR_EL1_EC_MMU_DABRT_EL1:
		return abort_event(esr);
	case ESR_EL1_EC_PC_ALIGN:
	case ESR_EL1_EC_SP_ALIGN:
		return EVENT_PTR(UKARCH_TRAP_BUS_ERROR);
	case ESR_EL1_EC_FP64:
		return EVENT_PTR(UKARCH_TRAP_MATH);
	case ESR_EL1_EC_BRK_EL0:
	case ESR_EL1_EC_BRK_EL1:
	case ESR_EL1_EC_STEP_EL0:
	case ESR_EL1_EC_STEP_EL1:
	case ESR_EL1_EC_WATCHP_EL0:
	case ESR_EL1_EC_WATCHP_EL1:
	case ESR_EL1_EC_BRK64:
		return EVENT_PTR(UKARCH_TRAP_DEBUG);
	default:
		return __NULL;
	}
}

int plat_trap_raise(unsigned int vector, unsigned long error,
		    __uptr fault_address, struct __regs *regs)
{
	static int busy;
	struct uk_event *event = event_of(vector, error);
	struct ukarch_trap_ctx ctx = {
		.regs = regs,
		.esr = error,
		.el = (int)PSTATE_EL_FROM(regs->spsr_el1),
		.reason = 0,
		.far = fault_address,
	};
	int answer;

	if (!event || busy)
		return 0;
	busy = 1;
	answer = uk_raise_event_ptr(event, &ctx);
	busy = 0;
	return answer > 0;
}
