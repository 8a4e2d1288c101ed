/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The local APIC, through its registers in memory. One processor only.
 */
#include <irq/lapic.h>
#include <uk/arch/lcpu.h>
#include <uk/asm/io.h>

#define CPUID1_EDX_APIC		(1U << 9)
#define CPUID1_ECX_DEADLINE	(1U << 24)

#define MSR_BASE		0x1b
#define MSR_BASE_X2APIC		0x400
#define MSR_BASE_ENABLED	0x800
#define MSR_BASE_ADDRESS	0x000ffffffffff000UL
#define MSR_DEADLINE		0x6e0

/* Offsets in bytes */
#define REG_ID			0x020
#define REG_PRIORITY		0x080
#define REG_EOI			0x0b0
#define REG_SPURIOUS		0x0f0
#define REG_IN_SERVICE		0x100
#define REG_ERRORS		0x280
#define REG_LVT_TIMER		0x320
#define REG_LVT_LINT0		0x350
#define REG_LVT_LINT1		0x360
#define REG_LVT_ERROR		0x370
#define REG_TIMER_INITIAL	0x380
#define REG_TIMER_CURRENT	0x390
#define REG_TIMER_DIVIDE	0x3e0

#define SPURIOUS_ENABLE		0x100
#define LVT_MASKED		0x10000
#define LVT_NMI			0x400
#define LVT_TIMER_DEADLINE	0x40000
#define DIVIDE_BY_16		0x3

static volatile __u32 *regs;
static __u32 timer_entry = LVT_MASKED;

static __u32 read_reg(unsigned int offset)
{
	return regs[offset / 4];
}

static void write_reg(unsigned int offset, __u32 value)
{
	regs[offset / 4] = value;
}

int lapic_present(void)
{
	__u32 eax, ebx, ecx, edx;

	ukarch_x86_cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	return !!(edx & CPUID1_EDX_APIC);
}

__paddr_t lapic_base(void)
{
	return rdmsr(MSR_BASE) & MSR_BASE_ADDRESS;
}

void lapic_init(volatile void *registers, __u8 spurious, __u8 error)
{
	__u64 base = rdmsr(MSR_BASE);

	regs = registers;
	/* Registers are in memory in one of its modes only */
	if (base & MSR_BASE_X2APIC)
		wrmsr(MSR_BASE, base & ~(__u64)(MSR_BASE_X2APIC
						| MSR_BASE_ENABLED));
	wrmsr(MSR_BASE, (base & ~(__u64)MSR_BASE_X2APIC) | MSR_BASE_ENABLED);

	write_reg(REG_SPURIOUS, SPURIOUS_ENABLE | spurious);
	write_reg(REG_PRIORITY, 0);
	write_reg(REG_LVT_TIMER, LVT_MASKED);
	write_reg(REG_LVT_LINT0, LVT_MASKED);
	write_reg(REG_LVT_LINT1, LVT_NMI);
	write_reg(REG_LVT_ERROR, error);
	lapic_errors();
	lapic_ack();
}

__u32 lapic_id(void)
{
	return read_reg(REG_ID) >> 24;
}

void lapic_ack(void)
{
	write_reg(REG_EOI, 0);
}

int lapic_in_service(unsigned int vector)
{
	return !!(read_reg(REG_IN_SERVICE + vector / 32 * 16)
		  & 1U << vector % 32);
}

__u32 lapic_errors(void)
{
	/* A write makes it take down what it has seen since the last one */
	write_reg(REG_ERRORS, 0);
	return read_reg(REG_ERRORS);
}

void lapic_timer_init(__u8 vector, int deadline)
{
	timer_entry = vector | LVT_MASKED;
	if (deadline)
		timer_entry |= LVT_TIMER_DEADLINE;
	write_reg(REG_TIMER_DIVIDE, DIVIDE_BY_16);
	write_reg(REG_LVT_TIMER, timer_entry);
	/* The switch of mode has to be seen before the first deadline is */
	mb();
}

void lapic_timer_mask(int masked)
{
	if (masked)
		timer_entry |= LVT_MASKED;
	else
		timer_entry &= ~(__u32)LVT_MASKED;
	write_reg(REG_LVT_TIMER, timer_entry);
}

int lapic_timer_has_deadline(void)
{
	__u32 eax, ebx, ecx, edx;

	ukarch_x86_cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	return !!(ecx & CPUID1_ECX_DEADLINE);
}

void lapic_timer_set(__u32 ticks)
{
	write_reg(REG_TIMER_INITIAL, ticks);
}

__u32 lapic_timer_left(void)
{
	return read_reg(REG_TIMER_CURRENT);
}

void lapic_timer_set_deadline(__u64 tsc)
{
	wrmsr(MSR_DEADLINE, tsc);
}
