/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frequencies of the time stamp counter as hypervisors and processors tell
 * them, and the time of day as KVM does. Measures nothing.
 */
#include <time/pvclock.h>
#include <uk/arch/lcpu.h>
#include <uk/arch/time.h>
#include <uk/asm/io.h>

#define CPUID1_ECX_HYPERVISOR	(1U << 31)

#define LEAF_RATIO		0x15
#define LEAF_BASE		0x16
#define LEAF_HYPERVISOR		0x40000000
#define LEAF_KVM_FEATURES	0x40000001
#define LEAF_TIMING		0x40000010

#define KVM_FEATURE_CLOCK	(1U << 3)
#define KVM_MSR_WALL_CLOCK	0x4b564d00
#define KVM_MSR_SYSTEM_TIME	0x4b564d01
#define KVM_CLOCK_ENABLE	1

/* "KVMKVMKVM" in ebx, ecx, edx */
#define KVM_EBX			0x4b4d564b
#define KVM_ECX			0x564b4d56
#define KVM_EDX			0x0000004d

static struct cpuid_leaf cpuid(__u32 leaf)
{
	struct cpuid_leaf regs;

	ukarch_x86_cpuid(leaf, 0, &regs.eax, &regs.ebx, &regs.ecx, &regs.edx);
	return regs;
}

/* The highest leaf of the hypervisor's, 0 when there are none */
static __u32 hypervisor_leaves(struct cpuid_leaf *who)
{
	if (!(cpuid(1).ecx & CPUID1_ECX_HYPERVISOR))
		return 0;
	*who = cpuid(LEAF_HYPERVISOR);
	/* More than a hypervisor can have: not its answer */
	return who->eax <= LEAF_HYPERVISOR + 0xff ? who->eax : 0;
}

static int kvm_has_clock(void)
{
	struct cpuid_leaf who;

	return hypervisor_leaves(&who) >= LEAF_KVM_FEATURES
		&& who.ebx == KVM_EBX && who.ecx == KVM_ECX
		&& who.edx == KVM_EDX
		&& (cpuid(LEAF_KVM_FEATURES).eax & KVM_FEATURE_CLOCK);
}

static int is_sound(const struct pvclock *clock)
{
	return clock->mul && clock->shift >= -31 && clock->shift <= 31;
}

__u64 pvclock_hz(const struct pvclock *clock)
{
	int shift = clock->shift;
	__u64 hz;

	if (!is_sound(clock))
		return 0;
	hz = (UKARCH_NSEC_PER_SEC << 32) / clock->mul;
	if (shift >= 0)
		return hz >> shift;
	/* Faster than any: no sense in it */
	return hz >> (40 + shift) ? 0 : hz << -shift;
}

__nsec pvclock_at(const struct pvclock *clock, __u64 tsc)
{
	__u64 ticks = tsc > clock->tsc ? tsc - clock->tsc : 0;

	if (!is_sound(clock))
		return 0;
	ticks = clock->shift < 0 ? ticks >> -clock->shift
				 : ticks << clock->shift;
	return clock->ns + (__nsec)((unsigned __int128)ticks * clock->mul >> 32);
}

/* Where KVM writes; only while somebody asks */
static volatile struct pvclock shared_clock __align(64);
static volatile struct pvclock_wall shared_wall __align(64);

/* The clock as it is now: it is filled in by the time the write is done */
static struct pvclock read_clock(void)
{
	struct pvclock copy;

	wrmsr(KVM_MSR_SYSTEM_TIME,
	      (__paddr_t)&shared_clock | KVM_CLOCK_ENABLE);
	copy.tsc = shared_clock.tsc;
	copy.ns = shared_clock.ns;
	copy.mul = shared_clock.mul;
	copy.shift = shared_clock.shift;
	wrmsr(KVM_MSR_SYSTEM_TIME, 0);
	return copy;
}

__u64 pvclock_tsc_hz(void)
{
	struct pvclock clock;

	if (!kvm_has_clock())
		return 0;
	clock = read_clock();
	return pvclock_hz(&clock);
}

__nsec pvclock_wall_clock(void)
{
	struct pvclock clock;

	if (!kvm_has_clock())
		return 0;
	wrmsr(KVM_MSR_WALL_CLOCK, (__paddr_t)&shared_wall);
	if (!shared_wall.sec)
		return 0;
	clock = read_clock();
	return shared_wall.sec * UKARCH_NSEC_PER_SEC + shared_wall.nsec
		+ pvclock_at(&clock, rdtsc());
}

__u64 cpuid_tsc_hz(const struct cpuid_leaf *leaf15,
		   const struct cpuid_leaf *leaf16)
{
	if (leaf15->eax && leaf15->ebx && leaf15->ecx)
		return (__u64)leaf15->ecx * leaf15->ebx / leaf15->eax;
	return (__u64)(leaf16->eax & 0xffff) * 1000000;
}

__u64 cpuid_tsc_hz_told(void)
{
	struct cpuid_leaf none = { 0, 0, 0, 0 }, ratio = none, base = none, who;
	__u32 leaves = cpuid(0).eax;

	if (hypervisor_leaves(&who) >= LEAF_TIMING && cpuid(LEAF_TIMING).eax)
		return (__u64)cpuid(LEAF_TIMING).eax * 1000;
	if (leaves >= LEAF_RATIO)
		ratio = cpuid(LEAF_RATIO);
	if (leaves >= LEAF_BASE)
		base = cpuid(LEAF_BASE);
	return cpuid_tsc_hz(&ratio, &base);
}
