/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads what is needed from ACPI's tables, or else from the MP table.
 */
#include <kvm/x86/cpu.h>
#include <kvm/firmware.h>

/* What the boot page tables map (entry64.S) */
#define MAPPED_END	(1UL << 32)

struct kvm_firmware kvm_firmware;

/* Address 0 stands for nothing */
static const void *map(__paddr_t at, __sz len)
{
	if (!at || at >= MAPPED_END || len > MAPPED_END - at)
		return __NULL;
	return (const void *)at;
}

void kvm_firmware_read(__paddr_t root)
{
	const void *table;
	__sz len;

	if (!root)
		root = acpi_find_root(map);
	table = acpi_find_table(map, root, "APIC", &len);
	if (table && !acpi_read_madt(table, len, &kvm_firmware.apics))
		kvm_firmware.has_apics = 1;
	else if (!mp_read(map, &kvm_firmware.apics))
		kvm_firmware.has_apics = 1;
	table = acpi_find_table(map, root, "MCFG", &len);
	if (table)
		acpi_read_mcfg(table, len, &kvm_firmware.ecam);
}
