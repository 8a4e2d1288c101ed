/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finding nodes by what they are called and by what they say they are.
 */
#include <errno.h>
#include <string.h>
#include "tree.h"

/* Paths and aliases after which nothing is looked for any more */
#define LONGEST_PATH	1024

/* Up to the first of `end` and ':' */
static size_t length_until(const char *text, size_t len, char end)
{
	size_t n = 0;

	while (n < len && text[n] && text[n] != end && text[n] != ':')
		n++;
	return n;
}

/* Whether a node is called so, with or without its unit address */
static int called(const char *name, const char *part, size_t len)
{
	if (strncmp(name, part, len))
		return 0;
	return !name[len] || name[len] == '@';
}

static int child_called(const struct uk_fdt *fdt, int node, const char *part,
			size_t len)
{
	struct fdt_token token;
	int depth = 0;
	uint32_t at;

	if (fdt_node(fdt, node, &token))
		return -EINVAL;
	for (at = token.next; !fdt_token(fdt, at, &token)
	     && token.kind != FDT_END; at = token.next) {
		if (token.kind == FDT_NODE) {
			if (!depth++ && called(token.name, part, len))
				return (int)at;
		} else if (token.kind == FDT_NODE_END && --depth < 0) {
			break;
		}
	}
	return -ENOENT;
}

/* Goes down from `node` by a path that may begin with slashes */
static int descend(const struct uk_fdt *fdt, int node, const char *path,
		   size_t len)
{
	size_t part;

	while (node >= 0) {
		while (len && *path == '/') {
			path++;
			len--;
		}
		part = length_until(path, len, '/');
		if (!part)
			break;
		node = child_called(fdt, node, path, part);
		path += part;
		len -= part;
	}
	return node;
}

/* The path that an alias stands for; null if there is none, or no path */
static const char *alias(const struct uk_fdt *fdt, const char *name,
			 size_t len)
{
	struct uk_fdt_prop prop;
	const char *path = NULL;
	int node, rc;

	node = child_called(fdt, uk_fdt_root(fdt), "aliases", 7);
	for (rc = uk_fdt_first_prop(fdt, node, &prop); !rc;
	     rc = uk_fdt_next_prop(fdt, &prop))
		if (!strncmp(prop.name, name, len) && !prop.name[len])
			path = uk_fdt_string(&prop, 0);
	return path && *path == '/' ? path : NULL;
}

int uk_fdt_path(const struct uk_fdt *fdt, const char *path, size_t len)
{
	int node = uk_fdt_root(fdt);
	const char *stands_for;
	size_t part;

	if (len > LONGEST_PATH)
		len = LONGEST_PATH;
	if (!len || !*path)
		return -ENOENT;
	if (*path != '/') {
		part = length_until(path, len, '/');
		stands_for = alias(fdt, path, part);
		if (!stands_for)
			return -ENOENT;
		node = descend(fdt, node, stands_for, LONGEST_PATH);
		path += part;
		len -= part;
	}
	return descend(fdt, node, path, len);
}

/* By either of the names that the property has had */
static int by_number(const struct uk_fdt *fdt, const char *name,
		     uint32_t phandle)
{
	struct uk_fdt_prop prop;
	int node = UK_FDT_NONE;

	while ((node = fdt_next_with(fdt, node, name, &prop)) >= 0)
		if (prop.len == 4 && fdt_load(prop.value) == phandle)
			break;
	return node;
}

int uk_fdt_by_phandle(const struct uk_fdt *fdt, uint32_t phandle)
{
	int node;

	/* No node can have these */
	if (!phandle || phandle == 0xffffffff)
		return -ENOENT;
	node = by_number(fdt, "phandle", phandle);
	return node >= 0 ? node : by_number(fdt, "linux,phandle", phandle);
}

/* Whether a list of strings has that one */
static int lists(const struct uk_fdt_prop *prop, const char *text)
{
	uint32_t start = 0, at;

	for (at = 0; at < prop->len; at++) {
		if (prop->value[at])
			continue;
		if (fdt_same((const char *)prop->value + start, text))
			return 1;
		start = at + 1;
	}
	return 0;
}

int uk_fdt_compatible(const struct uk_fdt *fdt, int node, const char *model)
{
	struct uk_fdt_prop prop;

	return !uk_fdt_prop(fdt, node, "compatible", &prop)
		&& lists(&prop, model);
}

int uk_fdt_enabled(const struct uk_fdt *fdt, int node)
{
	struct uk_fdt_prop prop;
	const char *status;

	if (uk_fdt_prop(fdt, node, "status", &prop))
		return 1;
	status = uk_fdt_string(&prop, 0);
	return status && (fdt_same(status, "okay") || fdt_same(status, "ok"));
}

int uk_fdt_find(const struct uk_fdt *fdt, int node,
		const char *const models[], unsigned int *which)
{
	struct uk_fdt_prop prop;
	unsigned int i;

	while ((node = fdt_next_with(fdt, node, "compatible", &prop)) >= 0)
		for (i = 0; models[i]; i++) {
			if (!lists(&prop, models[i])
			    || !uk_fdt_enabled(fdt, node))
				continue;
			if (which)
				*which = i;
			return node;
		}
	return node;
}

int uk_fdt_find_type(const struct uk_fdt *fdt, int node, const char *type)
{
	struct uk_fdt_prop prop;
	const char *own;

	while ((node = fdt_next_with(fdt, node, "device_type", &prop)) >= 0) {
		own = uk_fdt_string(&prop, 0);
		if (own && fdt_same(own, type) && uk_fdt_enabled(fdt, node))
			break;
	}
	return node;
}
