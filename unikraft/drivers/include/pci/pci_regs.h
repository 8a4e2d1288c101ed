/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of PCI's configuration space, by their published names. Each name
 * is a byte offset unless stated.
 */
#ifndef __DRIVERS_PCI_REGS_H__
#define __DRIVERS_PCI_REGS_H__

#define PCI_INVALID_ID			(0xFFFF)
#define PCI_DEVICE_ID_MASK		(0xFFFF)

/* Ports of x86 to reach it, and what is written to the first one */
#define PCI_CONFIG_ADDR			(0xCF8)
#define PCI_CONFIG_DATA			(0xCFC)
#define PCI_ENABLE_BIT			(1u << 31)
#define PCI_CONFIG_ADDRESS_ENABLE	0x80000000
#define PCI_BUS_SHIFT			(16)
#define PCI_DEVICE_SHIFT		(11)
#define PCI_FUNCTION_SHIFT		(8)
#define PCI_BUS_OFFSET			16
#define PCI_SLOT_OFFSET			11
#define PCI_FUNC_OFFSET			8

/* How many, and in how many bits */
#define PCI_MAX_BUSES			(1 << 8)
#define PCI_MAX_DEVICES			(1 << 5)
#define PCI_MAX_FUNCTIONS		(1 << 3)
#define PCI_BUS_BIT_NBR			(8)
#define PCI_DEV_BIT_NBR			(5)
#define PCI_FN_BIT_NBR			(3)

/* Length of the space by ports, and in memory */
#define PCI_CONF_LEN			0x100
#define PCI_CONF_LEN_ECAM		0x1000

#define PCI_VENDOR_ID			0x0
#define PCI_DEV_ID			0x02
#define PCI_COMMAND			0x04	/* 16 bits */
#define  PCI_COMMAND_IO			0x1
#define  PCI_COMMAND_MEMORY		0x2
#define  PCI_COMMAND_MASTER		0x4
#define  PCI_COMMAND_SPECIAL		0x8
#define  PCI_COMMAND_INVALIDATE		0x10
#define  PCI_COMMAND_VGA_PALETTE	0x20
#define  PCI_COMMAND_PARITY		0x40
#define  PCI_COMMAND_WAIT		0x80
#define  PCI_COMMAND_SERR		0x100
#define  PCI_COMMAND_FAST_BACK		0x200
#define  PCI_COMMAND_INTX_DISABLE	0x400
#define PCI_COMMAND_DECODE_ENABLE	(PCI_COMMAND_MEMORY | PCI_COMMAND_IO)
#define PCI_COMMAND_OFFSET		0x4
#define PCI_BUS_MASTER_BIT		0x2	/* the bit's number */
#define PCI_STATUS_OFFSET		0x6
#define PCI_STATUS			0x06	/* 16 bits */
#define  PCI_STATUS_CAP_LIST		0x10
#define PCI_CLASS_REVISION		0x8	/* 32 bits: class on top */
#define PCI_SUBCLASS_OFFSET		0xa
#define PCI_CLASS_OFFSET		0xb
#define PCI_HEADER_TYPE			0xe
#define  PCI_HEADER_TYPE_NORMAL		0
#define  PCI_HEADER_TYPE_BRIDGE		1
#define  PCI_HEADER_TYPE_CARDBUS	2
#define PCI_HEADER_TYPE_MSB_MASK	0x80
#define PCI_HEADER_MULTI_FUNC		0x80

/* Ranges of addresses: 32 bits each */
#define PCI_BASE_ADDRESS_0		0x10
#define PCI_BASE_ADDRESS_1		0x14
#define PCI_BASE_ADDRESS_2		0x18
#define PCI_BASE_ADDRESS_3		0x1c
#define PCI_BASE_ADDRESS_4		0x20
#define PCI_BASE_ADDRESS_5		0x24
#define PCI_BAR0_ADDR			0x10
#define  PCI_BASE_ADDRESS_SPACE_IO	0x1
#define  PCI_BASE_ADDRESS_MEM_TYPE	0x6
#define  PCI_BASE_ADDRESS_MEM_64	0x4
#define  PCI_BASE_ADDRESS_MEM_PREFETCH	0x8
#define  PCI_BASE_ADDRESS_IO_MASK	(~0x3U)
#define  PCI_BASE_ADDRESS_MEM_MASK	(~0xfU)

