/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The PCI bus of this machine, if it has one.
 */
#include <errno.h>
#include <pci/pci_host.h>
#include <uk/test.h>

static struct pci_device *driven;
static unsigned int inits, refused;

static int init(struct uk_alloc *a)
{
	inits += !!a;
	return 0;
}

static int add_host_bridge(struct pci_device *dev)
{
	if (driven || dev->subclass != 0) {
		refused++;
		return -ENODEV;
	}
	driven = dev;
	return 0;
}

static const struct pci_device_id bridges[] = {
	{
		.class_id = PCI_CLASS_BRIDGE,
		.vendor_id = 0x8086,
		.device_id = PCI_ANY_ID,
		.subsystem_vendor_id = PCI_ANY_ID,
		.subsystem_device_id = PCI_ANY_ID,
	},
	{ PCI_ANY_DEVICE_ID },
};

static struct pci_driver driver = {
	.device_ids = bridges,
	.init = init,
	.add_dev = add_host_bridge,
};

static void register_driver(void)
{
	_pci_register_driver(&driver);
}
PCI_REGISTER_CTOR(register_driver);

static int has_pci(void)
{
	struct pci_host host = { .name = NULL };

	return !plat_pci_host(&host);
}

UK_TESTCASE(kvm_pci, drives_the_host_bridge)
{
	UK_TEST_EXPECT_SNUM_EQ(inits, 1);
	UK_TEST_EXPECT_SNUM_EQ(!!driven, has_pci());
	UK_TEST_EXPECT_SNUM_EQ(!uk_list_empty(&pci_device_list), has_pci());
	if (!driven)
		return;
	UK_TEST_EXPECT_SNUM_EQ(driven->addr.bus, 0);
	UK_TEST_EXPECT_SNUM_EQ(driven->addr.devid, 0);
	UK_TEST_EXPECT_SNUM_EQ(driven->state, PCI_DEVICE_STATE_RUNNING);
}

UK_TESTCASE(kvm_pci, leaves_devices_that_a_driver_refuses)
{
	struct pci_device *dev;
	unsigned int n = 0;

	uk_list_for_each_entry(dev, &pci_device_list, list)
		n += dev->id.class_id == PCI_CLASS_BRIDGE
			&& dev->id.vendor_id == 0x8086
			&& dev->state == PCI_DEVICE_STATE_RESET
			&& !dev->drv;
	UK_TEST_EXPECT_SNUM_EQ(n, refused);
}

/* Ports and memory, where there are both, show the same */
UK_TESTCASE(kvm_pci, reads_the_same_both_ways)
{
	struct pci_host ports = { .name = NULL };
	struct pci_device *dev;
	unsigned int reg;

	pci_host_ports(&ports);
	uk_list_for_each_entry(dev, &pci_device_list, list)
		for (reg = 0; reg < 0x40; reg += 4)
			UK_TEST_EXPECT_SNUM_EQ(
				ports.read(&ports, &dev->addr, reg, 4),
				pci_read32(dev, reg));
}

UK_TESTCASE(kvm_pci, reads_ones_where_nothing_is)
{
	struct pci_host host = { .name = NULL };
	struct pci_address at = { .devid = 29, .function = 5 };

	if (plat_pci_host(&host))
		return;
	UK_TEST_EXPECT_SNUM_EQ((uint16_t)host.read(&host, &at,
						    PCI_VENDOR_ID, 2),
			       PCI_INVALID_ID);
	at.devid = at.function = 0;
	UK_TEST_EXPECT_SNUM_EQ(host.read(&host, &at, 0x1000, 4), ~0U);
	UK_TEST_EXPECT_SNUM_EQ(host.read(&host, &at, 2, 4), ~0U);
}

uk_testsuite_register(kvm_pci, NULL);
