/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Going through made-up buses: what is there, what bridges and lists of
 * capabilities that lead in circles do, and the giving out of addresses.
 */
#include <errno.h>
#include <pci/pci_host.h>
#include <uk/test.h>

#define FUNCTIONS	12

/* A function: its space, and which bits of it can be written */
struct function {
	struct pci_address at;
	uint8_t space[PCI_CONF_LEN];
	uint8_t settable[PCI_CONF_LEN];
};

static struct function functions[FUNCTIONS];
static unsigned int nr_functions;
static struct pci_host host;
static UK_LIST_HEAD(devices);

/*
 * As on a machine, buses are numbered by the bridge that leads to them: here
 * functions keep their bus, and a bridge that is renumbered moves none.
 */
static struct function *find(const struct pci_address *at)
{
	unsigned int i;

	for (i = 0; i < nr_functions; i++)
		if (functions[i].at.bus == at->bus
		    && functions[i].at.devid == at->devid
		    && functions[i].at.function == at->function)
			return &functions[i];
	return NULL;
}

static uint32_t fake_read(const struct pci_host *of __unused,
			  const struct pci_address *at, unsigned int reg,
			  unsigned int len)
{
	struct function *function = find(at);
	uint32_t value = 0;

	if (!function || reg + len > PCI_CONF_LEN)
		return ~0U;
	memcpy(&value, &function->space[reg], len);
	return value;
}

static void fake_write(const struct pci_host *of __unused,
		       const struct pci_address *at, unsigned int reg,
		       unsigned int len, uint32_t value)
{
	struct function *function = find(at);
	unsigned int i;

	for (i = 0; function && i < len; i++, value >>= 8) {
		uint8_t mask = function->settable[reg + i];

		function->space[reg + i] = (uint8_t)
			((function->space[reg + i] & ~mask) | (value & mask));
	}
}

static void put(uint8_t *bytes, unsigned int reg, uint32_t value,
		unsigned int len)
{
	memcpy(bytes + reg, &value, len);
}

static struct function *add(unsigned int bus, unsigned int devid,
			    unsigned int number, uint16_t device)
{
	struct function *function = &functions[nr_functions++];

	function->at.bus = (uint8_t)bus;
	function->at.devid = (uint8_t)devid;
	function->at.function = (uint8_t)number;
	put(function->space, PCI_VENDOR_ID, 0x1af4, 2);
	put(function->space, PCI_DEV_ID, device, 2);
	put(function->space, PCI_CLASS_REVISION, 0x02000000, 4);
	put(function->settable, PCI_COMMAND, 0x7, 2);
	return function;
}

static struct function *add_bridge(unsigned int bus, unsigned int devid,
				   unsigned int behind)
{
	struct function *function = add(bus, devid, 0, 0xb41d);

	put(function->space, PCI_CLASS_REVISION, 0x06040000, 4);
	put(function->space, PCI_HEADER_TYPE, PCI_HEADER_TYPE_BRIDGE, 1);
	put(function->space, PCI_SECONDARY_BUS, behind, 1);
	put(function->settable, PCI_PRIMARY_BUS, 0xffffff, 4);
	memset(function->settable + PCI_IO_BASE, 0xff, 0x14);
	return function;
}

/* A range of memory or ports: its lower bits say which */
static void add_bar(struct function *function, unsigned int bar,
		    uint64_t size, uint32_t kind, uint64_t base)
{
	unsigned int reg = PCI_BASE_ADDRESS_0 + 4 * bar;

	put(function->space, reg, (uint32_t)base | kind, 4);
	put(function->settable, reg, (uint32_t)~(size - 1) & ~0xfU, 4);
	if ((kind & PCI_BASE_ADDRESS_MEM_TYPE) != PCI_BASE_ADDRESS_MEM_64)
		return;
	put(function->space, reg + 4, (uint32_t)(base >> 32), 4);
	put(function->settable, reg + 4, (uint32_t)(~(size - 1) >> 32), 4);
}

static void begin(void)
{
	struct pci_device *dev, *next;

	uk_list_for_each_entry_safe(dev, next, &devices, list) {
		uk_list_del(&dev->list);
		uk_free(uk_alloc_get_default(), dev);
	}
	memset(functions, 0, sizeof(functions));
	memset(&host, 0, sizeof(host));
	nr_functions = 0;
	host.read = fake_read;
	host.write = fake_write;
	host.last_bus = 255;
}

