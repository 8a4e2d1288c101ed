/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What firmware says of a PC: ACPI's tables and the older MP table, read with
 * bounds. Nothing in them is trusted, nothing is kept but what is copied to
 * the structures below.
 */
#ifndef __DRIVERS_FIRMWARE_TABLES_H__
#define __DRIVERS_FIRMWARE_TABLES_H__

#include <uk/arch/types.h>
#include <uk/plat/common/irq.h>

/*
 * How tables are reached: gives the address of `len` bytes at a physical
 * address, or null where they cannot be read.
 */
typedef const void *(*firmware_map_t)(__paddr_t at, __sz len);

#define APIC_MAX_IOAPICS	8
#define APIC_ISA_IRQS		16
#define APIC_NO_GSI		0xffffffffU

struct apic_setup {
	unsigned int nr_ioapics;
	struct {
		__paddr_t base;
		__u32 gsi;		/* of its first pin */
		__u8 id;
	} ioapics[APIC_MAX_IOAPICS];
	/* Where the interrupts of the ISA bus arrive */
	struct {
		__u32 gsi;		/* APIC_NO_GSI: nowhere */
		enum uk_irq_trigger trigger;
		enum uk_irq_polarity polarity;
	} isa[APIC_ISA_IRQS];
	/* The processor's pin has to be switched to its local APIC */
	int has_imcr;
};

/* Memory where the configuration space of PCI is, bus by bus; 0: none */
struct pci_ecam_window {
	__paddr_t base;			/* of bus 0, be it there or not */
	__u8 first_bus, last_bus;
};

/*
 * The address of ACPI's root pointer as firmware of PCs keeps it in the first
 * MiB, 0 for none.
 */
__paddr_t acpi_find_root(firmware_map_t map);

/*
 * The table with that signature, below the root pointer at `root`, and its
 * length with its header; null when there is none that is whole.
 */
const void *acpi_find_table(firmware_map_t map, __paddr_t root,
			    const char *signature, __sz *len);

/* They take a whole table ("APIC", "MCFG"). 0, or -1 if it is of no use */
int acpi_read_madt(const void *table, __sz len, struct apic_setup *setup);
int acpi_read_mcfg(const void *table, __sz len,
		   struct pci_ecam_window *window);

/* The MP table as firmware keeps it in the first MiB. 0, or -1 for none */
int mp_read(firmware_map_t map, struct apic_setup *setup);

/* The ISA bus where nobody says otherwise */
void apic_setup_init(struct apic_setup *setup);
/* Flags of an interrupt, the same in both: what they say of the line */
void apic_setup_line(struct apic_setup *setup, unsigned int isa_irq,
		     __u32 gsi, __u16 flags, int is_pci);

#endif /* __DRIVERS_FIRMWARE_TABLES_H__ */
