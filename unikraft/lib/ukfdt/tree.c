/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nodes and properties, in the order of the blob. Knows what none of them
 * means.
 */
#include <errno.h>
#include "tree.h"

uint32_t fdt_load(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16
		| (uint32_t)bytes[2] << 8 | bytes[3];
}

uint64_t fdt_load64(const uint8_t *bytes)
{
	return (uint64_t)fdt_load(bytes) << 32 | fdt_load(bytes + 4);
}

int fdt_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* `len` up to the next token; it is at most the size of the nodes */
static uint32_t padded(uint32_t len)
{
	return (len + 3) & ~3U;
}

/* Whether one of the four bytes at `bytes` is 0 */
static int has_zero(const uint8_t *bytes)
{
	uint32_t word;

	__builtin_memcpy(&word, bytes, sizeof(word));
	return ((word - 0x01010101) & ~word & 0x80808080) != 0;
}

static int read_name(const struct uk_fdt *fdt, struct fdt_token *token)
{
	const uint8_t *bytes = fdt->blob + fdt->nodes;
	uint32_t end = token->next;

	/* By words: names take most of the time that walks take */
	while (fdt->nodes_size - end >= 4 && !has_zero(bytes + end))
		end += 4;
	while (end < fdt->nodes_size && bytes[end])
		end++;
	if (end == fdt->nodes_size)
		return -EINVAL;
	token->name = (const char *)bytes + token->next;
	token->next += padded(end + 1 - token->next);
	return 0;
}

static int read_value(const struct uk_fdt *fdt, struct fdt_token *token)
{
	const uint8_t *bytes = fdt->blob + fdt->nodes + token->next;
	uint32_t left = fdt->nodes_size - token->next, name;

	if (left < 8)
		return -EINVAL;
	token->len = fdt_load(bytes);
	name = fdt_load(bytes + 4);
	if (token->len > left - 8 || name >= fdt->names_size)
		return -EINVAL;
	token->value = bytes + 8;
	token->name = (const char *)fdt->blob + fdt->names + name;
	token->next += 8 + padded(token->len);
	return 0;
}

int fdt_token(const struct uk_fdt *fdt, uint32_t at, struct fdt_token *token)
{
	uint32_t kind;

	do {
		if (at % 4 || at > fdt->nodes_size || fdt->nodes_size - at < 4)
			return -EINVAL;
		kind = fdt_load(fdt->blob + fdt->nodes + at);
		at += 4;
	} while (kind == FDT_NOP);

	token->kind = (enum fdt_kind)kind;
	token->next = at;
	switch (kind) {
	case FDT_NODE:
		return read_name(fdt, token);
	case FDT_PROP:
		return read_value(fdt, token);
	case FDT_NODE_END:
	case FDT_END:
		return 0;
	default:
		return -EINVAL;
	}
}

int fdt_node(const struct uk_fdt *fdt, int node, struct fdt_token *token)
{
	if (node < 0 || fdt_token(fdt, (uint32_t)node, token)
	    || token->kind != FDT_NODE)
		return -EINVAL;
	return 0;
}

int uk_fdt_root(const struct uk_fdt *fdt)
{
	struct fdt_token token;

	return fdt_node(fdt, 0, &token) ? -EINVAL : 0;
}

/*
 * The next node from the token at `at` on; *depth is that of what is open
 * there, and then the node's.
 */
static int find_node(const struct uk_fdt *fdt, uint32_t at, int *depth)
{
	struct fdt_token token;

	while (!fdt_token(fdt, at, &token) && token.kind != FDT_END) {
		if (token.kind == FDT_NODE) {
			++*depth;
			return (int)at;
		}
		if (token.kind == FDT_NODE_END)
			--*depth;
		at = token.next;
	}
	return -ENOENT;
}

int uk_fdt_next(const struct uk_fdt *fdt, int node, int *depth)
{
	struct fdt_token token;
	int change = 0, next;

	if (fdt_node(fdt, node, &token))
		return -EINVAL;
	next = find_node(fdt, token.next, &change);
	if (next >= 0 && depth)
		*depth += change;
	return next;
}

int uk_fdt_child(const struct uk_fdt *fdt, int node)
{
	int depth = 0, next = uk_fdt_next(fdt, node, &depth);

	return next >= 0 && depth < 1 ? -ENOENT : next;
}

int uk_fdt_sibling(const struct uk_fdt *fdt, int node)
{
	int depth = 0;

	do {
		node = uk_fdt_next(fdt, node, &depth);
	} while (node >= 0 && depth > 0);
	return node >= 0 && depth < 0 ? -ENOENT : node;
}

