/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reports of traps on x86: the reason in words, registers, backtrace. Serves
 * traps that a platform takes itself and those that its host tells it about.
 */
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

#define VECTOR_PAGE_FAULT	14

/* Bits of a page fault's error code */
#define FAULT_PRESENT		0x01
#define FAULT_WRITE		0x02
#define FAULT_RESERVED		0x08
#define FAULT_FETCH		0x10

static const char *const trap_names[32] = {
	[0] = "division error",
	[1] = "debug trap",
	[2] = "non-maskable interrupt",
	[3] = "breakpoint",
	[4] = "overflow",
	[5] = "bound range exceeded",
	[6] = "invalid instruction",
	[7] = "floating-point unit not available",
	[8] = "double fault",
	[9] = "coprocessor segment overrun",
	[10] = "invalid task state segment",
	[11] = "segment not present",
	[12] = "stack segment fault",
	[13] = "general protection fault",
	[VECTOR_PAGE_FAULT] = "page fault",
	[16] = "floating-point error",
	[17] = "misaligned access",
	[18] = "machine check",
	[19] = "vector floating-point error",
	[20] = "virtualization fault",
	[21] = "control protection fault",
	[28] = "hypervisor injection",
	[29] = "hypervisor communication",
	[30] = "security fault",
};

static void print_fault(unsigned long error, __uptr address)
{
	plat_print("  ");
	if (error & FAULT_FETCH)
		plat_print("executing at");
	else if (error & FAULT_WRITE)
		plat_print("writing to");
	else
		plat_print("reading from");
	plat_print(" address 0x");
	plat_print_hex(address, 16);

	if (plat_print_overflow(address))
		return;
	if (address < 4096)
		plat_print(": null pointer\n");
	else if (error & FAULT_RESERVED)
		plat_print(": malformed page table\n");
	else if (!(error & FAULT_PRESENT))
		plat_print(": nothing is mapped there\n");
	else if (error & FAULT_FETCH)
		plat_print(": not executable\n");
	else
		plat_print(": read-only\n");
}

static void print_reg(const char *name, unsigned long value)
{
	plat_print(name);
	plat_print_hex(value, 16);
}

static void print_regs(const struct __regs *regs)
{
	print_reg("  rip ", regs->rip);
	print_reg("  rsp ", regs->rsp);
	print_reg("  rbp ", regs->rbp);
	print_reg("\n  rax ", regs->rax);
	print_reg("  rbx ", regs->rbx);
	print_reg("  rcx ", regs->rcx);
	print_reg("\n  rdx ", regs->rdx);
	print_reg("  rsi ", regs->rsi);
	print_reg("  rdi ", regs->rdi);
	print_reg("\n  r8  ", regs->r8);
	print_reg("  r9  ", regs->r9);
	print_reg("  r10 ", regs->r10);
	print_reg("\n  r11 ", regs->r11);
	print_reg("  r12 ", regs->r12);
	print_reg("  r13 ", regs->r13);
	print_reg("\n  r14 ", regs->r14);
	print_reg("  r15 ", regs->r15);
	print_reg("  rfl ", regs->eflags);
	plat_print("\n");
}

void plat_crash_trap(unsigned int vector, unsigned long error,
		     __uptr fault_address, const struct __regs *regs)
{
	const char *name = __NULL;

	plat_crash_begin();
	if (vector < ARRAY_SIZE(trap_names))
		name = trap_names[vector];

	plat_print("\nCrash: ");
	plat_print(name ? name : "unexpected interrupt");
	plat_print(" (vector ");
	plat_print_dec(vector);
	plat_print(", error code 0x");
	plat_print_hex(error, 4);
	plat_print(")\n");
	if (vector == VECTOR_PAGE_FAULT)
		print_fault(error, fault_address);
	print_regs(regs);
	plat_print_stack(regs->rsp);
	plat_print_backtrace(regs->rip, regs->rbp);
	ukplat_exit(UKPLAT_CRASH_STATUS);
}