static unsigned int scan(void)
{
	struct pci_device *dev;
	unsigned int n = 0;

	if (pci_scan(&host, uk_alloc_get_default(), &devices))
		return ~0U;
	uk_list_for_each_entry(dev, &devices, list)
		n++;
	return n;
}

static struct pci_device *found(uint16_t device)
{
	struct pci_device *dev;

	uk_list_for_each_entry(dev, &devices, list)
		if (dev->id.device_id == device)
			return dev;
	return NULL;
}

UK_TESTCASE(pci, finds_nothing_on_an_empty_bus)
{
	begin();
	UK_TEST_EXPECT_SNUM_EQ(scan(), 0);
}

UK_TESTCASE(pci, reads_who_a_device_is)
{
	struct function *function;
	struct pci_device *dev;

	begin();
	function = add(0, 31, 0, 0x1041);
	put(function->space, PCI_CLASS_REVISION, 0x02800111, 4);
	put(function->space, PCI_SUBSYSTEM_VID, 0x1100, 2);
	put(function->space, PCI_SUBSYSTEM_ID, 0x40, 2);
	put(function->space, PCI_INTERRUPT_LINE, 0x010b, 2);
	UK_TEST_EXPECT_SNUM_EQ(scan(), 1);
	dev = found(0x1041);
	UK_TEST_EXPECT_NOT_NULL(dev);
	if (!dev)
		return;
	UK_TEST_EXPECT_SNUM_EQ(dev->addr.devid, 31);
	UK_TEST_EXPECT_SNUM_EQ(dev->id.class_id, 2);
	UK_TEST_EXPECT_SNUM_EQ(dev->subclass, 0x80);
	UK_TEST_EXPECT_SNUM_EQ(dev->interface, 1);
	UK_TEST_EXPECT_SNUM_EQ(dev->id.vendor_id, 0x1af4);
	UK_TEST_EXPECT_SNUM_EQ(dev->id.subsystem_vendor_id, 0x1100);
	UK_TEST_EXPECT_SNUM_EQ(dev->id.subsystem_device_id, 0x40);
	UK_TEST_EXPECT_SNUM_EQ(dev->irq, 11);
	UK_TEST_EXPECT_SNUM_EQ(dev->pin, 1);
}

UK_TESTCASE(pci, looks_at_functions_of_those_that_have_several)
{
	begin();
	add(0, 1, 0, 1);
	add(0, 1, 3, 2);
	put(add(0, 2, 0, 3)->space, PCI_HEADER_TYPE, 0x80, 1);
	add(0, 2, 3, 4);
	add(0, 2, 7, 5);
	/* Without the first one there is no device */
	add(0, 3, 1, 6);
	UK_TEST_EXPECT_SNUM_EQ(scan(), 4);
	UK_TEST_EXPECT_NULL(found(2));
	UK_TEST_EXPECT_NOT_NULL(found(5));
	UK_TEST_EXPECT_NULL(found(6));
}

UK_TESTCASE(pci, goes_behind_bridges)
{
	begin();
	add_bridge(0, 1, 5);
	add(5, 0, 0, 50);
	add_bridge(5, 4, 9);
	add(9, 2, 0, 90);
	add(7, 0, 0, 70);		/* where nothing leads to */
	UK_TEST_EXPECT_SNUM_EQ(scan(), 4);
	UK_TEST_EXPECT_SNUM_EQ(found(90)->addr.bus, 9);
	UK_TEST_EXPECT_NULL(found(70));
}

UK_TESTCASE(pci, visits_no_bus_twice)
{
	begin();
	add_bridge(0, 1, 0);		/* to where it is */
	add_bridge(0, 2, 3);
	add_bridge(0, 3, 3);		/* where another one leads to */
	add_bridge(3, 0, 4);
	add_bridge(4, 0, 3);		/* in a circle */
	add_bridge(4, 1, 255);
	UK_TEST_EXPECT_SNUM_EQ(scan(), 6);
}

