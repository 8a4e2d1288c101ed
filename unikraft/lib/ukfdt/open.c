/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The check of a whole blob: header, reserved memory, and every token of the
 * tree. What passes has one root, closes each node that it opens, and has
 * names and values inside.
 */
#include <errno.h>
#include "tree.h"

#define MAGIC		0xd00dfeed
#define VERSION		17	/* the one that is read */
#define OLDEST		16	/* without the size of the nodes */

/* Offsets in the header */
#define H_MAGIC		0
#define H_SIZE		4
#define H_NODES		8
#define H_NAMES		12
#define H_RESERVED	16
#define H_VERSION	20
#define H_COMPATIBLE	24
#define H_NAMES_SIZE	32
#define H_NODES_SIZE	36
#define HEADER_SIZE	40

/* More would not do for the offsets that stand for nodes */
#define LARGEST		0x40000000U

#define RESERVED_ENTRY	16

static uint32_t header(const struct uk_fdt *fdt, unsigned int offset)
{
	return fdt_load(fdt->blob + offset);
}

static int inside(const struct uk_fdt *fdt, uint32_t offset, uint32_t size)
{
	return offset >= HEADER_SIZE && offset <= fdt->size
		&& size <= fdt->size - offset;
}

static int check_header(struct uk_fdt *fdt, size_t room)
{
	if (room < HEADER_SIZE || header(fdt, H_MAGIC) != MAGIC)
		return -EINVAL;
	fdt->size = header(fdt, H_SIZE);
	if (fdt->size < HEADER_SIZE || fdt->size > room || fdt->size > LARGEST)
		return -EINVAL;
	if (header(fdt, H_VERSION) < OLDEST
	    || header(fdt, H_COMPATIBLE) > VERSION)
		return -EINVAL;

	fdt->nodes = header(fdt, H_NODES);
	fdt->names = header(fdt, H_NAMES);
	fdt->names_size = header(fdt, H_NAMES_SIZE);
	fdt->reserved = header(fdt, H_RESERVED);
	if (!inside(fdt, fdt->nodes, 0))
		return -EINVAL;
	fdt->nodes_size = fdt->size - fdt->nodes;
	if (header(fdt, H_VERSION) > OLDEST)
		fdt->nodes_size = header(fdt, H_NODES_SIZE);
	if (fdt->nodes % 4 || !inside(fdt, fdt->nodes, fdt->nodes_size)
	    || !inside(fdt, fdt->names, fdt->names_size))
		return -EINVAL;
	return 0;
}

/* Cuts what comes behind the last zero: no name can begin there */
static void check_names(struct uk_fdt *fdt)
{
	const uint8_t *names = fdt->blob + fdt->names;

	while (fdt->names_size && names[fdt->names_size - 1])
		fdt->names_size--;
}

/* An entry of zeroes ends the list */
static int check_reserved(struct uk_fdt *fdt)
{
	uint32_t at = fdt->reserved;

	for (fdt->nr_reserved = 0; inside(fdt, at, RESERVED_ENTRY);
	     fdt->nr_reserved++, at += RESERVED_ENTRY)
		if (!fdt_load64(fdt->blob + at)
		    && !fdt_load64(fdt->blob + at + 8))
			return 0;
	return -EINVAL;
}

static int check_nodes(const struct uk_fdt *fdt)
{
	struct fdt_token token = { .kind = FDT_NOP };
	enum fdt_kind before;
	uint32_t at = 0;
	int depth = -1;

	do {
		before = token.kind;
		if (fdt_token(fdt, at, &token))
			return -EINVAL;
		if (token.kind == FDT_NODE) {
			/* A second root is none */
			if (before == FDT_NODE_END && depth < 0)
				return -EINVAL;
			if (++depth > UK_FDT_MAX_DEPTH)
				return -EINVAL;
		} else if (token.kind == FDT_NODE_END) {
			if (depth-- < 0)
				return -EINVAL;
		} else if (token.kind == FDT_PROP) {
			if (before != FDT_NODE && before != FDT_PROP)
				return -EINVAL;
		}
		at = token.next;
	} while (token.kind != FDT_END);
	return before == FDT_NODE_END && depth < 0 ? 0 : -EINVAL;
}

/* Where the part that ends last does; tools leave room behind it */
static uint32_t used(const struct uk_fdt *fdt)
{
	uint32_t end = fdt->nodes + fdt->nodes_size;
	uint32_t names = fdt->names + fdt->names_size;
	uint32_t reserved = fdt->reserved
		+ (fdt->nr_reserved + 1) * RESERVED_ENTRY;

	if (end < names)
		end = names;
	return end < reserved ? reserved : end;
}

int uk_fdt_open(struct uk_fdt *fdt, const void *blob, size_t room)
{
	*fdt = (struct uk_fdt){ .blob = blob };
	if (!blob || check_header(fdt, room))
		return -EINVAL;
	check_names(fdt);
	if (check_reserved(fdt) || check_nodes(fdt))
		return -EINVAL;
	fdt->size = used(fdt);
	return 0;
}

uint32_t uk_fdt_size(const void *blob)
{
	const uint8_t *bytes = blob;

	if (!blob || fdt_load(bytes + H_MAGIC) != MAGIC)
		return 0;
	return fdt_load(bytes + H_SIZE);
}

int uk_fdt_reserved(const struct uk_fdt *fdt, uint32_t index,
		    uint64_t *address, uint64_t *size)
{
	const uint8_t *entry;

	if (index >= fdt->nr_reserved)
		return -ENOENT;
	entry = fdt->blob + fdt->reserved + index * RESERVED_ENTRY;
	*address = fdt_load64(entry);
	*size = fdt_load64(entry + 8);
	return 0;
}
