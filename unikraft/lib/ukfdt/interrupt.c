/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts: from the device that raises one to the controller where it
 * arrives. The way is a tree of its own, whose edges are phandles; these may
 * lead anywhere, so the number of steps is bounded.
 */
#include <errno.h>
#include "tree.h"

/* Controllers and nexuses on one way; real machines have two */
#define LONGEST_WAY	8
/* Entries of a map that are looked at: each may make a walk over the tree */
#define LONGEST_MAP	1024

static int irq_cells(const struct uk_fdt *fdt, int node)
{
	uint32_t count;
	int rc = uk_fdt_u32(fdt, node, "#interrupt-cells", &count);

	if (rc)
		return rc;
	return count && count <= UK_FDT_MAX_CELLS ? (int)count : -EINVAL;
}

/* As many cells as there are in a unit address before an interrupt map */
static int unit_cells(const struct uk_fdt *fdt, int node)
{
	uint32_t count = 0;
	int rc = uk_fdt_u32(fdt, node, "#address-cells", &count);

	if (rc && rc != -ENOENT)
		return rc;
	return count <= UK_FDT_MAX_CELLS ? (int)count : -EINVAL;
}

/* Where the interrupts of a node go: its own word, or that of an ancestor */
static int irq_parent(const struct uk_fdt *fdt, int node)
{
	uint32_t phandle;
	int rc, up;

	for (up = node; up >= 0; up = uk_fdt_parent(fdt, up)) {
		rc = uk_fdt_u32(fdt, up, "interrupt-parent", &phandle);
		if (!rc)
			return uk_fdt_by_phandle(fdt, phandle);
		if (rc != -ENOENT)
			return rc;
	}
	return up;
}

static int copy_cells(const struct uk_fdt_prop *prop, uint32_t first,
		      uint32_t nr, uint32_t *cells)
{
	uint64_t number;
	uint32_t i;

	for (i = 0; i < nr; i++) {
		if (uk_fdt_cells(prop, first + i, 1, &number))
			return -ENOENT;
		cells[i] = (uint32_t)number;
	}
	return 0;
}

/* One entry of an interrupt map, and how it is compared */
struct entry {
	uint32_t key[2 * UK_FDT_MAX_CELLS];	/* unit address, specifier */
	uint32_t nr_key;
	uint64_t phandle;	/* of the parent; 0 is none's */
	int parent;
	uint32_t at;		/* the parent's specifier */
	uint32_t nr_cells;
	uint32_t next;
};

static int read_entry(const struct uk_fdt *fdt, const struct uk_fdt_prop *map,
		      uint32_t at, struct entry *entry)
{
	int units, cells;
	uint64_t phandle;

	if (copy_cells(map, at, entry->nr_key, entry->key)
	    || uk_fdt_cells(map, at + entry->nr_key, 1, &phandle))
		return -ENOENT;
	/* Most entries have the parent of the one before */
	if (phandle != entry->phandle) {
		entry->phandle = phandle;
		entry->parent = uk_fdt_by_phandle(fdt, (uint32_t)phandle);
	}
	/* Without the parent's cells nobody knows where the next one begins */
	units = unit_cells(fdt, entry->parent);
	cells = irq_cells(fdt, entry->parent);
	if (entry->parent < 0 || units < 0 || cells < 0)
		return -EINVAL;
	entry->nr_cells = (uint32_t)cells;
	entry->at = at + entry->nr_key + 1 + (uint32_t)units;
	entry->next = entry->at + entry->nr_cells;
	return 0;
}

/* The mask; all bits count where there is none */
static int read_mask(const struct uk_fdt *fdt, int nexus, uint32_t nr,
		     uint32_t *mask)
{
	struct uk_fdt_prop prop;
	uint32_t i;

	if (!uk_fdt_prop(fdt, nexus, "interrupt-map-mask", &prop))
		return copy_cells(&prop, 0, nr, mask);
	for (i = 0; i < nr; i++)
		mask[i] = 0xffffffff;
	return 0;
}

/* One step: the entry of the map that fits `unit` and the specifier in *irq */
static int step(const struct uk_fdt *fdt, int nexus, const uint32_t *unit,
		uint32_t nr_unit, struct uk_fdt_irq *irq)
{
	uint32_t wanted[2 * UK_FDT_MAX_CELLS], mask[2 * UK_FDT_MAX_CELLS];
	struct entry entry = {
		.nr_key = nr_unit + irq->nr_cells,
		.parent = -ENOENT,
	};
	struct uk_fdt_prop map;
	uint32_t i, nr;
	int rc;

	rc = uk_fdt_prop(fdt, nexus, "interrupt-map", &map);
	if (!rc)
		rc = read_mask(fdt, nexus, entry.nr_key, mask);
	if (rc)
		return rc;
	for (i = 0; i < entry.nr_key; i++)
		wanted[i] = mask[i] & (i < nr_unit ? unit[i]
				       : irq->cells[i - nr_unit]);

	for (nr = 0;; nr++) {
		if (nr == LONGEST_MAP)
			return -EINVAL;
		rc = read_entry(fdt, &map, entry.next, &entry);
		if (rc)
			return rc;
		for (i = 0; i < entry.nr_key; i++)
			if ((entry.key[i] & mask[i]) != wanted[i])
				break;
		if (i == entry.nr_key)
			break;
	}
	irq->controller = entry.parent;
	irq->nr_cells = entry.nr_cells;
	return copy_cells(&map, entry.at, entry.nr_cells, irq->cells);
}

