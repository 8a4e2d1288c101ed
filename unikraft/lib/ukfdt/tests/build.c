/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes device trees.
 */
#include <string.h>
#include "build.h"

#define HEADER_SIZE	40

static void store(uint8_t *at, uint32_t word)
{
	at[0] = (uint8_t)(word >> 24);
	at[1] = (uint8_t)(word >> 16);
	at[2] = (uint8_t)(word >> 8);
	at[3] = (uint8_t)word;
}

void build_reserve(struct build *b, uint64_t address, uint64_t size)
{
	if (b->nr_reserved + 2 > sizeof(b->reserved) / 8)
		return;
	b->reserved[b->nr_reserved++] = address;
	b->reserved[b->nr_reserved++] = size;
}

void build_word(struct build *b, uint32_t word)
{
	if (sizeof(b->nodes) - b->nodes_size < 4)
		return;
	store(b->nodes + b->nodes_size, word);
	b->nodes_size += 4;
}

static void append(struct build *b, const void *bytes, uint32_t len)
{
	uint32_t padded = (len + 3) & ~3U;

	if (sizeof(b->nodes) - b->nodes_size < padded)
		return;
	memset(b->nodes + b->nodes_size, 0, padded);
	if (len)
		memcpy(b->nodes + b->nodes_size, bytes, len);
	b->nodes_size += padded;
}

void build_node(struct build *b, const char *name)
{
	build_word(b, 1);
	append(b, name, (uint32_t)strlen(name) + 1);
}

void build_end(struct build *b)
{
	build_word(b, 2);
}

/* Names that are there already are used again */
static uint32_t name_offset(struct build *b, const char *name)
{
	uint32_t at, len = (uint32_t)strlen(name) + 1;

	for (at = 0; at + len <= b->names_size; at++)
		if (!memcmp(b->names + at, name, len))
			return at;
	if (sizeof(b->names) - b->names_size < len)
		return 0;
	memcpy(b->names + b->names_size, name, len);
	b->names_size += len;
	return b->names_size - len;
}

void build_bytes(struct build *b, const char *name, const void *value,
		 uint32_t len)
{
	build_word(b, 3);
	build_word(b, len);
	build_word(b, name_offset(b, name));
	append(b, value, len);
}

void build_string(struct build *b, const char *name, const char *value)
{
	build_bytes(b, name, value, (uint32_t)strlen(value) + 1);
}

void build_cells(struct build *b, const char *name, const uint32_t *cells,
		 uint32_t nr)
{
	uint32_t i;

	build_word(b, 3);
	build_word(b, nr * 4);
	build_word(b, name_offset(b, name));
	for (i = 0; i < nr; i++)
		build_word(b, cells[i]);
}

void build_poke(struct build *b, uint32_t offset, uint32_t word)
{
	store(b->blob + offset, word);
}

void build_finish(struct build *b)
{
	uint32_t reserved = HEADER_SIZE;
	uint32_t nodes = reserved + b->nr_reserved * 8 + 16;
	uint32_t names, i;

	build_word(b, 9);
	names = nodes + b->nodes_size;
	b->size = names + b->names_size;
	memset(b->blob, 0, sizeof(b->blob));
	build_poke(b, 0, 0xd00dfeed);
	build_poke(b, 4, b->size);
	build_poke(b, 8, nodes);
	build_poke(b, 12, names);
	build_poke(b, 16, reserved);
	build_poke(b, 20, 17);
	build_poke(b, 24, 16);
	build_poke(b, 32, b->names_size);
	build_poke(b, 36, b->nodes_size);
	for (i = 0; i < b->nr_reserved; i++) {
		build_poke(b, reserved + i * 8,
			   (uint32_t)(b->reserved[i] >> 32));
		build_poke(b, reserved + i * 8 + 4, (uint32_t)b->reserved[i]);
	}
	memcpy(b->blob + nodes, b->nodes, b->nodes_size);
	memcpy(b->blob + names, b->names, b->names_size);
}

