/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of the machine. README.md says how a host learns the status.
 */
#include <kvm/cpu.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/lcpu.h>

/* QEMU's isa-debugcon: takes bytes, reads as a constant */
#define STATUS_PORT	0x504
#define STATUS_PRESENT	0xe9
/* QEMU's isa-debug-exit */
#define EXIT_PORT	0x501
/* ACPI's PM1a control register where QEMU's firmware puts it */
#define PM1A_CONTROL	0x604
#define PM1A_SLEEP_S5	0x2000
/* The keyboard controller, one of whose wires resets the processor */
#define KEYBOARD_PORT	0x64
#define KEYBOARD_RESET	0xfe

#define EBUSY		16

/* Machines without ACPI (microvm, Firecracker) end on a reset, too */
void plat_restart(void)
{
	outb(KEYBOARD_PORT, KEYBOARD_RESET);
}

void ukplat_exit(int status)
{
	__u8 code = (__u8)status;

	ukplat_lcpu_disable_irq();
	if (inb(STATUS_PORT) == STATUS_PRESENT)
		outb(STATUS_PORT, code);
	if (code)
		outb(EXIT_PORT, code);
	outw(PM1A_CONTROL, PM1A_SLEEP_S5);
	plat_restart();
	ukplat_lcpu_halt();
}

int ukplat_suspend(void)
{
	return -EBUSY;
}