static int is_nexus(const struct uk_fdt *fdt, int node)
{
	struct uk_fdt_prop map;

	return !uk_fdt_prop(fdt, node, "interrupt-map", &map);
}

/* The unit address of a node as its bus has it; zeroes without `reg` */
static int unit_of(const struct uk_fdt *fdt, int node, uint32_t nr,
		   uint32_t *unit)
{
	struct uk_fdt_prop reg;
	uint32_t i;

	if (!uk_fdt_prop(fdt, node, "reg", &reg))
		return copy_cells(&reg, 0, nr, unit);
	for (i = 0; i < nr; i++)
		unit[i] = 0;
	return 0;
}

int uk_fdt_route(const struct uk_fdt *fdt, int nexus, const uint32_t *unit,
		 struct uk_fdt_irq *irq)
{
	uint32_t own_unit[UK_FDT_MAX_CELLS];
	int way, rc, nr_unit = unit_cells(fdt, nexus);

	if (irq->nr_cells > UK_FDT_MAX_CELLS)
		return -ERANGE;
	irq->controller = nexus;
	for (way = 0; way < LONGEST_WAY; way++) {
		if (nr_unit < 0)
			return nr_unit;
		rc = step(fdt, nexus, unit, (uint32_t)nr_unit, irq);
		if (rc || !is_nexus(fdt, irq->controller))
			return rc;
		/* A nexus behind a nexus sees the first one as the device */
		nr_unit = unit_cells(fdt, irq->controller);
		if (nr_unit < 0
		    || unit_of(fdt, nexus, (uint32_t)nr_unit, own_unit))
			return -EINVAL;
		nexus = irq->controller;
		unit = own_unit;
	}
	return -EINVAL;
}

/* Specifier `index` of a list in which each has its own controller */
static int extended(const struct uk_fdt *fdt, const struct uk_fdt_prop *list,
		    uint32_t index, struct uk_fdt_irq *irq)
{
	uint64_t phandle;
	uint32_t at = 0;
	int cells;

	for (;;) {
		if (uk_fdt_cells(list, at, 1, &phandle))
			return -ENOENT;
		irq->controller = uk_fdt_by_phandle(fdt, (uint32_t)phandle);
		cells = irq_cells(fdt, irq->controller);
		if (irq->controller < 0 || cells < 0)
			return -EINVAL;
		irq->nr_cells = (uint32_t)cells;
		if (!index--)
			return copy_cells(list, at + 1, irq->nr_cells,
					  irq->cells);
		at += 1 + irq->nr_cells;
	}
}

static int plain(const struct uk_fdt *fdt, int node, uint32_t index,
		 struct uk_fdt_irq *irq)
{
	struct uk_fdt_prop list;
	int cells, rc;

	rc = uk_fdt_prop(fdt, node, "interrupts", &list);
	if (rc)
		return rc;
	irq->controller = irq_parent(fdt, node);
	cells = irq_cells(fdt, irq->controller);
	if (irq->controller < 0 || cells < 0)
		return -EINVAL;
	irq->nr_cells = (uint32_t)cells;
	if (index >= list.len / 4 / irq->nr_cells)
		return -ENOENT;
	return copy_cells(&list, index * irq->nr_cells, irq->nr_cells,
			  irq->cells);
}

int uk_fdt_irq(const struct uk_fdt *fdt, int node, uint32_t index,
	       struct uk_fdt_irq *irq)
{
	uint32_t unit[UK_FDT_MAX_CELLS];
	struct uk_fdt_prop list;
	int nr_unit, rc;

	rc = uk_fdt_prop(fdt, node, "interrupts-extended", &list);
	if (rc == -EINVAL)
		return rc;
	rc = rc ? plain(fdt, node, index, irq)
		: extended(fdt, &list, index, irq);
	if (rc || !is_nexus(fdt, irq->controller))
		return rc;
	nr_unit = unit_cells(fdt, irq->controller);
	if (nr_unit < 0 || unit_of(fdt, node, (uint32_t)nr_unit, unit))
		return -EINVAL;
	return uk_fdt_route(fdt, irq->controller, unit, irq);
}
