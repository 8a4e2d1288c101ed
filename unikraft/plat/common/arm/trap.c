/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reports of exceptions on arm64: the reason in words, registers, backtrace.
 * Serves those that a platform takes itself and those that its host tells it
 * about.
 */
#include <uk/arch/lcpu.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

static const char *class_name(unsigned int class)
{
	switch (class) {
	case ESR_EL1_EC_UNKNOWN:
		return "invalid instruction";
	case ESR_EL1_EC_WFx:
		return "waiting is not allowed";
	case ESR_EL1_EC_SVE_ASIMD_FP_ACC:
	case ESR_EL1_EC_SVE_ACC:
		return "vector unit not available";
	case ESR_EL1_EC_LS64:
		return "64-byte access not available";
	case ESR_EL1_EC_BTI:
		return "branch to no target";
	case ESR_EL1_EC_ILL:
		return "illegal execution state";
	case ESR_EL1_EC_SVC64:
		return "system call";
	case ESR_EL1_EC_SYS64:
		return "system register not available";
	case ESR_EL1_EC_FPAC:
		return "pointer with a wrong signature";
	case ESR_EL1_EC_MMU_IABRT_EL0:
	case ESR_EL1_EC_MMU_IABRT_EL1:
		return "instruction abort";
	case ESR_EL1_EC_MMU_DABRT_EL0:
	case ESR_EL1_EC_MMU_DABRT_EL1:
		return "data abort";
	case ESR_EL1_EC_PC_ALIGN:
		return "misaligned program counter";
	case ESR_EL1_EC_SP_ALIGN:
		return "misaligned stack pointer";
	case ESR_EL1_EC_FP64:
		return "floating-point error";
	case ESR_EL1_EC_SERROR:
		return "system error";
	case ESR_EL1_EC_BRK_EL0:
	case ESR_EL1_EC_BRK_EL1:
	case ESR_EL1_EC_BRK64:
		return "breakpoint";
	case ESR_EL1_EC_STEP_EL0:
	case ESR_EL1_EC_STEP_EL1:
		return "single step";
	case ESR_EL1_EC_WATCHP_EL0:
	case ESR_EL1_EC_WATCHP_EL1:
		return "watchpoint";
	default:
		return "unexpected exception";
	}
}

static int is_fetch(unsigned int class)
{
	return class == ESR_EL1_EC_MMU_IABRT_EL0
		|| class == ESR_EL1_EC_MMU_IABRT_EL1;
}

static int is_abort(unsigned int class)
{
	return is_fetch(class) || class == ESR_EL1_EC_MMU_DABRT_EL0
		|| class == ESR_EL1_EC_MMU_DABRT_EL1;
}

/* Codes of table walks end in the level, which does not matter here */
static const char *fault_reason(unsigned int class, unsigned long fault)
{
	switch (fault) {
	case ESR_ISS_ABRT_FSC_TAG:
		return ": wrong tag\n";
	case ESR_ISS_ABRT_FSC_ALIGN:
		return ": misaligned\n";
	}
	switch (fault & ~3UL) {
	case ESR_ISS_ABRT_FSC_ADDR_L0:
		return ": no such address\n";
	case ESR_ISS_ABRT_FSC_TRANS_L0:
		return ": nothing is mapped there\n";
	case ESR_ISS_ABRT_FSC_ACCF_L0:
		return ": malformed page table\n";
	case ESR_ISS_ABRT_FSC_PERM_L0:
		return is_fetch(class) ? ": not executable\n" : ": read-only\n";
	default:
		return ": no device answers\n";
	}
}

static void print_abort(unsigned int class, unsigned long esr, __uptr address)
{
	if (is_fetch(class))
		plat_print("  executing at");
	else if (esr & ESR_ISS_ABRT_WNR)
		plat_print("  writing to");
	else
		plat_print("  reading from");
	plat_print(" address 0x");
	plat_print_hex(address, 16);

	if (plat_print_overflow(address))
		return;
	if (address < 4096)
		plat_print(": null pointer\n");
	else
		plat_print(fault_reason(class, ESR_ISS_ABRT_FSC_FROM(esr)));
}

static void print_reg(const char *name, unsigned long value)
{
	plat_print(name);
	plat_print_hex(value, 16);
}

static void print_regs(const struct __regs *regs)
{
	char name[] = "  x?? ";
	unsigned int i;

	print_reg("  pc  ", regs->elr_el1);
	print_reg("  sp  ", regs->sp);
	print_reg("  lr  ", regs->lr);
	for (i = 0; i < ARRAY_SIZE(regs->x); i++) {
		name[3] = (char)('0' + (i < 10 ? i : i / 10));
		name[4] = (char)(i < 10 ? ' ' : '0' + i % 10);
		if (i % 3 == 0)
			plat_print("\n");
		print_reg(name, regs->x[i]);
	}
	print_reg("\n  psr ", regs->spsr_el1);
	plat_print("\n");
}

void plat_crash_trap(unsigned int vector, unsigned long error,
		     __uptr fault_address, const struct __regs *regs)
{
	plat_crash_begin();
	plat_print("\nCrash: ");
	plat_print(class_name(vector));
	plat_print(" (class 0x");
	plat_print_hex(vector, 2);
	plat_print(", syndrome 0x");
	plat_print_hex(error, 8);
	plat_print(")\n");
	if (is_abort(vector))
		print_abort(vector, error, fault_address);
	print_regs(regs);
	plat_print_stack(regs->sp);
	plat_print_backtrace(regs->elr_el1, regs->x[29]);
	ukplat_exit(UKPLAT_CRASH_STATUS);
}