UK_TESTCASE(pci, sizes_ranges)
{
	struct function *function;
	struct pci_device *dev;

	begin();
	function = add(0, 0, 0, 1);
	add_bar(function, 0, 0x20, 1, 0xc000);
	add_bar(function, 1, 0x1000, 0, 0xfebc0000);
	add_bar(function, 2, 0x400000000UL, 0xc, 0x800000000UL);
	add_bar(function, 4, 0x4000, 0x4, 0xfe000000);
	put(function->space, PCI_COMMAND, 0x3, 2);
	UK_TEST_EXPECT_SNUM_EQ(scan(), 1);
	dev = found(1);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[0].base, 0xc000);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[0].size, 0x20);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[0].flags, PCI_BAR_IO);
	UK_TEST_EXPECT_SNUM_EQ(dev->base, 0xc000);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[1].size, 0x1000);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[2].base, 0x800000000UL);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[2].size, 0x400000000UL);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[2].flags,
			       PCI_BAR_64 | PCI_BAR_PREFETCH);
	UK_TEST_EXPECT_ZERO(dev->bars[3].size);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[4].size, 0x4000);
	UK_TEST_EXPECT_ZERO(dev->bars[5].size);
	/* All is as it was */
	UK_TEST_EXPECT_SNUM_EQ(pci_read32(dev, PCI_BASE_ADDRESS_1),
			       0xfebc0000);
	UK_TEST_EXPECT_SNUM_EQ(pci_read16(dev, PCI_COMMAND), 3);
	UK_TEST_EXPECT_NULL(pci_map_bar(dev, 0));
	UK_TEST_EXPECT_NULL(pci_map_bar(dev, 3));
	UK_TEST_EXPECT_NULL(pci_map_bar(dev, 6));
}

UK_TESTCASE(pci, finds_capabilities)
{
	struct function *function;
	struct pci_device *dev;

	begin();
	function = add(0, 0, 0, 1);
	put(function->space, PCI_CAPABILITIES_PTR, 0x40, 1);
	put(function->space, 0x40, 0x5009, 2);
	put(function->space, 0x50, 0x6011, 2);
	put(function->space, 0x60, 0x0009, 2);
	scan();
	dev = found(1);
	UK_TEST_EXPECT_ZERO(pci_find_capability(dev, PCI_CAP_ID_MSIX, 0));
	put(function->space, PCI_STATUS, PCI_STATUS_CAP_LIST, 2);
	UK_TEST_EXPECT_SNUM_EQ(pci_find_capability(dev, PCI_CAP_ID_MSIX, 0),
			       0x50);
	UK_TEST_EXPECT_SNUM_EQ(pci_find_capability(dev, PCI_CAP_ID_VNDR, 0),
			       0x40);
	UK_TEST_EXPECT_SNUM_EQ(pci_find_capability(dev, PCI_CAP_ID_VNDR, 0x40),
			       0x60);
	UK_TEST_EXPECT_ZERO(pci_find_capability(dev, PCI_CAP_ID_VNDR, 0x60));
	UK_TEST_EXPECT_ZERO(pci_find_capability(dev, PCI_CAP_ID_MSI, 0));
	/* In a circle, and out of the list */
	put(function->space, 0x60, 0x4009, 2);
	UK_TEST_EXPECT_ZERO(pci_find_capability(dev, PCI_CAP_ID_MSI, 0));
	put(function->space, 0x60, 0x0409, 2);
	UK_TEST_EXPECT_ZERO(pci_find_capability(dev, PCI_CAP_ID_MSI, 0));
}

static unsigned long swizzled(const struct pci_host *of __unused,
			      unsigned int devid, unsigned int pin)
{
	return 100 + (devid + pin - 1) % 4;
}