/* Bridges: numbers of buses */
#define PCI_PRIMARY_BUS			0x18
#define PCI_SECONDARY_BUS		0x19
#define PCI_CONFIG_SECONDARY_BUS	0x19
#define PCI_SUBORDINATE_BUS		0x1a
/* Bridges: addresses they pass on, in units of 4 KiB and 1 MiB */
#define PCI_IO_BASE			0x1c
#define PCI_IO_LIMIT			0x1d
#define PCI_MEMORY_BASE			0x20
#define PCI_MEMORY_LIMIT		0x22
#define PCI_PREF_MEMORY_BASE		0x24
#define PCI_PREF_MEMORY_LIMIT		0x26
#define PCI_PREF_BASE_UPPER32		0x28
#define PCI_PREF_LIMIT_UPPER32		0x2c

#define PCI_SUBSYSTEM_VID		0x2c
#define PCI_SUBSYSTEM_ID		0x2e
#define PCI_CAPABILITIES_PTR		0x34
#define PCI_INTERRUPT_LINE		0x3c
#define PCI_INTERRUPT_PIN		0x3d
#define PCI_MIN_GNT			0x3e
#define PCI_MAX_LAT			0x3f

/* Capabilities: their number, and the register of the next one */
#define PCI_CAP_LIST_ID			0
#define PCI_CAP_LIST_NEXT		1
#define PCI_CAP_ID_PM			0x01
#define PCI_CAP_ID_MSI			0x05
#define PCI_CAP_ID_VNDR			0x09
#define PCI_CAP_ID_EXP			0x10
#define PCI_CAP_ID_MSIX			0x11

#define PCI_CLASS_BRIDGE		0x06
#define PCI_SUBCLASS_BRIDGE_PCI		0x04

/* Fields of the first registers as parts of 32-bit ones: shift and mask */
#define PCI_CONF_CLASS_ID		(0x08)
#define PCI_CONF_CLASS_ID_SHFT		(16)
#define PCI_CONF_CLASS_ID_MASK		(0xFF00)
#define PCI_CONF_VENDOR_ID		(0x00)
#define PCI_CONF_VENDOR_ID_SHFT		(0)
#define PCI_CONF_VENDOR_ID_MASK		(0x0000FFFF)
#define PCI_CONF_DEVICE_ID		(0x00)
#define PCI_CONF_DEVICE_ID_SHFT		(16)
#define PCI_CONF_DEVICE_ID_MASK		(0x0000FFFF)
#define PCI_CONF_SUBSYSVEN_ID		(0x2c)
#define PCI_CONF_SUBSYSVEN_ID_SHFT	(0)
#define PCI_CONF_SUBSYSVEN_ID_MASK	(0xFFFF)
#define PCI_CONF_SUBSYS_ID		(0x2c)
#define PCI_CONF_SUBSYS_ID_SHFT		(16)
#define PCI_CONF_SUBSYS_ID_MASK		(0xFFFF)
#define PCI_CONF_SUBCLASS_ID		(0x08)
#define PCI_CONF_SUBCLASS_ID_SHFT	(16)
#define PCI_CONF_SUBCLASS_ID_MASK	(0x00FF)
#define PCI_CONF_SECONDARY_BUS		(0x18)
#define PCI_CONF_SECONDARY_BUS_SHFT	(0)
#define PCI_CONF_SECONDARY_BUS_MASK	(0xFF00)
#define PCI_CONF_HEADER_TYPE		(0x0c)
#define PCI_CONF_HEADER_TYPE_SHFT	(16)
#define PCI_CONF_HEADER_TYPE_MASK	(0xFF)
#define PCI_CONF_IRQ			(0x3c)
#define PCI_CONF_IRQ_SHFT		(0)
#define PCI_CONF_IRQ_MASK		(0xFF)
#define PCI_CONF_IOBAR			(0x10)
#define PCI_CONF_IOBAR_SHFT		(0)
#define PCI_CONF_IOBAR_MASK		(~0x3)

#endif /* __DRIVERS_PCI_REGS_H__ */
