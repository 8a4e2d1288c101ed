/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of the machine. README.md says how a host learns the status.
 */
#include <kvm/boot.h>
#include <kvm/x86/cpu.h>
#include <time/i8254.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/lcpu.h>

/* ACPI's PM1a control register where QEMU's firmware puts it */
#define PM1A_CONTROL	0x604
#define PM1A_SLEEP_S5	0x2000
/* The keyboard controller, one of whose wires resets the processor */
#define KEYBOARD_PORT	0x64
#define KEYBOARD_RESET	0xfe
/* How long the controller may take to do so */
#define RESET_NS	10000000

#define EBUSY		16

/* Machines without ACPI (microvm, Firecracker) end on a reset, too */
void plat_restart(void)
{
	static const struct {
		__u16 limit;
		__u64 base;
	} __packed no_vectors;

	kvm_console_flush();
	outb(KEYBOARD_PORT, KEYBOARD_RESET);
	i8254_wait(RESET_NS);
	/* A trap that cannot be taken, nor the trap about that */
	__asm__ __volatile__("lidt %0; int3" : : "m"(no_vectors));
}

void ukplat_exit(int status)
{
	__u8 code = (__u8)status;

	ukplat_lcpu_disable_irq();
	kvm_console_flush();
	if (inb(KVM_STATUS_PORT) == KVM_STATUS_PRESENT)
		outb(KVM_STATUS_PORT, code);
	if (code)
		outb(KVM_EXIT_PORT, code);
	outw(PM1A_CONTROL, PM1A_SLEEP_S5);
	plat_restart();
	ukplat_lcpu_halt();
}

int ukplat_suspend(void)
{
	return -EBUSY;
}