UK_TESTCASE(pci, gives_out_what_no_firmware_has)
{
	struct function *function;
	struct pci_device *dev;

	begin();
	host.bare = 1;
	host.io = (struct pci_window){ 0x1000, 0x10000 };
	host.low = (struct pci_window){ 0x10000000, 0x20000000 };
	host.high = (struct pci_window){ 0x8000000000UL, 0x9000000000UL };
	host.irq = swizzled;
	add_bar(add(0, 1, 0, 1), 1, 0x1000, 0, 0);
	function = add(0, 2, 0, 2);
	add_bar(function, 0, 0x20, 1, 0);
	add_bar(function, 1, 0x10000, 0, 0);
	add_bar(function, 2, 0x4000, 0xc, 0);
	put(function->space, PCI_INTERRUPT_PIN, 2, 1);
	add_bridge(0, 3, 0);
	function = add(1, 5, 0, 3);
	add_bar(function, 0, 0x2000, 0x4, 0);
	add_bar(function, 4, 0x20000000, 0, 0);
	put(function->space, PCI_INTERRUPT_PIN, 1, 1);
	UK_TEST_EXPECT_SNUM_EQ(scan(), 4);

	UK_TEST_EXPECT_SNUM_EQ(found(1)->bars[1].base, 0x10000000);
	dev = found(2);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[0].base, 0x1000);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[1].base, 0x10010000);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[2].base, 0x8000000000UL);
	UK_TEST_EXPECT_SNUM_EQ(pci_read32(dev, PCI_BASE_ADDRESS_3), 0x80);
	UK_TEST_EXPECT_SNUM_EQ(pci_read16(dev, PCI_COMMAND), 3);
	UK_TEST_EXPECT_SNUM_EQ(dev->irq, 100 + (2 + 1) % 4);

	/* Behind the bridge: below 4 GiB, from the next MiB on */
	dev = found(3);
	UK_TEST_EXPECT_SNUM_EQ(dev->bars[0].base, 0x10100000);
	UK_TEST_EXPECT_ZERO(dev->bars[4].base);		/* there is no room */
	UK_TEST_EXPECT_SNUM_EQ(dev->irq, 100 + (3 + 5) % 4);
	dev = found(0xb41d);
	UK_TEST_EXPECT_SNUM_EQ(pci_read8(dev, PCI_SECONDARY_BUS), 1);
	UK_TEST_EXPECT_SNUM_EQ(pci_read8(dev, PCI_SUBORDINATE_BUS), 1);
	UK_TEST_EXPECT_SNUM_EQ(pci_read16(dev, PCI_MEMORY_BASE), 0x1010);
	UK_TEST_EXPECT_SNUM_EQ(pci_read16(dev, PCI_MEMORY_LIMIT), 0x101f);
	UK_TEST_EXPECT_SNUM_EQ(pci_read8(dev, PCI_IO_BASE), 0xf0);
	UK_TEST_EXPECT_ZERO(pci_read8(dev, PCI_IO_LIMIT));
}

UK_TESTCASE(pci, matches_drivers)
{
	struct pci_device_id id = { 2, 0x8086, 0x4711, 0x1af4, 1 };

	UK_TEST_EXPECT_NULL(pci_find_driver(&id));
	id.device_id = 0xfeed;
	UK_TEST_EXPECT_NOT_NULL(pci_find_driver(&id));
	id.vendor_id = 0x8087;
	UK_TEST_EXPECT_NULL(pci_find_driver(&id));
}

static int never(struct pci_device *dev __unused)
{
	return -ENODEV;
}

/* Of a device that nobody has */
static const struct pci_device_id known[] = {
	{ PCI_DEVICE_ID(0x8086, 0xfeed) },
	{ PCI_ANY_DEVICE_ID },
};

static struct pci_driver driver = { .device_ids = known, .add_dev = never };
PCI_REGISTER_DRIVER(&driver);


UK_TESTCASE(pci, lists_of_capabilities_in_a_circle_are_none)
{
	struct function *function;
	struct pci_device *dev;

	begin();
	function = add(0, 0, 0, 1);
	put(function->space, PCI_CAPABILITIES_PTR, 0x40, 1);
	put(function->space, 0x40, 0x6009, 2);
	put(function->space, 0x60, 0x4009, 2);
	scan();
	dev = found(1);
	put(function->space, PCI_STATUS, PCI_STATUS_CAP_LIST, 2);
	UK_TEST_EXPECT_ZERO(pci_find_capability(dev, PCI_CAP_ID_VNDR, 0));
	UK_TEST_EXPECT_ZERO(pci_find_capability(dev, PCI_CAP_ID_VNDR, 0x60));
	/* With an end it is one */
	put(function->space, 0x60, 0x0009, 2);
	UK_TEST_EXPECT_SNUM_EQ(pci_find_capability(dev, PCI_CAP_ID_VNDR, 0),
			       0x40);
	UK_TEST_EXPECT_SNUM_EQ(pci_find_capability(dev, PCI_CAP_ID_VNDR, 0x40),
			       0x60);
}

uk_testsuite_register(pci, NULL);
