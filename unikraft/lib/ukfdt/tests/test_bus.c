/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses through the windows of buses.
 */
#include <errno.h>
#include <uk/fdt.h>
#include <uk/test.h>
#include "build.h"

static struct build built;
static struct uk_fdt fdt;

static int make(struct uk_testsuite *suite __unused)
{
	memset(&built, 0, sizeof(built));
	build_machine(&built);
	return uk_fdt_open(&fdt, built.blob, built.size);
}

static int at(const char *path)
{
	return uk_fdt_path(&fdt, path, strlen(path));
}

UK_TESTCASE(fdt_bus, reads_addresses_below_the_root)
{
	uint64_t address, size;
	int node = at("/memory");

	UK_TEST_EXPECT_ZERO(uk_fdt_reg(&fdt, node, 0, &address, &size));
	UK_TEST_EXPECT_SNUM_EQ(address, 0x40000000);
	UK_TEST_EXPECT_SNUM_EQ(size, 0x8000000);
	UK_TEST_EXPECT_ZERO(uk_fdt_reg(&fdt, node, 1, &address, NULL));
	UK_TEST_EXPECT_SNUM_EQ(address, 1L << 32);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_reg(&fdt, node, 2, &address, &size),
			       -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_reg(&fdt, at("/timer"), 0, &address,
					  &size), -ENOENT);
}

UK_TESTCASE(fdt_bus, translates_through_two_buses)
{
	uint64_t address, size;
	int node = at("/soc/inner/device");

	UK_TEST_EXPECT_ZERO(uk_fdt_reg(&fdt, node, 0, &address, &size));
	UK_TEST_EXPECT_SNUM_EQ(address, 0xa010);
	UK_TEST_EXPECT_SNUM_EQ(size, 0x20);
	/* Beyond the inner bus's window */
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_reg(&fdt, node, 1, &address, &size),
			       -EINVAL);
	UK_TEST_EXPECT_ZERO(uk_fdt_reg(&fdt, at("/soc/off"), 0, &address,
				       &size));
	UK_TEST_EXPECT_SNUM_EQ(address, 0x100002000);
}

UK_TESTCASE(fdt_bus, gives_windows_as_the_processor_sees_them)
{
	struct uk_fdt_range range;
	int pci = at("/pcie"), soc = at("/soc");

	UK_TEST_EXPECT_ZERO(uk_fdt_range(&fdt, pci, 0, &range));
	UK_TEST_EXPECT_SNUM_EQ(range.space, 0x01000000);
	UK_TEST_EXPECT_ZERO(range.child);
	UK_TEST_EXPECT_SNUM_EQ(range.address, 0x3eff0000);
	UK_TEST_EXPECT_SNUM_EQ(range.size, 0x10000);
	UK_TEST_EXPECT_ZERO(uk_fdt_range(&fdt, pci, 2, &range));
	UK_TEST_EXPECT_SNUM_EQ(range.address, 0x8000000000);
	UK_TEST_EXPECT_SNUM_EQ(range.size, 0x8000000000);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_range(&fdt, pci, 3, &range), -ENOENT);

	UK_TEST_EXPECT_ZERO(uk_fdt_range(&fdt, soc, 1, &range));
	UK_TEST_EXPECT_SNUM_EQ(range.child, 0x4000);
	UK_TEST_EXPECT_SNUM_EQ(range.address, 0xa000);
	UK_TEST_EXPECT_ZERO(uk_fdt_range(&fdt, at("/soc/inner"), 0, &range));
	UK_TEST_EXPECT_SNUM_EQ(range.address, 0xa000);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_range(&fdt, at("/timer"), 0, &range),
			       -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_range(&fdt, 0, 0, &range), -ENOENT);
}

/* A bus with these `ranges`, and a device on it with this `reg` */
static int device_behind(const uint32_t *ranges, uint32_t nr, uint32_t reg,
			 uint32_t size)
{
	memset(&built, 0, sizeof(built));
	build_node(&built, "");
	BUILD_CELLS(&built, "#address-cells", 2);
	BUILD_CELLS(&built, "#size-cells", 1);
	build_node(&built, "bus");
	BUILD_CELLS(&built, "#address-cells", 1);
	BUILD_CELLS(&built, "#size-cells", 1);
	if (ranges)
		build_cells(&built, "ranges", ranges, nr);
	build_node(&built, "device");
	BUILD_CELLS(&built, "reg", reg, size);
	build_end(&built);
	build_end(&built);
	build_end(&built);
	build_finish(&built);
	if (uk_fdt_open(&fdt, built.blob, built.size))
		return -EINVAL;
	return at("/bus/device");
}

UK_TESTCASE(fdt_bus, sees_nothing_through_a_bus_without_windows)
{
	uint64_t address, size;
	int node = device_behind(NULL, 0, 0x10, 4);

	UK_TEST_ASSERT(node > 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_reg(&fdt, node, 0, &address, &size),
			       -EINVAL);
}

UK_TESTCASE(fdt_bus, takes_an_empty_list_for_no_translation)
{
	static const uint32_t none[1];
	uint64_t address, size;
	int node = device_behind(none, 0, 0x10, 4);

	UK_TEST_EXPECT_ZERO(uk_fdt_reg(&fdt, node, 0, &address, &size));
	UK_TEST_EXPECT_SNUM_EQ(address, 0x10);
}

UK_TESTCASE(fdt_bus, passes_over_windows_that_wrap)
{
	static const uint32_t ranges[] = {
		0, 0xffffffff, 0xffffff00, 0x1000,	/* wraps above */
		0x10, 0, 0x7000, 0x10,
	};
	uint64_t address, size;
	int node = device_behind(ranges, 8, 0x10, 0x10);

	UK_TEST_EXPECT_ZERO(uk_fdt_reg(&fdt, node, 0, &address, &size));
	UK_TEST_EXPECT_SNUM_EQ(address, 0x7000);
	/* One byte more than the window */
	node = device_behind(ranges, 8, 0x10, 0x11);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_reg(&fdt, node, 0, &address, &size),
			       -EINVAL);
}

UK_TESTCASE(fdt_bus, refuses_absurd_numbers_of_cells)
{
	uint64_t address, size;

	memset(&built, 0, sizeof(built));
	build_node(&built, "");
	BUILD_CELLS(&built, "#address-cells", 0xffffffff);
	BUILD_CELLS(&built, "#size-cells", 0);
	build_node(&built, "device");
	BUILD_CELLS(&built, "reg", 1, 2);
	build_end(&built);
	build_end(&built);
	build_finish(&built);
	UK_TEST_ASSERT(!uk_fdt_open(&fdt, built.blob, built.size));
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_address_cells(&fdt, 0), -EINVAL);
	UK_TEST_EXPECT_ZERO(uk_fdt_size_cells(&fdt, 0));
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_reg(&fdt, at("/device"), 0, &address,
					  &size), -EINVAL);
}

uk_testsuite_register(fdt_bus, make);
