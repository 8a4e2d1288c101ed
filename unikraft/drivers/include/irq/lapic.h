/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor's own interrupt controller and its timer (local APIC).
 */
#ifndef __DRIVERS_IRQ_LAPIC_H__
#define __DRIVERS_IRQ_LAPIC_H__

#include <uk/arch/types.h>

/* Whether the processor has one */
int lapic_present(void);
/* The physical address of its registers */
__paddr_t lapic_base(void);
#define LAPIC_REGISTERS	0x1000UL	/* bytes */

/*
 * Turns it on with its registers mapped at `registers`. Its timer is masked, and
 * of its pins LINT0; LINT1 brings NMIs. Interrupts that went away come as `spurious`, its own errors as
 * `error`.
 */
void lapic_init(volatile void *registers, __u8 spurious, __u8 error);

__u32 lapic_id(void);
void lapic_ack(void);
/* Whether the interrupt with that vector is in service */
int lapic_in_service(unsigned int vector);
/* Reads and clears the errors that it has seen: bits, by its manual */
__u32 lapic_errors(void);

/* The timer's vector; it stays masked until lapic_timer_mask(0) */
void lapic_timer_init(__u8 vector, int deadline);
void lapic_timer_mask(int masked);
/* Whether it can be set to a value of the time stamp counter */
int lapic_timer_has_deadline(void);

/* One shot, `ticks` from now (deadline: no); 0 stops it */
#define LAPIC_TIMER_MAX	0xffffffffUL
void lapic_timer_set(__u32 ticks);
/* What is left, in ticks */
__u32 lapic_timer_left(void);
/* One shot when the time stamp counter reaches `tsc` (deadline: yes); 0: none */
void lapic_timer_set_deadline(__u64 tsc);

#endif /* __DRIVERS_IRQ_LAPIC_H__ */