int uk_fdt_parent(const struct uk_fdt *fdt, int node)
{
	/* The nodes that are open where the walk is */
	int open[UK_FDT_MAX_DEPTH + 1];
	struct fdt_token token;
	uint32_t at = 0;
	int depth = 0;

	if (node < 0)
		return -EINVAL;
	while (!fdt_token(fdt, at, &token) && token.kind != FDT_END) {
		if (token.kind == FDT_NODE) {
			if (at == (uint32_t)node)
				return depth ? open[depth - 1] : -ENOENT;
			if (depth > UK_FDT_MAX_DEPTH)
				break;
			open[depth++] = (int)at;
		} else if (token.kind == FDT_NODE_END && --depth < 0) {
			break;
		}
		at = token.next;
	}
	return -EINVAL;
}

const char *uk_fdt_name(const struct uk_fdt *fdt, int node)
{
	struct fdt_token token;

	return fdt_node(fdt, node, &token) ? NULL : token.name;
}

static void fill_prop(const struct fdt_token *token, struct uk_fdt_prop *prop)
{
	prop->name = token->name;
	prop->value = token->value;
	prop->len = token->len;
	prop->next = token->next;
}

static int prop_at(const struct uk_fdt *fdt, uint32_t at,
		   struct uk_fdt_prop *prop)
{
	struct fdt_token token;

	if (fdt_token(fdt, at, &token) || token.kind != FDT_PROP)
		return -ENOENT;
	fill_prop(&token, prop);
	return 0;
}

int uk_fdt_first_prop(const struct uk_fdt *fdt, int node,
		      struct uk_fdt_prop *prop)
{
	struct fdt_token token;

	if (fdt_node(fdt, node, &token))
		return -EINVAL;
	return prop_at(fdt, token.next, prop);
}

int uk_fdt_next_prop(const struct uk_fdt *fdt, struct uk_fdt_prop *prop)
{
	return prop_at(fdt, prop->next, prop);
}

int uk_fdt_prop(const struct uk_fdt *fdt, int node, const char *name,
		struct uk_fdt_prop *prop)
{
	int rc = uk_fdt_first_prop(fdt, node, prop);

	while (!rc && !fdt_same(prop->name, name))
		rc = uk_fdt_next_prop(fdt, prop);
	return rc;
}

int fdt_next_with(const struct uk_fdt *fdt, int node, const char *name,
		  struct uk_fdt_prop *prop)
{
	struct fdt_token token;
	uint32_t at = 0;
	int current = node;

	if (node >= 0) {
		if (fdt_node(fdt, node, &token))
			return -EINVAL;
		at = token.next;
	}
	/* One walk over nodes and properties: this is what takes the time */
	for (; !fdt_token(fdt, at, &token) && token.kind != FDT_END;
	     at = token.next) {
		if (token.kind == FDT_NODE) {
			current = (int)at;
		} else if (token.kind == FDT_PROP && current != node
			   && fdt_same(token.name, name)) {
			fill_prop(&token, prop);
			return current;
		}
	}
	return -ENOENT;
}

int uk_fdt_cells(const struct uk_fdt_prop *prop, uint32_t first,
		 uint32_t nr_cells, uint64_t *number)
{
	uint32_t nr = prop->len / 4;

	if (first > nr || nr_cells > nr - first)
		return -ENOENT;
	for (*number = 0; nr_cells; nr_cells--, first++) {
		if (*number >> 32)
			return -ERANGE;
		*number = *number << 32 | fdt_load(prop->value + first * 4);
	}
	return 0;
}

int uk_fdt_u32(const struct uk_fdt *fdt, int node, const char *name,
	       uint32_t *number)
{
	struct uk_fdt_prop prop;
	int rc = uk_fdt_prop(fdt, node, name, &prop);

	if (rc)
		return rc;
	if (prop.len != 4)
		return -EINVAL;
	*number = fdt_load(prop.value);
	return 0;
}

int uk_fdt_number(const struct uk_fdt *fdt, int node, const char *name,
		  uint64_t *number)
{
	struct uk_fdt_prop prop;
	int rc = uk_fdt_prop(fdt, node, name, &prop);

	if (rc)
		return rc;
	if (prop.len != 4 && prop.len != 8)
		return -EINVAL;
	return uk_fdt_cells(&prop, 0, prop.len / 4, number);
}

const char *uk_fdt_string(const struct uk_fdt_prop *prop, uint32_t index)
{
	uint32_t start = 0, at;

	for (at = 0; at < prop->len; at++) {
		if (prop->value[at])
			continue;
		if (!index--)
			return (const char *)prop->value + start;
		start = at + 1;
	}
	return NULL;
}