static void build_pci(struct build *b)
{
	build_node(b, "pcie@10000000");
	build_string(b, "device_type", "pci");
	build_string(b, "compatible", "pci-host-ecam-generic");
	BUILD_CELLS(b, "#address-cells", 3);
	BUILD_CELLS(b, "#size-cells", 2);
	BUILD_CELLS(b, "#interrupt-cells", 1);
	BUILD_CELLS(b, "bus-range", 0, 255);
	BUILD_CELLS(b, "reg", 0x40, 0x10000000, 0, 0x10000000);
	BUILD_CELLS(b, "ranges",
		    0x01000000, 0, 0, 0, 0x3eff0000, 0, 0x10000,
		    0x02000000, 0, 0x10000000, 0, 0x10000000, 0, 0x2eff0000,
		    0x03000000, 0x80, 0, 0x80, 0, 0x80, 0);
	BUILD_CELLS(b, "interrupt-map-mask", 0x1800, 0, 0, 7);
	BUILD_CELLS(b, "interrupt-map",
		    0x0000, 0, 0, 1, 1, 0, 0, 0, 3, 4,
		    0x0000, 0, 0, 2, 1, 0, 0, 0, 4, 4,
		    0x0800, 0, 0, 1, 1, 0, 0, 0, 4, 4,
		    0x0800, 0, 0, 2, 1, 0, 0, 0, 5, 4);
	build_end(b);
}

static void build_bus(struct build *b)
{
	build_node(b, "soc");
	build_string(b, "compatible", "simple-bus");
	BUILD_CELLS(b, "#address-cells", 1);
	BUILD_CELLS(b, "#size-cells", 1);
	BUILD_CELLS(b, "ranges", 0x1000, 1, 0x2000, 0x1000,
		    0x4000, 0, 0xa000, 0x800);
	build_node(b, "inner@4000");
	BUILD_CELLS(b, "#address-cells", 1);
	BUILD_CELLS(b, "#size-cells", 1);
	BUILD_CELLS(b, "ranges", 0, 0x4000, 0x400);
	build_node(b, "device@10");
	build_strings(b, "compatible", "maker,new\0maker,old");
	BUILD_CELLS(b, "reg", 0x10, 0x20, 0x500, 0x10);
	BUILD_CELLS(b, "interrupts-extended", 1, 0, 7, 4, 2, 9);
	build_end(b);
	build_end(b);
	build_node(b, "off@1000");
	build_string(b, "compatible", "maker,old");
	build_string(b, "status", "disabled");
	BUILD_CELLS(b, "reg", 0x1000, 0x100);
	build_end(b);
	build_node(b, "small@5");
	BUILD_CELLS(b, "phandle", 2);
	BUILD_CELLS(b, "#interrupt-cells", 1);
	build_bytes(b, "interrupt-controller", "", 0);
	build_end(b);
	build_end(b);
}

void build_machine(struct build *b)
{
	build_reserve(b, 0x47000000, 0x1000);
	build_node(b, "");
	build_string(b, "compatible", "linux,dummy-virt");
	BUILD_CELLS(b, "interrupt-parent", 1);
	BUILD_CELLS(b, "#address-cells", 2);
	BUILD_CELLS(b, "#size-cells", 2);

	build_node(b, "chosen");
	build_string(b, "bootargs", "one two");
	build_string(b, "stdout-path", "serial0:115200n8");
	BUILD_CELLS(b, "linux,initrd-start", 0x48000000);
	BUILD_CELLS(b, "linux,initrd-end", 0, 0x48001000);
	build_end(b);
	build_node(b, "aliases");
	build_string(b, "serial0", "/pl011@9000000");
	build_string(b, "self", "self");
	build_end(b);
	build_node(b, "memory@40000000");
	build_string(b, "device_type", "memory");
	BUILD_CELLS(b, "reg", 0, 0x40000000, 0, 0x8000000,
		    1, 0, 0, 0x10000000);
	build_end(b);
	build_node(b, "intc@8000000");
	BUILD_CELLS(b, "phandle", 1);
	build_string(b, "compatible", "arm,cortex-a15-gic");
	build_bytes(b, "interrupt-controller", "", 0);
	BUILD_CELLS(b, "#interrupt-cells", 3);
	BUILD_CELLS(b, "#address-cells", 2);
	BUILD_CELLS(b, "reg", 0, 0x8000000, 0, 0x10000,
		    0, 0x8010000, 0, 0x10000);
	build_end(b);
	build_node(b, "pl011@9000000");
	build_strings(b, "compatible", "arm,pl011\0arm,primecell");
	BUILD_CELLS(b, "interrupts", 0, 1, 4);
	BUILD_CELLS(b, "reg", 0, 0x9000000, 0, 0x1000);
	build_end(b);
	build_node(b, "timer");
	build_string(b, "compatible", "arm,armv8-timer");
	BUILD_CELLS(b, "interrupts", 1, 13, 0x104, 1, 14, 0x104,
		    1, 11, 0x104, 1, 10, 0x104);
	build_end(b);
	build_pci(b);
	build_bus(b);
	build_end(b);
	build_finish(b);
}
