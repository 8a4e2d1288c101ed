/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nodes, properties, and finding them, in a tree like that of a machine.
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

UK_TESTCASE(fdt_tree, says_how_large_it_is)
{
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_size(built.blob), built.size);
	UK_TEST_EXPECT_ZERO(uk_fdt_size(built.blob + 4));
	UK_TEST_EXPECT_ZERO(uk_fdt_size(NULL));
}

UK_TESTCASE(fdt_tree, walks_all_nodes_in_order)
{
	static const struct {
		const char *name;
		int depth;
	} nodes[] = {
		{ "", 0 }, { "chosen", 1 }, { "aliases", 1 },
		{ "memory@40000000", 1 }, { "intc@8000000", 1 },
		{ "pl011@9000000", 1 }, { "timer", 1 }, { "pcie@10000000", 1 },
		{ "soc", 1 }, { "inner@4000", 2 }, { "device@10", 3 },
		{ "off@1000", 2 }, { "small@5", 2 },
	};
	int node = uk_fdt_root(&fdt), depth = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		UK_TEST_EXPECT_STR_EQ(uk_fdt_name(&fdt, node), nodes[i].name);
		UK_TEST_EXPECT_SNUM_EQ(depth, nodes[i].depth);
		node = uk_fdt_next(&fdt, node, &depth);
	}
	UK_TEST_EXPECT_SNUM_EQ(node, -ENOENT);
}

UK_TESTCASE(fdt_tree, knows_families)
{
	int soc = at("/soc"), child, n = 0;

	uk_fdt_foreach_child(child, &fdt, soc) {
		UK_TEST_EXPECT_SNUM_EQ(uk_fdt_parent(&fdt, child), soc);
		n++;
	}
	UK_TEST_EXPECT_SNUM_EQ(n, 3);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_parent(&fdt, soc), uk_fdt_root(&fdt));
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_parent(&fdt, uk_fdt_root(&fdt)),
			       -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_child(&fdt, at("/chosen")), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_sibling(&fdt, soc), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_sibling(&fdt, uk_fdt_root(&fdt)),
			       -ENOENT);
}

UK_TESTCASE(fdt_tree, refuses_what_is_no_node)
{
	struct uk_fdt_prop prop;

	UK_TEST_EXPECT_NULL(uk_fdt_name(&fdt, -1));
	UK_TEST_EXPECT_NULL(uk_fdt_name(&fdt, 3));
	UK_TEST_EXPECT_NULL(uk_fdt_name(&fdt, 0x7ffffffc));
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_parent(&fdt, 12345), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_next(&fdt, -ENOENT, NULL), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_prop(&fdt, -1, "reg", &prop), -EINVAL);
}

UK_TESTCASE(fdt_tree, gives_properties_in_order)
{
	struct uk_fdt_prop prop;
	int node = at("/chosen");

	UK_TEST_ASSERT(!uk_fdt_first_prop(&fdt, node, &prop));
	UK_TEST_EXPECT_STR_EQ(prop.name, "bootargs");
	UK_TEST_EXPECT_SNUM_EQ(prop.len, sizeof("one two"));
	UK_TEST_EXPECT_STR_EQ((const char *)prop.value, "one two");
	UK_TEST_EXPECT_ZERO(uk_fdt_next_prop(&fdt, &prop));
	UK_TEST_EXPECT_STR_EQ(prop.name, "stdout-path");
	UK_TEST_EXPECT_ZERO(uk_fdt_next_prop(&fdt, &prop));
	UK_TEST_EXPECT_ZERO(uk_fdt_next_prop(&fdt, &prop));
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_next_prop(&fdt, &prop), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_prop(&fdt, node, "bootarg", &prop),
			       -ENOENT);
}

UK_TESTCASE(fdt_tree, reads_numbers)
{
	struct uk_fdt_prop prop;
	int chosen = at("/chosen");
	uint32_t small;
	uint64_t number = 0;

	UK_TEST_EXPECT_ZERO(uk_fdt_number(&fdt, chosen, "linux,initrd-start",
					  &number));
	UK_TEST_EXPECT_SNUM_EQ(number, 0x48000000);
	UK_TEST_EXPECT_ZERO(uk_fdt_number(&fdt, chosen, "linux,initrd-end",
					  &number));
	UK_TEST_EXPECT_SNUM_EQ(number, 0x48001000);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_u32(&fdt, chosen, "linux,initrd-end",
					  &small), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_number(&fdt, chosen, "bootargs",
					     &number), 0);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_number(&fdt, chosen, "stdout-path",
					     &number), -EINVAL);

	UK_TEST_ASSERT(!uk_fdt_prop(&fdt, at("/memory"), "reg", &prop));
	UK_TEST_EXPECT_ZERO(uk_fdt_cells(&prop, 4, 2, &number));
	UK_TEST_EXPECT_SNUM_EQ(number, 1L << 32);
	UK_TEST_EXPECT_ZERO(uk_fdt_cells(&prop, 8, 0, &number));
	UK_TEST_EXPECT_ZERO(number);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_cells(&prop, 7, 2, &number), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_cells(&prop, ~0U, 2, &number), -ENOENT);
	/* Three cells, of which the first is not 0 */
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_cells(&prop, 1, 3, &number), -ERANGE);
	/* And where it is */
	UK_TEST_EXPECT_ZERO(uk_fdt_cells(&prop, 0, 3, &number));
	UK_TEST_EXPECT_SNUM_EQ(number, 0x4000000000000000);
}

