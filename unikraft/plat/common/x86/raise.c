/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which event belongs to which vector on x86.
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

/* Not to be handled: NMI (2), double fault (8), machine check (18) */
static struct uk_event *const events[] = {
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
	[14] = EVENT_PTR(UKARCH_TRAP_PAGE_FAULT),
	[16] = EVENT_PTR(UKARCH_TRAP_MATH),
	[17] = EVENT_PTR(UKARCH_TRAP_BUS_ERROR),
	[19] = EVENT_PTR(UKARCH_TRAP_MATH),
	[21] = EVENT_PTR(UKARCH_TRAP_SECURITY),
};

int plat_trap_raise(unsigned int vector, unsigned long error,
		    __uptr fault_address, struct __regs *regs)
{
	static int busy;
	struct ukarch_trap_ctx ctx = {
		.regs = regs,
		.trapnr = (int)vector,
		.error_code = (int)error,
		.fault_address = fault_address,
	};
	int answer;

	if (vector >= ARRAY_SIZE(events) || !events[vector] || busy)
		return 0;
	busy = 1;
	answer = uk_raise_event_ptr(events[vector], &ctx);
	busy = 0;
	return answer > 0;
}
