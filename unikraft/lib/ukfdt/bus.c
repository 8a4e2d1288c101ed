/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses: what `reg` says, seen through the windows of the buses between a
 * node and the root.
 */
#include <errno.h>
#include "tree.h"

/* Addresses of PCI: kind of space, then 64 bits */
#define PCI_CELLS	3
#define PCI_SPACE	0x03000000U

#define DEFAULT_ADDRESS_CELLS	2
#define DEFAULT_SIZE_CELLS	1

static int count_of(const struct uk_fdt *fdt, int node, const char *name,
		    uint32_t count)
{
	int rc = uk_fdt_u32(fdt, node, name, &count);

	if (rc && rc != -ENOENT)
		return rc;
	return count > UK_FDT_MAX_CELLS ? -EINVAL : (int)count;
}

int uk_fdt_address_cells(const struct uk_fdt *fdt, int node)
{
	return count_of(fdt, node, "#address-cells", DEFAULT_ADDRESS_CELLS);
}

int uk_fdt_size_cells(const struct uk_fdt *fdt, int node)
{
	return count_of(fdt, node, "#size-cells", DEFAULT_SIZE_CELLS);
}

/* Whether [address, address + size) wraps; it may end where 64 bits do */
static int wraps(uint64_t address, uint64_t size)
{
	return size && size - 1 > UINT64_MAX - address;
}

/* An address of `cells` cells, from cell *at on */
static int read_address(const struct uk_fdt_prop *prop, uint32_t *at,
			uint32_t cells, uint32_t *space, uint64_t *address)
{
	uint64_t first = 0;
	int rc;

	if (cells == PCI_CELLS) {
		rc = uk_fdt_cells(prop, *at, 1, &first);
		if (rc)
			return rc;
		++*at;
		cells--;
	}
	*space = (uint32_t)first;
	rc = uk_fdt_cells(prop, *at, cells, address);
	*at += cells;
	return rc;
}

/* How many cells each part of an entry of `ranges` has */
struct range_cells {
	uint32_t child, parent, size;
};

static int range_cells_of(const struct uk_fdt *fdt, int bus, int parent,
			  struct range_cells *cells)
{
	int child_cells = uk_fdt_address_cells(fdt, bus);
	int parent_cells = uk_fdt_address_cells(fdt, parent);
	int size_cells = uk_fdt_size_cells(fdt, bus);

	if (child_cells < 0 || parent_cells < 0 || size_cells < 0)
		return -EINVAL;
	/* Without any the list would have no end */
	if (child_cells + parent_cells + size_cells == 0)
		return -EINVAL;
	cells->child = (uint32_t)child_cells;
	cells->parent = (uint32_t)parent_cells;
	cells->size = (uint32_t)size_cells;
	return 0;
}

/* Entry `index`; its `address` is one of the parent bus, in *parent_space */
static int read_range(const struct uk_fdt_prop *ranges,
		      const struct range_cells *cells, uint32_t index,
		      struct uk_fdt_range *range, uint32_t *parent_space)
{
	uint32_t each = cells->child + cells->parent + cells->size, at;
	int rc;

	if (index >= ranges->len / 4 / each)
		return -ENOENT;
	at = index * each;
	rc = read_address(ranges, &at, cells->child, &range->space,
			  &range->child);
	if (!rc)
		rc = read_address(ranges, &at, cells->parent, parent_space,
				  &range->address);
	if (!rc)
		rc = uk_fdt_cells(ranges, at, cells->size, &range->size);
	if (rc)
		return rc;
	if (wraps(range->child, range->size)
	    || wraps(range->address, range->size))
		return -EINVAL;
	return 0;
}

/*
 * Takes [*address, *address + size) through the window that holds all of it;
 * -EINVAL when none does.
 */
static int through_window(const struct uk_fdt_prop *ranges,
			  const struct range_cells *cells, uint32_t *space,
			  uint64_t *address, uint64_t size)
{
	struct uk_fdt_range range;
	uint32_t i, parent_space;
	uint64_t offset;
	int rc;

	for (i = 0;; i++) {
		rc = read_range(ranges, cells, i, &range, &parent_space);
		/* A senseless entry is no reason to do without the others */
		if (rc == -EINVAL || rc == -ERANGE)
			continue;
		if (rc)
			return rc == -ENOENT ? -EINVAL : rc;
		if ((range.space ^ *space) & PCI_SPACE
		    || *address < range.child)
			continue;
		offset = *address - range.child;
		if (offset >= range.size || size > range.size - offset)
			continue;
		*space = parent_space;
		*address = range.address + offset;
		return 0;
	}
}

/*
 * From an address on `bus` to one of the processor; -EINVAL for one that cannot
 * be seen from there.
 */
static int translate(const struct uk_fdt *fdt, int bus, uint32_t space,
		     uint64_t *address, uint64_t size)
{
	struct range_cells cells;
	struct uk_fdt_prop ranges;
	int parent, rc;

	/* The depth of the tree bounds the way up */
	while ((parent = uk_fdt_parent(fdt, bus)) >= 0) {
		rc = uk_fdt_prop(fdt, bus, "ranges", &ranges);
		if (rc)
			return rc == -ENOENT ? -EINVAL : rc;
		/* An empty one: parent and children see the same */
		if (ranges.len) {
			rc = range_cells_of(fdt, bus, parent, &cells);
			if (!rc)
				rc = through_window(&ranges, &cells, &space,
						    address, size);
			if (rc)
				return rc;
		}
		bus = parent;
	}
	return 0;
}

int uk_fdt_reg(const struct uk_fdt *fdt, int node, uint32_t index,
	       uint64_t *address, uint64_t *size)
{
	int bus = uk_fdt_parent(fdt, node), rc;
	int address_cells = uk_fdt_address_cells(fdt, bus);
	int size_cells = uk_fdt_size_cells(fdt, bus);
	struct uk_fdt_prop reg;
	uint32_t at, each, space;
	uint64_t len;

	if (bus < 0 || address_cells < 0 || size_cells < 0)
		return -EINVAL;
	rc = uk_fdt_prop(fdt, node, "reg", &reg);
	if (rc)
		return rc;
	each = (uint32_t)(address_cells + size_cells);
	if (!address_cells || index >= reg.len / 4 / each)
		return -ENOENT;
	at = index * each;
	rc = read_address(&reg, &at, (uint32_t)address_cells, &space, address);
	if (!rc)
		rc = uk_fdt_cells(&reg, at, (uint32_t)size_cells, &len);
	if (rc)
		return rc;
	if (wraps(*address, len))
		return -EINVAL;
	if (size)
		*size = len;
	return translate(fdt, bus, space, address, len);
}

int uk_fdt_range(const struct uk_fdt *fdt, int bus, uint32_t index,
		 struct uk_fdt_range *range)
{
	int parent = uk_fdt_parent(fdt, bus), rc;
	struct range_cells cells;
	struct uk_fdt_prop ranges;
	uint32_t space;

	if (parent < 0)
		return parent;
	rc = uk_fdt_prop(fdt, bus, "ranges", &ranges);
	if (!rc)
		rc = range_cells_of(fdt, bus, parent, &cells);
	if (!rc)
		rc = read_range(&ranges, &cells, index, range, &space);
	if (rc)
		return rc;
	return translate(fdt, parent, space, &range->address, range->size);
}
