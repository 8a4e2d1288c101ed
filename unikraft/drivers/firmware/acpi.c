/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ACPI's tables: finding them, and the two that are read.
 */
#include <firmware/tables.h>
#include <uk/essentials.h>
#include "bios.h"

/* More than any table is long, and more tables than anybody has */
#define MAX_TABLE		0x100000U
#define MAX_TABLES		256U

#define ROOT_STEP		16U
#define ROOT_LEN_1		20U	/* of the first version */

struct root_pointer {
	char signature[8];
	__u8 checksum;
	char oem[6];
	__u8 revision;
	__u32 rsdt;
	/* From revision 2 on */
	__u32 len;
	__u64 xsdt;
	__u8 checksum2;
	__u8 zero[3];
} __packed;

struct header {
	char signature[4];
	__u32 len;
	__u8 revision;
	__u8 checksum;
	char oem[6];
	char oem_table[8];
	__u32 oem_revision;
	__u32 creator;
	__u32 creator_revision;
} __packed;

struct madt {
	struct header header;
	__u32 lapic;
	__u32 flags;
} __packed;

#define MADT_IOAPIC		1
#define MADT_OVERRIDE		2

struct madt_ioapic {
	__u8 type, len;
	__u8 id;
	__u8 zero;
	__u32 base;
	__u32 gsi;
} __packed;

struct madt_override {
	__u8 type, len;
	__u8 bus;
	__u8 irq;
	__u32 gsi;
	__u16 flags;
} __packed;

struct mcfg {
	struct header header;
	__u64 zero;
} __packed;

struct mcfg_window {
	__u64 base;
	__u16 segment;
	__u8 first_bus, last_bus;
	__u32 zero;
} __packed;

static int same(const char *a, const char *b, unsigned int len)
{
	while (len && *a == *b) {
		a++;
		b++;
		len--;
	}
	return !len;
}

static const struct root_pointer *root_at(firmware_map_t map, __paddr_t at)
{
	const struct root_pointer *root = map(at, ROOT_LEN_1);

	if (!root || !same(root->signature, "RSD PTR ", 8)
	    || !sums_to_zero(root, ROOT_LEN_1))
		return __NULL;
	if (root->revision >= 2)
		root = map(at, sizeof(*root));
	return root;
}

/* `end` is EBDA_LEN times something behind `start` */
static __paddr_t search(firmware_map_t map, __paddr_t start, __paddr_t end)
{
	const __u64 *words;
	__u64 signature;
	__paddr_t at;

	/* Boot passes here: a word each, the rest only where that is right */
	__builtin_memcpy(&signature, "RSD PTR ", sizeof(signature));
	for (; start < end; start += EBDA_LEN) {
		words = map(start, EBDA_LEN);
		for (at = 0; words && at < EBDA_LEN; at += ROOT_STEP)
			if (words[at / sizeof(*words)] == signature
			    && root_at(map, start + at))
				return start + at;
	}
	return 0;
}

__paddr_t acpi_find_root(firmware_map_t map)
{
	__paddr_t ebda = bios_ebda(map), found = 0;

	if (ebda)
		found = search(map, ebda, ebda + EBDA_LEN);
	return found ? found : search(map, BIOS_START, BIOS_END);
}

static const struct header *table_at(firmware_map_t map, __paddr_t at)
{
	const struct header *table = at ? map(at, sizeof(*table)) : __NULL;
	__sz len;

	if (!table)
		return __NULL;
	len = table->len;
	if (len < sizeof(*table) || len > MAX_TABLE || !map(at, len))
		return __NULL;
	return sums_to_zero(table, len) ? table : __NULL;
}

/* A list of addresses of `width` bytes each */
static const void *find_in(firmware_map_t map, const struct header *list,
			   unsigned int width, const char *signature, __sz *len)
{
	const __u8 *at = (const __u8 *)(list + 1);
	__sz i, n = (list->len - sizeof(*list)) / width;
	const struct header *table;
	unsigned int byte;
	__paddr_t address;

	for (i = 0; i < MIN(n, MAX_TABLES); i++, at += width) {
		address = 0;
		for (byte = 0; byte < width; byte++)
			address |= (__paddr_t)at[byte] << 8 * byte;
		table = table_at(map, address);
		if (table && same(table->signature, signature, 4)) {
			*len = table->len;
			return table;
		}
	}
	return __NULL;
}

const void *acpi_find_table(firmware_map_t map, __paddr_t root_address,
			    const char *signature, __sz *len)
{
	const struct root_pointer *root = root_at(map, root_address);
	const struct header *list;

	if (!root)
		return __NULL;
	if (root->revision >= 2) {
		list = table_at(map, root->xsdt);
		if (list && same(list->signature, "XSDT", 4))
			return find_in(map, list, 8, signature, len);
	}
	list = table_at(map, root->rsdt);
	if (list && same(list->signature, "RSDT", 4))
		return find_in(map, list, 4, signature, len);
	return __NULL;
}

static void read_ioapic(const struct madt_ioapic *entry,
			struct apic_setup *setup)
{
	unsigned int n = setup->nr_ioapics;

	if (n == APIC_MAX_IOAPICS)
		return;
	setup->ioapics[n].base = entry->base;
	setup->ioapics[n].gsi = entry->gsi;
	setup->ioapics[n].id = entry->id;
	setup->nr_ioapics++;
}

static void read_override(const struct madt_override *entry,
			  struct apic_setup *setup)
{
	/* ISA is the only bus that there is */
	if (entry->bus == 0)
		apic_setup_line(setup, entry->irq, entry->gsi, entry->flags,
				0);
}

int acpi_read_madt(const void *table, __sz len, struct apic_setup *setup)
{
	const __u8 *at = table, *end = at + len;

	if (len < sizeof(struct madt))
		return -1;
	apic_setup_init(setup);
	at += sizeof(struct madt);
	/* Type and length begin every entry */
	while (end - at >= 2 && at[1] >= 2 && at[1] <= end - at) {
		if (at[0] == MADT_IOAPIC
		    && at[1] >= sizeof(struct madt_ioapic))
			read_ioapic((const void *)at, setup);
		else if (at[0] == MADT_OVERRIDE
			 && at[1] >= sizeof(struct madt_override))
			read_override((const void *)at, setup);
		at += at[1];
	}
	return setup->nr_ioapics ? 0 : -1;
}

int acpi_read_mcfg(const void *table, __sz len, struct pci_ecam_window *window)
{
	const struct mcfg_window *at = (const void *)((const struct mcfg *)table
						      + 1);

	if (len < sizeof(struct mcfg))
		return -1;
	len -= sizeof(struct mcfg);
	for (; len >= sizeof(*at); at++, len -= sizeof(*at)) {
		if (at->segment != 0 || !at->base
		    || at->last_bus < at->first_bus)
			continue;
		window->base = at->base;
		window->first_bus = at->first_bus;
		window->last_bus = at->last_bus;
		return 0;
	}
	return -1;
}
