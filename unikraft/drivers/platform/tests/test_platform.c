/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The devices that this machine's tree describes. Both drivers here are for the
 * clock, which QEMU's `virt` has; nobody else drives it on this bus.
 */
#include <errno.h>
#include <platform_bus.h>
#include <uk/plat/common/tree.h>
#include <uk/test.h>

#define OWN_ID		(PLATFORM_DEVICE_ID_END - 1)

static struct pf_device *driven;
static unsigned int inits, probes, second_asked;

static int init(struct uk_alloc *a)
{
	inits += !!a;
	return 0;
}

static int match(const char *model)
{
	return strcmp(model, "arm,pl031") ? -1 : OWN_ID;
}

static int probe(struct pf_device *dev)
{
	probes++;
	return dev->size ? 0 : -EINVAL;
}

static int add(struct pf_device *dev)
{
	driven = dev;
	return 0;
}

static int fail_init(struct uk_alloc *a __unused)
{
	return -EIO;
}

static int match_second(const char *model __unused)
{
	second_asked++;
	return OWN_ID;
}

static const struct pf_device_id ids[] = { { OWN_ID } };

static struct pf_driver driver = {
	.device_ids = ids,
	.init = init,
	.probe = probe,
	.add_dev = add,
	.match = match,
};
PF_REGISTER_DRIVER(&driver);

/* Would take every device, but cannot be made ready */
static struct pf_driver broken = {
	.device_ids = ids,
	.init = fail_init,
	.add_dev = add,
	.match = match_second,
};

static void register_broken(void)
{
	_pf_register_driver(&broken);
}
PF_REGISTER_CTOR(register_broken);

UK_TESTCASE(platform_bus, hands_a_device_to_its_driver)
{
	UK_TEST_EXPECT_SNUM_EQ(inits, 1);
	UK_TEST_EXPECT_SNUM_EQ(probes, 1);
	UK_TEST_ASSERT(driven != NULL);
	if (!driven)
		return;
	UK_TEST_EXPECT_PTR_EQ(driven->drv, &driver);
	UK_TEST_EXPECT_SNUM_EQ(driven->state, PF_DEVICE_STATE_RUNNING);
	UK_TEST_EXPECT_SNUM_EQ(driven->id.device_id, OWN_ID);
	UK_TEST_EXPECT_SNUM_EQ(driven->base, 0x9010000);
	UK_TEST_EXPECT_SNUM_EQ(driven->size, 0x1000);
	/* SPI 2 */
	UK_TEST_EXPECT_SNUM_EQ(driven->irq, 34);
	UK_TEST_EXPECT(uk_fdt_compatible(plat_tree(), driven->fdt_offset,
					 "arm,pl031"));
}

UK_TESTCASE(platform_bus, leaves_out_drivers_that_fail)
{
	UK_TEST_EXPECT_ZERO(second_asked);
}

UK_TESTCASE(platform_bus, maps_registers)
{
	volatile uint32_t *registers;

	UK_TEST_ASSERT(driven != NULL);
	if (!driven)
		return;
	registers = (volatile uint32_t *)pf_map(driven);
	UK_TEST_ASSERT(registers != NULL);
	/* Seconds since 1970: later than 2020 */
	if (registers)
		UK_TEST_EXPECT_SNUM_GT(registers[0], 1577836800);
	UK_TEST_EXPECT_PTR_EQ((const void *)registers,
			      (const void *)pf_map(driven));
}

UK_TESTCASE(platform_bus, lists_devices_without_drivers)
{
	struct pf_device *dev;
	int uarts = 0, slots = 0;

	uk_list_for_each_entry(dev, &pf_device_list, list) {
		const char *name = uk_fdt_name(plat_tree(), dev->fdt_offset);

		if (!strcmp(name, "pl011@9000000")) {
			uarts++;
			UK_TEST_EXPECT_SNUM_EQ(dev->irq, 33);
			UK_TEST_EXPECT_NULL(dev->drv);
		}
		slots += !strncmp(name, "virtio_mmio@", 12);
	}
	UK_TEST_EXPECT_SNUM_EQ(uarts, 1);
	UK_TEST_EXPECT_SNUM_EQ(slots, 32);
}

uk_testsuite_register(platform_bus, NULL);
