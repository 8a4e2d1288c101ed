/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How fast the time stamp counter of x86 runs and what time of day it is, when
 * somebody tells: KVM's paravirtual clock, or CPUID.
 */
#ifndef __DRIVERS_TIME_PVCLOCK_H__
#define __DRIVERS_TIME_PVCLOCK_H__

#include <uk/arch/time.h>
#include <uk/arch/types.h>
#include <uk/essentials.h>

/* What the hypervisor writes; the version is odd while it does */
struct pvclock {
	__u32 version;
	__u32 pad;
	__u64 tsc;
	__u64 ns;
	__u32 mul;		/* nanoseconds per tick after `shift`, * 2^32 */
	__s8 shift;		/* of ticks, to the left */
	__u8 flags;
	__u8 pad2[2];
} __packed;

/* The time of day when the paravirtual clock was 0 */
struct pvclock_wall {
	__u32 version;
	__u32 sec;		/* since 1970 */
	__u32 nsec;
} __packed;

/* The frequency that a clock gives, 0 for none */
__u64 pvclock_hz(const struct pvclock *clock);

/*
 * What a clock shows when the counter is at `tsc`; nonsense in it makes 0. A
 * counter that is behind what the hypervisor saw counts as what it saw.
 */
__nsec pvclock_at(const struct pvclock *clock, __u64 tsc);

/* Four registers of a leaf of CPUID */
struct cpuid_leaf {
	__u32 eax, ebx, ecx, edx;
};

/*
 * The frequency that leaves 0x15 (ratio, crystal) and 0x16 (base frequency)
 * give, 0 for none.
 */
__u64 cpuid_tsc_hz(const struct cpuid_leaf *leaf15,
		   const struct cpuid_leaf *leaf16);

/* What this processor and its hypervisor say, 0 for nothing */
__u64 pvclock_tsc_hz(void);
__u64 cpuid_tsc_hz_told(void);

/*
 * Nanoseconds since 1970, as KVM tells; 0 when nobody does. Not while another
 * processor uses the clock: it is KVM's only while this runs.
 */
__nsec pvclock_wall_clock(void);

#endif /* __DRIVERS_TIME_PVCLOCK_H__ */
