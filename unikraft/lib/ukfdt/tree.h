/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pieces of the format, private to libukfdt.
 */
#ifndef UKFDT_TREE_H
#define UKFDT_TREE_H

#include <uk/fdt.h>

/* The tokens that nodes and properties are written in */
enum fdt_kind {
	FDT_NODE = 1,		/* name */
	FDT_NODE_END = 2,
	FDT_PROP = 3,		/* length, name, value */
	FDT_NOP = 4,
	FDT_END = 9,
};

struct fdt_token {
	enum fdt_kind kind;
	uint32_t next;		/* where the one after it is */
	/* Of nodes and properties; zero-terminated */
	const char *name;
	/* Of properties */
	const uint8_t *value;
	uint32_t len;
};

uint32_t fdt_load(const uint8_t *bytes);
uint64_t fdt_load64(const uint8_t *bytes);

/*
 * Reads the token at offset `at` of the nodes; skips those that mean nothing.
 * Returns 0, or -EINVAL when there is none, whole, inside the blob.
 */
int fdt_token(const struct uk_fdt *fdt, uint32_t at, struct fdt_token *token);

/* Reads the token that opens a node. 0 or -EINVAL */
int fdt_node(const struct uk_fdt *fdt, int node, struct fdt_token *token);

/*
 * The next node after `node` (UK_FDT_NONE to begin) that has a property of that
 * name, which goes to *prop.
 */
int fdt_next_with(const struct uk_fdt *fdt, int node, const char *name,
		  struct uk_fdt_prop *prop);

/* Whether two zero-terminated strings are the same */
int fdt_same(const char *a, const char *b);

#endif /* UKFDT_TREE_H */
