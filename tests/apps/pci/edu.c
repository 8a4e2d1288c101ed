/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A driver of QEMU's educational device, for its interrupts: it makes one for
 * each value that is written to a register.
 */
#include <errno.h>
#include <pci/pci_bus.h>
#include <uk/plat/irq.h>
#include "edu.h"

#define IDENTITY	(0x00 / 4)
#define IDENTITY_EDU	0xedU
#define CAUSE		(0x24 / 4)
#define RAISE		(0x60 / 4)
#define ACKNOWLEDGE	(0x64 / 4)

volatile unsigned long edu_interrupts;
volatile unsigned int edu_causes;

static volatile uint32_t *registers;

static int on_interrupt(void *arg __unused)
{
	uint32_t cause = registers[CAUSE];

	if (!cause)
		return 0;
	edu_causes |= cause;
	edu_interrupts++;
	registers[ACKNOWLEDGE] = cause;
	return 1;
}

static int add(struct pci_device *dev)
{
	if (dev->irq == PCI_NO_IRQ)
		return -ENODEV;
	pci_command(dev, PCI_COMMAND_MEMORY, PCI_COMMAND_INTX_DISABLE);
	registers = pci_map_bar(dev, 0);
	if (!registers || (registers[IDENTITY] & 0xff) != IDENTITY_EDU)
		return -EIO;
	return ukplat_irq_register(dev->irq, on_interrupt, NULL);
}

int edu_raise(unsigned int cause)
{
	if (!registers)
		return 0;
	registers[RAISE] = cause;
	return 1;
}

static const struct pci_device_id known[] = {
	{ PCI_DEVICE_ID(0x1234, 0x11e8) },
	{ PCI_ANY_DEVICE_ID },
};

static struct pci_driver driver = { .device_ids = known, .add_dev = add };
PCI_REGISTER_DRIVER(&driver);
