/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts, from devices to controllers.
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

UK_TESTCASE(fdt_irq, asks_the_nearest_parent)
{
	struct uk_fdt_irq irq;

	UK_TEST_EXPECT_ZERO(uk_fdt_irq(&fdt, at("/pl011"), 0, &irq));
	UK_TEST_EXPECT_SNUM_EQ(irq.controller, at("/intc"));
	UK_TEST_EXPECT_SNUM_EQ(irq.nr_cells, 3);
	UK_TEST_EXPECT_SNUM_EQ(irq.cells[1], 1);
	UK_TEST_EXPECT_SNUM_EQ(irq.cells[2], 4);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_irq(&fdt, at("/pl011"), 1, &irq),
			       -ENOENT);
	UK_TEST_EXPECT_ZERO(uk_fdt_irq(&fdt, at("/timer"), 2, &irq));
	UK_TEST_EXPECT_SNUM_EQ(irq.cells[1], 11);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_irq(&fdt, at("/chosen"), 0, &irq),
			       -ENOENT);
}

UK_TESTCASE(fdt_irq, reads_lists_with_a_controller_each)
{
	struct uk_fdt_irq irq;
	int node = at("/soc/inner/device");

	UK_TEST_EXPECT_ZERO(uk_fdt_irq(&fdt, node, 0, &irq));
	UK_TEST_EXPECT_SNUM_EQ(irq.controller, at("/intc"));
	UK_TEST_EXPECT_SNUM_EQ(irq.cells[1], 7);
	UK_TEST_EXPECT_ZERO(uk_fdt_irq(&fdt, node, 1, &irq));
	UK_TEST_EXPECT_SNUM_EQ(irq.controller, at("/soc/small"));
	UK_TEST_EXPECT_SNUM_EQ(irq.nr_cells, 1);
	UK_TEST_EXPECT_SNUM_EQ(irq.cells[0], 9);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_irq(&fdt, node, 2, &irq), -ENOENT);
}

UK_TESTCASE(fdt_irq, routes_pins_of_pci_slots)
{
	static const struct {
		uint32_t slot, pin, number;
	} pins[] = {
		{ 0, 1, 3 }, { 0, 2, 4 }, { 1, 1, 4 }, { 1, 2, 5 },
		/* The mask leaves two bits of the slot */
		{ 4, 1, 3 }, { 5, 2, 5 },
	};
	struct uk_fdt_irq irq;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pins); i++) {
		uint32_t unit[3] = { pins[i].slot << 11, 0, 0 };

		irq.nr_cells = 1;
		irq.cells[0] = pins[i].pin;
		UK_TEST_EXPECT_ZERO(uk_fdt_route(&fdt, at("/pcie"), unit,
						 &irq));
		UK_TEST_EXPECT_SNUM_EQ(irq.controller, at("/intc"));
		UK_TEST_EXPECT_SNUM_EQ(irq.nr_cells, 3);
		UK_TEST_EXPECT_SNUM_EQ(irq.cells[1], pins[i].number);
	}
	irq.nr_cells = 1;
	irq.cells[0] = 3;
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_route(&fdt, at("/pcie"),
					    (uint32_t[3]){ 0 }, &irq),
			       -ENOENT);
	irq.nr_cells = UK_FDT_MAX_CELLS + 1;
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_route(&fdt, at("/pcie"),
					    (uint32_t[3]){ 0 }, &irq),
			       -ERANGE);
}

/* Two nexuses that send everything to each other */
UK_TESTCASE(fdt_irq, leaves_a_circle)
{
	struct uk_fdt_irq irq;
	unsigned int i;

	memset(&built, 0, sizeof(built));
	build_node(&built, "");
	BUILD_CELLS(&built, "interrupt-parent", 1);
	for (i = 1; i <= 2; i++) {
		build_node(&built, i == 1 ? "a" : "b");
		BUILD_CELLS(&built, "phandle", i);
		BUILD_CELLS(&built, "#interrupt-cells", 1);
		BUILD_CELLS(&built, "#address-cells", 0);
		BUILD_CELLS(&built, "interrupt-map-mask", 0);
		BUILD_CELLS(&built, "interrupt-map", 0, 3 - i, 5);
		build_end(&built);
	}
	build_node(&built, "device");
	BUILD_CELLS(&built, "interrupts", 5);
	build_end(&built);
	build_end(&built);
	build_finish(&built);
	UK_TEST_ASSERT(!uk_fdt_open(&fdt, built.blob, built.size));
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_irq(&fdt, at("/device"), 0, &irq),
			       -EINVAL);
}

/* Nodes that name themselves, nobody, and what is no controller */
UK_TESTCASE(fdt_irq, refuses_parents_that_are_none)
{
	static const uint32_t parents[] = { 1, 2, 77, 0, 0xffffffff };
	struct uk_fdt_irq irq;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parents); i++) {
		memset(&built, 0, sizeof(built));
		build_node(&built, "");
		BUILD_CELLS(&built, "phandle", 2);
		build_node(&built, "device");
		BUILD_CELLS(&built, "phandle", 1);
		BUILD_CELLS(&built, "interrupt-parent", parents[i]);
		BUILD_CELLS(&built, "interrupts", 5);
		build_end(&built);
		build_end(&built);
		build_finish(&built);
		UK_TEST_ASSERT(!uk_fdt_open(&fdt, built.blob, built.size));
		UK_TEST_EXPECT_SNUM_LT(uk_fdt_irq(&fdt, at("/device"), 0,
						  &irq), 0);
	}
}

uk_testsuite_register(fdt_irq, make);
