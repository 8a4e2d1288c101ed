/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Flattened device trees (Devicetree Specification 0.4, versions 16 and 17 of
 * the format), read where they lie.
 *
 * uk_fdt_open() checks the whole blob once. All other functions take what it
 * filled, never read outside the blob, and end after a number of steps that
 * its size bounds, whatever references in the tree say. They keep no state,
 * need no heap, and may be called from any context; the blob must not change
 * meanwhile.
 *
 * A node is a number that is not negative. Functions that find something
 * return it, or 0; or a negative error code of errno.h:
 *
 *	-ENOENT		there is no such thing
 *	-EINVAL		it is there, and makes no sense
 *	-ERANGE		it does not fit into 64 bits, or into what is given
 *
 * Functions take any number for a node, and say -EINVAL when it is none.
 */
#ifndef __UK_FDT_H__
#define __UK_FDT_H__

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A node lies at most so deep; the root's depth is 0 */
#define UK_FDT_MAX_DEPTH	32
/* Addresses and interrupt specifiers have at most so many cells */
#define UK_FDT_MAX_CELLS	8

struct uk_fdt {
	const uint8_t *blob;
	uint32_t size;		/* of what is used of the blob, in bytes */
	/* Offsets in the blob and sizes, all inside it */
	uint32_t nodes, nodes_size;
	uint32_t names, names_size;
	uint32_t reserved, nr_reserved;
};

/*
 * Checks the tree at `blob` and fills *fdt. Reads at most `room` bytes.
 * Returns 0 or -EINVAL.
 */
int uk_fdt_open(struct uk_fdt *fdt, const void *blob, size_t room);

/*
 * The size that the blob at `blob` says it has, or 0 when the first 8 bytes,
 * which is all that is read, are not those of a device tree.
 */
uint32_t uk_fdt_size(const void *blob);

/* Entry `index` of the reserved memory that stands before the tree */
int uk_fdt_reserved(const struct uk_fdt *fdt, uint32_t index,
		    uint64_t *address, uint64_t *size);

/* ---- Nodes ---- */

#define UK_FDT_NONE	(-1)	/* before the first node */

int uk_fdt_root(const struct uk_fdt *fdt);

/*
 * The node after `node` in the order of the blob: children, then siblings.
 * Adds the difference in depth to *depth, which may be null.
 */
int uk_fdt_next(const struct uk_fdt *fdt, int node, int *depth);

int uk_fdt_child(const struct uk_fdt *fdt, int node);	/* the first */
int uk_fdt_sibling(const struct uk_fdt *fdt, int node);	/* the next */
int uk_fdt_parent(const struct uk_fdt *fdt, int node);

#define uk_fdt_foreach_child(child, fdt, node)				\
	for ((child) = uk_fdt_child((fdt), (node)); (child) >= 0;	\
	     (child) = uk_fdt_sibling((fdt), (child)))

/* With its unit address; zero-terminated. Null for what is no node */
const char *uk_fdt_name(const struct uk_fdt *fdt, int node);

/* ---- Properties ---- */

struct uk_fdt_prop {
	const char *name;	/* zero-terminated */
	const uint8_t *value;	/* not aligned */
	uint32_t len;		/* of the value, in bytes */
	uint32_t next;		/* for uk_fdt_next_prop() only */
};

/* The first property; the one after *prop. 0 or -ENOENT */
int uk_fdt_first_prop(const struct uk_fdt *fdt, int node,
		      struct uk_fdt_prop *prop);
int uk_fdt_next_prop(const struct uk_fdt *fdt, struct uk_fdt_prop *prop);

/* The property of that name */
int uk_fdt_prop(const struct uk_fdt *fdt, int node, const char *name,
		struct uk_fdt_prop *prop);

/*
 * The number made of `nr_cells` cells (of 32 bits, big-endian) from cell
 * `first` of the value on. No cells at all are 0.
 */