UK_TESTCASE(fdt_tree, reads_lists_of_strings)
{
	struct uk_fdt_prop prop;

	UK_TEST_ASSERT(!uk_fdt_prop(&fdt, at("/pl011"), "compatible", &prop));
	UK_TEST_EXPECT_STR_EQ(uk_fdt_string(&prop, 0), "arm,pl011");
	UK_TEST_EXPECT_STR_EQ(uk_fdt_string(&prop, 1), "arm,primecell");
	UK_TEST_EXPECT_NULL(uk_fdt_string(&prop, 2));
	/* No zero at the end: no string */
	prop.len = 5;
	UK_TEST_EXPECT_NULL(uk_fdt_string(&prop, 0));
	prop.len = 0;
	UK_TEST_EXPECT_NULL(uk_fdt_string(&prop, 0));
}

UK_TESTCASE(fdt_tree, finds_by_path_and_alias)
{
	int device = at("/soc/inner@4000/device@10");

	UK_TEST_EXPECT(device > 0);
	UK_TEST_EXPECT_STR_EQ(uk_fdt_name(&fdt, device), "device@10");
	UK_TEST_EXPECT_SNUM_EQ(at("/soc/inner/device"), device);
	UK_TEST_EXPECT_SNUM_EQ(at("//soc//inner/device/"), device);
	UK_TEST_EXPECT_SNUM_EQ(at("/"), uk_fdt_root(&fdt));
	UK_TEST_EXPECT_SNUM_EQ(at("serial0"), at("/pl011@9000000"));
	UK_TEST_EXPECT_SNUM_EQ(at("serial0:115200n8"), at("/pl011@9000000"));
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_path(&fdt, "/soc/inner", 4), at("/soc"));
	UK_TEST_EXPECT_SNUM_EQ(at(""), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(at("/so"), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(at("/soc/inner@400"), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(at("/device"), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(at("serial"), -ENOENT);
	/* An alias of itself */
	UK_TEST_EXPECT_SNUM_EQ(at("self"), -ENOENT);
}

UK_TESTCASE(fdt_tree, finds_by_phandle)
{
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_by_phandle(&fdt, 1), at("/intc"));
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_by_phandle(&fdt, 2), at("/soc/small"));
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_by_phandle(&fdt, 3), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_by_phandle(&fdt, 0), -ENOENT);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_by_phandle(&fdt, ~0U), -ENOENT);
}

UK_TESTCASE(fdt_tree, finds_enabled_devices_by_model)
{
	static const char *const models[] = {
		"maker,older", "maker,old", "arm,pl011", NULL
	};
	unsigned int which = 9;
	int node;

	node = uk_fdt_find(&fdt, UK_FDT_NONE, models, &which);
	UK_TEST_EXPECT_SNUM_EQ(node, at("/pl011"));
	UK_TEST_EXPECT_SNUM_EQ(which, 2);
	node = uk_fdt_find(&fdt, node, models, &which);
	UK_TEST_EXPECT_SNUM_EQ(node, at("/soc/inner/device"));
	UK_TEST_EXPECT_SNUM_EQ(which, 1);
	/* The last one is disabled */
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_find(&fdt, node, models, NULL), -ENOENT);

	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_find_type(&fdt, UK_FDT_NONE, "memory"),
			       at("/memory"));
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_find_type(&fdt, at("/memory"),
						"memory"), -ENOENT);
}

UK_TESTCASE(fdt_tree, gives_reserved_memory)
{
	uint64_t address, size;

	UK_TEST_EXPECT_ZERO(uk_fdt_reserved(&fdt, 0, &address, &size));
	UK_TEST_EXPECT_SNUM_EQ(address, 0x47000000);
	UK_TEST_EXPECT_SNUM_EQ(size, 0x1000);
	UK_TEST_EXPECT_SNUM_EQ(uk_fdt_reserved(&fdt, 1, &address, &size),
			       -ENOENT);
}

uk_testsuite_register(fdt_tree, make);
