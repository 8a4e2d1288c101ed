/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: ports, registers of devices in memory, model specific registers, the
 * time stamp counter. For drivers and platforms, in system mode.
 */
#ifndef __UKARCH_X86_64_IO_H__
#define __UKARCH_X86_64_IO_H__

#include <uk/arch/types.h>

static inline void outb(__u16 port, __u8 value)
{
	__asm__ __volatile__("outb %0, %1" : : "a"(value), "Nd"(port)
			     : "memory");
}

static inline void outw(__u16 port, __u16 value)
{
	__asm__ __volatile__("outw %0, %1" : : "a"(value), "Nd"(port)
			     : "memory");
}

static inline void outl(__u16 port, __u32 value)
{
	__asm__ __volatile__("outl %0, %1" : : "a"(value), "Nd"(port)
			     : "memory");
}

static inline __u8 inb(__u16 port)
{
	__u8 value;

	__asm__ __volatile__("inb %1, %0" : "=a"(value) : "Nd"(port)
			     : "memory");
	return value;
}

static inline __u16 inw(__u16 port)
{
	__u16 value;

	__asm__ __volatile__("inw %1, %0" : "=a"(value) : "Nd"(port)
			     : "memory");
	return value;
}

static inline __u32 inl(__u16 port)
{
	__u32 value;

	__asm__ __volatile__("inl %1, %0" : "=a"(value) : "Nd"(port)
			     : "memory");
	return value;
}

/* A register of 64 bits, by halves: the processor has no such read */
static inline __u64 inq(__u16 port)
{
	__u32 low = inl(port);

	return (__u64)inl((__u16)(port + 4)) << 32 | low;
}

static inline void wrmsr(__u32 msr, __u64 value)
{
	__asm__ __volatile__("wrmsr" : : "c"(msr), "a"((__u32)value),
			     "d"((__u32)(value >> 32)) : "memory");
}

static inline __u64 rdmsr(__u32 msr)
{
	__u32 low, high;

	__asm__ __volatile__("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (__u64)high << 32 | low;
}

/* Not before the instructions in front of it have been executed */
static inline __u64 rdtsc(void)
{
	/* It clears the upper halves */
	__u64 low, high;

	__asm__ __volatile__("lfence; rdtsc" : "=a"(low), "=d"(high)
			     : : "memory");
	return high << 32 | low;
}

#endif /* __UKARCH_X86_64_IO_H__ */
