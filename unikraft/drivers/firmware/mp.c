/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The MP table of PCs without ACPI.
 */
#include <firmware/tables.h>
#include <uk/essentials.h>
#include "bios.h"

#define BASE_MEMORY_END		0xa0000UL

struct floating_pointer {
	char signature[4];
	__u32 table;
	__u8 len;		/* in units of 16 bytes */
	__u8 revision;
	__u8 checksum;
	__u8 features[5];
} __packed;

#define FEATURE2_IMCR		0x80

struct table {
	char signature[4];
	__u16 len;
	__u8 revision;
	__u8 checksum;
	char oem[20];
	__u32 oem_table;
	__u16 oem_len;
	__u16 entries;
	__u32 lapic;
	__u16 extended_len;
	__u8 extended_checksum;
	__u8 zero;
} __packed;

enum { PROCESSOR, BUS, IOAPIC, INTERRUPT, LOCAL_INTERRUPT, KINDS };

static const __u8 lengths[KINDS] = { 20, 8, 8, 8, 8 };

struct bus {
	__u8 type;
	__u8 id;
	char name[6];
} __packed;

struct ioapic {
	__u8 type;
	__u8 id;
	__u8 version;
	__u8 flags;
	__u32 base;
} __packed;

#define IOAPIC_USABLE		0x01

struct interrupt {
	__u8 type;
	__u8 kind;
	__u16 flags;
	__u8 bus;
	__u8 irq;
	__u8 ioapic;
	__u8 pin;
} __packed;

#define KIND_VECTORED		0
#define ALL_IOAPICS		0xff

/* Pins of one chip: the table does not say where the numbers of each begin */
#define PINS			24

enum bus_kind { BUS_UNKNOWN, BUS_ISA, BUS_PCI };

static int begins(const char *text, const char *with)
{
	while (*with)
		if (*text++ != *with++)
			return 0;
	return 1;
}

static const struct floating_pointer *search(firmware_map_t map,
					     __paddr_t start, __paddr_t end)
{
	const struct floating_pointer *pointer;

	for (; start < end; start += sizeof(*pointer)) {
		pointer = map(start, sizeof(*pointer));
		if (pointer && begins(pointer->signature, "_MP_")
		    && pointer->len == 1
		    && sums_to_zero(pointer, sizeof(*pointer)))
			return pointer;
	}
	return __NULL;
}

static const struct floating_pointer *find(firmware_map_t map)
{
	const struct floating_pointer *pointer = __NULL;
	__paddr_t ebda = bios_ebda(map);

	if (ebda)
		pointer = search(map, ebda, ebda + EBDA_LEN);
	if (!pointer)
		pointer = search(map, BASE_MEMORY_END - EBDA_LEN,
				 BASE_MEMORY_END);
	return pointer ? pointer : search(map, BIOS_START, BIOS_END);
}

static const struct table *table_at(firmware_map_t map, __paddr_t at)
{
	const struct table *table = at ? map(at, sizeof(*table)) : __NULL;

	if (!table || table->len < sizeof(*table) || !map(at, table->len))
		return __NULL;
	if (!begins(table->signature, "PCMP")
	    || !sums_to_zero(table, table->len))
		return __NULL;
	return table;
}

static void read_ioapic(const struct ioapic *entry, struct apic_setup *setup)
{
	unsigned int n = setup->nr_ioapics;

	if (n == APIC_MAX_IOAPICS || !(entry->flags & IOAPIC_USABLE))
		return;
	setup->ioapics[n].base = entry->base;
	setup->ioapics[n].gsi = n * PINS;
	setup->ioapics[n].id = entry->id;
	setup->nr_ioapics++;
}

static void read_interrupt(const struct interrupt *entry,
			   enum bus_kind bus, struct apic_setup *setup)
{
	unsigned int i;
	__u32 gsi;

	if (entry->kind != KIND_VECTORED)
		return;
	for (i = 0; i < setup->nr_ioapics; i++)
		if (setup->ioapics[i].id == entry->ioapic
		    || entry->ioapic == ALL_IOAPICS)
			break;
	if (i == setup->nr_ioapics)
		return;
	gsi = setup->ioapics[i].gsi + entry->pin;
	/* Devices of PCI are known by the number of their pin */
	if (bus == BUS_ISA)
		apic_setup_line(setup, entry->irq, gsi, entry->flags, 0);
	else if (bus == BUS_PCI)
		apic_setup_line(setup, gsi, gsi, entry->flags, 1);
}

static void read_entries(const struct table *table, struct apic_setup *setup)
{
	static enum bus_kind buses[256];
	const __u8 *at = (const __u8 *)(table + 1);
	__sz left = table->len - sizeof(*table);
	const struct bus *bus;

	for (; left && at[0] < KINDS && lengths[at[0]] <= left;
	     left -= lengths[at[0]], at += lengths[at[0]]) {
		switch (at[0]) {
		case BUS:
			bus = (const void *)at;
			buses[bus->id] = begins(bus->name, "ISA") ? BUS_ISA
				: begins(bus->name, "PCI") ? BUS_PCI
				: BUS_UNKNOWN;
			break;
		case IOAPIC:
			read_ioapic((const void *)at, setup);
			break;
		case INTERRUPT:
			read_interrupt((const void *)at,
				       buses[((const struct interrupt *)at)
					     ->bus], setup);
			break;
		}
	}
}

int mp_read(firmware_map_t map, struct apic_setup *setup)
{
	const struct floating_pointer *pointer = find(map);
	const struct table *table;

	if (!pointer)
		return -1;
	table = table_at(map, pointer->table);
	if (!table)
		return -1;
	apic_setup_init(setup);
	setup->has_imcr = !!(pointer->features[1] & FEATURE2_IMCR);
	read_entries(table, setup);
	return setup->nr_ioapics ? 0 : -1;
}