int uk_fdt_cells(const struct uk_fdt_prop *prop, uint32_t first,
		 uint32_t nr_cells, uint64_t *number);

/* A property that is one cell */
int uk_fdt_u32(const struct uk_fdt *fdt, int node, const char *name,
	       uint32_t *number);
/* A property that is one cell or two */
int uk_fdt_number(const struct uk_fdt *fdt, int node, const char *name,
		  uint64_t *number);

/* String `index` of a list of zero-terminated ones; null if there is none */
const char *uk_fdt_string(const struct uk_fdt_prop *prop, uint32_t index);

/* ---- Finding nodes ---- */

/*
 * The node of a path. `len` bytes count, or up to ':' if that comes first.
 * What does not begin with '/' begins with an alias. Unit addresses may be
 * left out: then the first node of that name is it.
 */
int uk_fdt_path(const struct uk_fdt *fdt, const char *path, size_t len);

int uk_fdt_by_phandle(const struct uk_fdt *fdt, uint32_t phandle);

/* 1 when the node says that it is compatible with `model`, else 0 */
int uk_fdt_compatible(const struct uk_fdt *fdt, int node, const char *model);

/*
 * The next enabled node after `node` (UK_FDT_NONE to begin) that is compatible
 * with one of `models`, a list that ends with null. *which, unless null, gets
 * the number of the first such model.
 */
int uk_fdt_find(const struct uk_fdt *fdt, int node,
		const char *const models[], unsigned int *which);

/* The next enabled node after `node` of that device_type */
int uk_fdt_find_type(const struct uk_fdt *fdt, int node, const char *type);

/* 1 unless the node's status says otherwise. Knows nothing of its parents */
int uk_fdt_enabled(const struct uk_fdt *fdt, int node);

/* ---- Addresses ---- */

/* How many cells addresses and sizes of a node's children have */
int uk_fdt_address_cells(const struct uk_fdt *fdt, int node);
int uk_fdt_size_cells(const struct uk_fdt *fdt, int node);

/*
 * Part `index` of the node's `reg`, as an address of the processor: buses up
 * to the root have translated it. [address, address + size) does not wrap.
 * `size` may be null. -ENOENT behind the last part, -EINVAL for one that the
 * processor does not see.
 */
int uk_fdt_reg(const struct uk_fdt *fdt, int node, uint32_t index,
	       uint64_t *address, uint64_t *size);

/* A window of a bus, through which its children's addresses are seen */
struct uk_fdt_range {
	uint32_t space;		/* PCI: the first of three cells; else 0 */
	uint64_t child;		/* where it begins for the children, */
	uint64_t address;	/* and for the processor */
	uint64_t size;
};

/*
 * Entry `index` of the `ranges` of a bus; -ENOENT behind the last, -EINVAL for
 * one that the processor does not see.
 */
int uk_fdt_range(const struct uk_fdt *fdt, int bus, uint32_t index,
		 struct uk_fdt_range *range);

/* ---- Interrupts ---- */

struct uk_fdt_irq {
	int controller;		/* a node without an interrupt-map */
	uint32_t nr_cells;	/* as the controller's #interrupt-cells */
	uint32_t cells[UK_FDT_MAX_CELLS];
};

/* Interrupt `index` of a node, at the controller that it arrives at */
int uk_fdt_irq(const struct uk_fdt *fdt, int node, uint32_t index,
	       struct uk_fdt_irq *irq);

/*
 * Where an interrupt arrives that a child of the bus `nexus` raises: `unit`
 * are the cells of the child's address (as many as the bus has), and *irq
 * brings and gets the specifier (PCI: unit is bus, device, function in the
 * first of three cells; the specifier is the pin, 1 to 4).
 */
int uk_fdt_route(const struct uk_fdt *fdt, int nexus, const uint32_t *unit,
		 struct uk_fdt_irq *irq);

#ifdef __cplusplus
}
#endif

#endif /* __UK_FDT_H__ */
