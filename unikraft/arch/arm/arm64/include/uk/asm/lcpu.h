/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: saved registers, barriers, system and device registers. See
 * uk/arch/lcpu.h.
 */
#ifndef __UKARCH_LCPU_H__
#error Do not include this header directly
#endif

#include <uk/asm/arch.h>

#define CACHE_LINE_SIZE		64

/* Offsets and size of struct __regs, for assembly */
#define __REGS_OFFSETOF_X0		0	/* x1, x2, ... follow */
#define __REGS_OFFSETOF_LR		240
#define __REGS_OFFSETOF_ELR_EL1		248
#define __REGS_OFFSETOF_SPSR_EL1	256
#define __REGS_OFFSETOF_ESR_EL1		264
#define __SP_OFFSET			272
#define __SP_EL0_OFFSET			280
#define __TRAP_STACK_SIZE		288
/* Size of struct __callee_saved_regs */
#define __CALLEE_SAVED_SIZE		96

#ifndef __ASSEMBLY__

/*
 * Registers as trap entry code leaves them on the stack. A multiple of 16
 * bytes, as the stack pointer has to be.
 */
struct __regs {
	__u64 x[30];		/* x29 is the frame pointer */
	__u64 lr;		/* x30 */
	__u64 elr_el1;		/* where execution goes on */
	__u64 spsr_el1;		/* PSTATE then */
	__u64 esr_el1;		/* why it stopped */
	__u64 sp;
	__u64 sp_el0;
};

/* What a function has to leave as it was */
struct __callee_saved_regs {
	__u64 callee[10];	/* x19 to x28 */
	__u64 fp;
	__u64 lr;
};

/* Synchronises instruction fetch with what came before */
#define isb()	__asm__ __volatile__("isb" : : : "memory")
/*
 * Barriers for memory accesses, dsb() also waits for their completion. `opt`
 * is who has to agree (ish, osh, nsh or sy) and, as in ishld and ishst,
 * whether it is about loads or stores only.
 */
#define dmb(opt)	__asm__ __volatile__("dmb " #opt : : : "memory")
#define dsb(opt)	__asm__ __volatile__("dsb " #opt : : : "memory")

/* Barriers between this processor and others, or devices */
#ifndef mb
#define mb()	dsb(sy)
#endif
#ifndef rmb
#define rmb()	dsb(ld)
#endif
#ifndef wmb
#define wmb()	dsb(st)
#endif
#ifndef nop
#define nop()	__asm__ __volatile__("nop" : : : "memory")
#endif

/* System registers by name. Writing has effect at once only after isb() */
#define SYSREG_READ64(reg)						\
	({								\
		__u64 __sr_val;						\
									\
		__asm__ __volatile__("mrs %0, " #reg : "=r"(__sr_val));	\
		__sr_val;						\
	})
#define SYSREG_WRITE64(reg, val)					\
	__asm__ __volatile__("msr " #reg ", %0"				\
			     : : "r"((__u64)(val)) : "memory")
#define SYSREG_READ32(reg)		((__u32)SYSREG_READ64(reg))
#define SYSREG_WRITE32(reg, val)	SYSREG_WRITE64(reg, (__u32)(val))
#define SYSREG_READ(reg)		SYSREG_READ64(reg)
#define SYSREG_WRITE(reg, val)		SYSREG_WRITE64(reg, val)

/*
 * Device registers, one access each. The instruction is fixed because
 * hypervisors emulate only those without writeback.
 */
#define __UKARCH_IOREG(bits, size, reg)					\
static inline __u##bits ioreg_read##bits(const volatile __u##bits *addr) \
{									\
	__u##bits value;						\
									\
	__asm__ __volatile__("ldr" size " %" reg "0, [%1]"		\
			     : "=r"(value) : "r"(addr) : "memory");	\
	return value;							\
}									\
									\
static inline void ioreg_write##bits(const volatile __u##bits *addr,	\
				     __u##bits value)			\
{									\
	__asm__ __volatile__("str" size " %" reg "0, [%1]"		\
			     : : "rZ"(value), "r"(addr) : "memory");	\
}

__UKARCH_IOREG(8, "b", "w")
__UKARCH_IOREG(16, "h", "w")
__UKARCH_IOREG(32, "", "w")
__UKARCH_IOREG(64, "", "x")

static inline unsigned long ukarch_read_sp(void)
{
	unsigned long sp;

	__asm__ __volatile__("mov %0, sp" : "=r"(sp));
	return sp;
}

/* Tells the processor that this is a loop that waits */
static inline void ukarch_spinwait(void)
{
	__asm__ __volatile__("yield" : : : "memory");
}

#endif /* !__ASSEMBLY__ */
