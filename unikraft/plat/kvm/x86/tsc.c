/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks from the processor's time stamp counter. Its frequency comes from the
 * hypervisor or the processor when they tell, else from the timer chip.
 */
#include <kvm/cpu.h>
#include <uk/arch/lcpu.h>
#include <uk/plat/irq.h>
#include <uk/plat/time.h>

#define CPUID_HYPERVISOR	0x40000000
#define CPUID_HYPERVISOR_TSC	0x40000010
#define CPUID_TSC		0x15

#define MEASURE_NS		10000000U

static __u64 boot_ticks;
static __u64 boot_seconds;
/* Nanoseconds per tick, times 2^32 */
static __u64 scale;

static __u64 told_by_hypervisor(void)
{
	__u32 eax, ebx, ecx, edx;

	/* Leaves are there at all when the processor says it is virtual */
	ukarch_x86_cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	if (!(ecx >> 31))
		return 0;
	ukarch_x86_cpuid(CPUID_HYPERVISOR, 0, &eax, &ebx, &ecx, &edx);
	if (eax < CPUID_HYPERVISOR_TSC || eax > CPUID_HYPERVISOR + 0xff)
		return 0;
	ukarch_x86_cpuid(CPUID_HYPERVISOR_TSC, 0, &eax, &ebx, &ecx, &edx);
	return (__u64)eax * 1000;
}

static __u64 told_by_processor(void)
{
	__u32 eax, ebx, ecx, edx;

	ukarch_x86_cpuid(0, 0, &eax, &ebx, &ecx, &edx);
	if (eax < CPUID_TSC)
		return 0;
	/* Crystal's frequency in ecx, counter's in units of it: ebx / eax */
	ukarch_x86_cpuid(CPUID_TSC, 0, &eax, &ebx, &ecx, &edx);
	return eax ? (__u64)ecx * ebx / eax : 0;
}

/* The shortest of some measurements: delays only make them longer */
static __u64 measured(void)
{
	__u64 best = ~0UL, start, len;
	int i;

	for (i = 0; i < 3; i++) {
		start = rdtsc();
		kvm_pit_wait(MEASURE_NS);
		len = rdtsc() - start;
		if (len < best)
			best = len;
	}
	return best * (UKARCH_NSEC_PER_SEC / MEASURE_NS);
}

/* The alarm has done its work by waking the processor */
static int on_alarm(void *arg)
{
	(void)arg;
	return 1;
}

void ukplat_time_init(void)
{
	__u64 hz = told_by_hypervisor();

	if (!hz)
		hz = told_by_processor();
	if (!hz)
		hz = measured();
	/* Slower than any: keeps the scale within 64 bits */
	if (hz < 1000000)
		hz = 1000000;
	scale = (UKARCH_NSEC_PER_SEC << 32) / hz;
	boot_ticks = rdtsc();
	boot_seconds = kvm_rtc_seconds();
	/* Firmware may have left the chip ticking: one last interrupt */
	kvm_pit_alarm(0);
	ukplat_irq_register(KVM_PIT_IRQ, on_alarm, __NULL);
}

void ukplat_time_fini(void)
{
}

__u32 ukplat_time_get_irq(void)
{
	return KVM_PIT_IRQ;
}

__nsec ukplat_time_get_ticks(void)
{
	return rdtsc() - boot_ticks;
}

__nsec ukplat_monotonic_clock(void)
{
	return (__nsec)((unsigned __int128)ukplat_time_get_ticks() * scale
			>> 32);
}

__nsec ukplat_wall_clock(void)
{
	return ukarch_time_sec_to_nsec(boot_seconds) + ukplat_monotonic_clock();
}
