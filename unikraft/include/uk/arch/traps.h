/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Traps that libraries may handle before the platform gives up.
 *
 * The platform raises an event per kind of trap with a struct
 * ukarch_trap_ctx. When a handler says that it is handled, execution goes on
 * with the registers as the handler left them. A handler must not trap itself;
 * if it does, the run ends with a report about that.
 */
#ifndef __UKARCH_TRAPS_H__
#define __UKARCH_TRAPS_H__

#ifndef __ASSEMBLY__
#include <uk/arch/lcpu.h>
#include <uk/event.h>
#endif

#include <uk/asm/traps.h>

#endif /* __UKARCH_TRAPS_H__ */
