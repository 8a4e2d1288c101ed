/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: saved registers, barriers, CPUID. See uk/arch/lcpu.h.
 */
#ifndef __UKARCH_LCPU_H__
#error Do not include this header directly
#endif

#define CACHE_LINE_SIZE		64

#ifndef __ASSEMBLY__

/*
 * General registers as trap entry code leaves them on the stack. The last
 * five are the frame that the processor pushes. A multiple of 16 bytes.
 */
struct __regs {
	unsigned long pad;
	unsigned long r15;
	unsigned long r14;
	unsigned long r13;
	unsigned long r12;
	unsigned long rbp;
	unsigned long rbx;
	unsigned long r11;
	unsigned long r10;
	unsigned long r9;
	unsigned long r8;
	unsigned long rax;
	unsigned long rcx;
	unsigned long rdx;
	unsigned long rsi;
	unsigned long rdi;
	unsigned long orig_rax;	/* error code, or number of a system call */
	unsigned long rip;
	unsigned long cs;
	unsigned long eflags;
	unsigned long rsp;
	unsigned long ss;
};

#endif /* !__ASSEMBLY__ */

#define __REGS_OFFSETOF_PAD		0
#define __REGS_OFFSETOF_R15		8
#define __REGS_OFFSETOF_R14		16
#define __REGS_OFFSETOF_R13		24
#define __REGS_OFFSETOF_R12		32
#define __REGS_OFFSETOF_RBP		40
#define __REGS_OFFSETOF_RBX		48
#define __REGS_OFFSETOF_R11		56
#define __REGS_OFFSETOF_R10		64
#define __REGS_OFFSETOF_R9		72
#define __REGS_OFFSETOF_R8		80
#define __REGS_OFFSETOF_RAX		88
#define __REGS_OFFSETOF_RCX		96
#define __REGS_OFFSETOF_RDX		104
#define __REGS_OFFSETOF_RSI		112
#define __REGS_OFFSETOF_RDI		120
#define __REGS_OFFSETOF_ORIG_RAX	128
#define __REGS_OFFSETOF_RIP		136
#define __REGS_OFFSETOF_CS		144
#define __REGS_OFFSETOF_EFLAGS		152
#define __REGS_OFFSETOF_RSP		160
#define __REGS_OFFSETOF_SS		168
#define __REGS_PAD_SIZE			8
#define __REGS_SIZEOF			176

/* CPUID leaf 1 */
#define X86_CPUID1_ECX_x2APIC	(1 << 21)
#define X86_CPUID1_ECX_XSAVE	(1 << 26)
#define X86_CPUID1_ECX_OSXSAVE	(1 << 27)
#define X86_CPUID1_ECX_AVX	(1 << 28)
#define X86_CPUID1_ECX_RDRAND	(1 << 30)
#define X86_CPUID1_EDX_FPU	(1 << 0)
#define X86_CPUID1_EDX_PGE	(1 << 13)
#define X86_CPUID1_EDX_FXSR	(1 << 24)
#define X86_CPUID1_EDX_SSE	(1 << 25)
/* CPUID leaf 7 */
#define X86_CPUID7_EBX_FSGSBASE	(1 << 0)
#define X86_CPUID7_EBX_SMEP	(1 << 7)
#define X86_CPUID7_EBX_RDSEED	(1 << 18)
#define X86_CPUID7_EBX_SMAP	(1 << 20)
#define X86_CPUID7_ECX_UMIP	(1 << 2)
#define X86_CPUID7_ECX_PKU	(1 << 3)
#define X86_CPUID7_ECX_OSPKE	(1 << 4)
#define X86_CPUID7_ECX_LA57	(1 << 16)
/* CPUID leaf 0xd, subleaf 1 */
#define X86_CPUIDD1_EAX_XSAVEOPT (1 << 0)
/* CPUID leaf 0x80000001, EDX */
#define X86_CPUID3_SYSCALL	(1 << 11)
#define X86_CPUID81_NX		(1 << 20)
#define X86_CPUID81_PAGE1GB	(1 << 26)
#define X86_CPUID81_LM		(1 << 29)

#ifndef __ASSEMBLY__

/* Barriers between this processor and others, or devices */
#ifndef mb
#define mb()	__asm__ __volatile__("mfence" : : : "memory")
#endif
#ifndef rmb
#define rmb()	__asm__ __volatile__("lfence" : : : "memory")
#endif
#ifndef wmb
#define wmb()	__asm__ __volatile__("sfence" : : : "memory")
#endif
#ifndef nop
#define nop()	__asm__ __volatile__("nop" : : : "memory")
#endif

/* Device registers in memory, one access each */
#define __UKARCH_IOREG(bits)						\
static inline __u##bits ioreg_read##bits(const volatile __u##bits *addr) \
{									\
	return *addr;							\
}									\
									\
static inline void ioreg_write##bits(volatile __u##bits *addr,		\
				     __u##bits value)			\
{									\
	*addr = value;							\
}

__UKARCH_IOREG(8)
__UKARCH_IOREG(16)
__UKARCH_IOREG(32)
__UKARCH_IOREG(64)

static inline unsigned long ukarch_read_sp(void)
{
	unsigned long sp;

	__asm__ __volatile__("mov %%rsp, %0" : "=r"(sp));
	return sp;
}

/* Tells the processor that this is a loop that waits */
static inline void ukarch_spinwait(void)
{
	__asm__ __volatile__("pause" : : : "memory");
}

static inline void ukarch_x86_cpuid(__u32 fn, __u32 subfn,
				    __u32 *eax, __u32 *ebx,
				    __u32 *ecx, __u32 *edx)
{
	__asm__ __volatile__("cpuid"
			     : "=a"(*eax), "=b"(*ebx), "=c"(*ecx), "=d"(*edx)
			     : "a"(fn), "c"(subfn));
}

#endif /* !__ASSEMBLY__ */
