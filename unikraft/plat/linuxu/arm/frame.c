/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: the state that Linux saves when it delivers a signal, and what the
 * processor said of a trap. The layout is the kernel's.
 *
 * The syndrome is a record that not every kernel (and not every emulator)
 * leaves; without it, signal and instruction tell as much.
 */
#include <linuxu/signal.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/trap.h>

/* Kinds of trouble, as the kernel numbers them for each signal */
#define SEGV_ACCERR	2
#define BUS_ADRALN	1

#define RECORD_ESR	0x45535201
#define RECORDS_LEN	4096

struct record {
	__u32 magic;		/* 0 ends the list */
	__u32 len;
	__u64 value;
};

struct ucontext {
	__u64 flags;
	struct ucontext *link;
	struct linux_sigstack stack;
	__u64 mask;
	__u8 reserved[120];
	__u64 fault_address __align(16);
	__u64 x[31];
	__u64 sp;
	__u64 pc;
	__u64 pstate;
	__u8 records[RECORDS_LEN] __align(16);
};

/* The syndrome, or 0 when there is none */
static __u64 recorded_syndrome(const struct ucontext *uc)
{
	const struct record *record;
	__u32 at = 0;

	while (at <= RECORDS_LEN - sizeof(*record)) {
		record = (const struct record *)(uc->records + at);
		if (record->magic == RECORD_ESR)
			return record->value;
		if (!record->magic || record->len < 8)
			break;
		at += ALIGN_UP(record->len, 16U);
	}
	return 0;
}

/* Whether a memory access is a store: Arm manual, "Loads and Stores" */
static int stores(__u32 insn)
{
	__u32 opc = (insn >> 22) & 3;
	int vector = (insn >> 26) & 1;

	/* Zeroing a cache line is the only access of another class */
	if ((insn & 0x0a000000) != 0x08000000)
		return 1;
	switch ((insn >> 27) & 7) {
	case 7:
		/* One register; an atomic operation reads and writes */
		if (!vector && (insn & 0x00200c00) == 0x00200000)
			return 1;
		return opc == 0 || (vector && opc == 2);
	case 3:
		return 0;	/* of a constant beside the code */
	default:
		return !(opc & 1);
	}
}

static __u64 abort_syndrome(const struct linux_siginfo *info,
			    const struct ucontext *uc)
{
	__u64 fault = info->code == SEGV_ACCERR ? ESR_ISS_ABRT_FSC_PERM_L0
						: ESR_ISS_ABRT_FSC_TRANS_L0;

	if (info->address == uc->pc)
		return fault | (__u64)ESR_EL1_EC_MMU_IABRT_EL0 << ESR_EC_SHIFT;
	if (stores(*(const __u32 *)uc->pc))
		fault |= ESR_ISS_ABRT_WNR;
	return fault | (__u64)ESR_EL1_EC_MMU_DABRT_EL0 << ESR_EC_SHIFT;
}

static __u64 syndrome_of(int signo, const struct linux_siginfo *info,
			 const struct ucontext *uc)
{
	__u64 esr = recorded_syndrome(uc), class = ESR_EL1_EC_UNKNOWN;

	if (esr)
		return esr;
	switch (signo) {
	case LINUX_SIGSEGV:
		return abort_syndrome(info, uc);
	case LINUX_SIGBUS:
		if (info->code != BUS_ADRALN)
			return ESR_ISS_ABRT_FSC_SYNC
			       | (__u64)ESR_EL1_EC_MMU_DABRT_EL0 << ESR_EC_SHIFT;
		class = uc->pc % 4 ? ESR_EL1_EC_PC_ALIGN : ESR_EL1_EC_SP_ALIGN;
		break;
	case LINUX_SIGTRAP:
		class = ESR_EL1_EC_BRK64;
		break;
	case LINUX_SIGFPE:
		class = ESR_EL1_EC_FP64;
		break;
	}
	return class << ESR_EC_SHIFT;
}

void linuxu_regs_get(const void *context, struct __regs *regs)
{
	const struct ucontext *uc = context;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(regs->x); i++)
		regs->x[i] = uc->x[i];
	regs->lr = uc->x[30];
	regs->elr_el1 = uc->pc;
	regs->spsr_el1 = uc->pstate;
	regs->esr_el1 = 0;
	regs->sp = uc->sp;
	regs->sp_el0 = uc->sp;
}

void linuxu_regs_set(void *context, const struct __regs *regs)
{
	struct ucontext *uc = context;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(regs->x); i++)
		uc->x[i] = regs->x[i];
	uc->x[30] = regs->lr;
	uc->pc = regs->elr_el1;
	uc->pstate = regs->spsr_el1;
	uc->sp = regs->sp;
}

__uptr linuxu_regs_sp(const struct __regs *regs)
{
	return regs->sp;
}

/* Backtraces lead to what was interrupted, by the return address */
void linuxu_regs_call(struct __regs *regs, __uptr sp,
		      void (*fn)(void *arg) __noreturn, void *arg)
{
	regs->lr = regs->elr_el1;
	regs->sp = sp;
	regs->elr_el1 = (__uptr)fn;
	regs->x[0] = (__uptr)arg;
}

void linuxu_trap(int signo, struct linux_siginfo *info, void *context)
{
	struct ucontext *uc = context;
	struct __regs regs;

	linuxu_regs_get(uc, &regs);
	regs.esr_el1 = syndrome_of(signo, info, uc);

	if (!plat_trap_raise((unsigned int)ESR_EC_FROM(regs.esr_el1),
			     regs.esr_el1, info->address, &regs))
		plat_crash_trap((unsigned int)ESR_EC_FROM(regs.esr_el1),
				regs.esr_el1, info->address, &regs);
	linuxu_regs_set(uc, &regs);
}
