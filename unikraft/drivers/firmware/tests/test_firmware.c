/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ACPI's tables and the MP table, whole and broken, in a made-up first MiB.
 */
#include <firmware/tables.h>
#include <uk/test.h>

/* The physical memory of these tests: [BASE, BASE + its size), and page 0 */
#define BASE	0xe0000UL

static __u8 memory[0x20000] __align(16);
static __u8 page0[0x500];

static const void *map(__paddr_t at, __sz len)
{
	if (at && at < sizeof(page0) && len <= sizeof(page0) - at)
		return page0 + at;
	if (at < BASE || at - BASE >= sizeof(memory)
	    || len > sizeof(memory) - (at - BASE))
		return NULL;
	return memory + (at - BASE);
}

/* Writes bytes at `*at` and moves it on */
static void put(__u8 **at, __u64 value, unsigned int len)
{
	while (len--) {
		*(*at)++ = (__u8)value;
		value >>= 8;
	}
}

static void put_text(__u8 **at, const char *text)
{
	while (*text)
		*(*at)++ = (__u8)*text++;
}

/* Makes the bytes add up to 0 by changing the one at `sum` */
static void close(__u8 *bytes, __sz len, __sz sum)
{
	__u8 total = 0;
	__sz i;

	bytes[sum] = 0;
	for (i = 0; i < len; i++)
		total = (__u8)(total + bytes[i]);
	bytes[sum] = (__u8)-total;
}

#define HEADER_LEN	36

/* A table around a body that stands at `bytes` + HEADER_LEN already */
static void finish(__u8 *bytes, const char *signature, __u32 len)
{
	__u8 *at = bytes;

	put_text(&at, signature);
	put(&at, len, 4);
	close(bytes, len, 9);
}

#define ROOT	(BASE + 0x40)
#define LIST	(BASE + 0x100)
#define MADT	(BASE + 0x200)
#define MCFG	(BASE + 0x400)

static __u8 *at_address(__paddr_t address)
{
	return memory + (address - BASE);
}

static void make_root(unsigned int revision)
{
	__u8 *root = at_address(ROOT), *at = root;

	put_text(&at, "RSD PTR ");
	at = root + 15;
	put(&at, revision, 1);
	put(&at, LIST, 4);
	put(&at, 36, 4);
	put(&at, LIST, 8);
	close(root, 20, 8);
}

static void make_list(unsigned int width)
{
	__u8 *list = at_address(LIST), *at = list + HEADER_LEN;

	put(&at, 0, width);			/* of no table */
	put(&at, BASE + 0x100000, width);	/* out of reach */
	put(&at, MADT, width);
	put(&at, MCFG, width);
	finish(list, width == 8 ? "XSDT" : "RSDT", HEADER_LEN + 4 * width);
}

static __u32 madt_len;

static void make_madt(void)
{
	__u8 *madt = at_address(MADT), *at = madt + HEADER_LEN;

	put(&at, 0xfee00000, 4);
	put(&at, 1, 4);
	put(&at, 0x0800, 2), put(&at, 0, 6);		/* a processor */
	put(&at, 0x0c01, 2), put(&at, 7, 2);		/* an I/O APIC */
	put(&at, 0xfec00000, 4), put(&at, 0, 4);
	put(&at, 0x0a02, 2), put(&at, 0x0000, 2);	/* 0 is at pin 2 */
	put(&at, 2, 4), put(&at, 0, 2);
	put(&at, 0x0a02, 2), put(&at, 0x0b00, 2);	/* 11: level, low */
	put(&at, 11, 4), put(&at, 0xf, 2);
	put(&at, 0x0a02, 2), put(&at, 0x0c01, 2);	/* not of ISA */
	put(&at, 12, 4), put(&at, 0xf, 2);
	madt_len = (__u32)(at - madt);
	finish(madt, "APIC", madt_len);
}

static void make_mcfg(void)
{
	__u8 *mcfg = at_address(MCFG), *at = mcfg + HEADER_LEN + 8;

	put(&at, 0x80000000, 8), put(&at, 1, 2);	/* another segment */
	put(&at, 0xff00, 2), put(&at, 0, 4);
	put(&at, 0xb0000000, 8), put(&at, 0, 2);
	put(&at, 0x3f00, 2), put(&at, 0, 4);
	finish(mcfg, "MCFG", (__u32)(at - mcfg));
}

static void make_acpi(unsigned int revision)
{
	memset(memory, 0, sizeof(memory));
	memset(page0, 0, sizeof(page0));
	make_root(revision);
	make_list(revision >= 2 ? 8 : 4);
	make_madt();
	make_mcfg();
}

UK_TESTCASE(firmware, finds_tables_of_both_revisions)
{
	unsigned int revision;
	__sz len;

	for (revision = 0; revision <= 2; revision += 2) {
		make_acpi(revision);
		UK_TEST_EXPECT_SNUM_EQ(acpi_find_root(map), ROOT);
		UK_TEST_EXPECT_PTR_EQ(acpi_find_table(map, ROOT, "APIC", &len),
				      at_address(MADT));
		UK_TEST_EXPECT_SNUM_EQ(len, madt_len);
		UK_TEST_EXPECT_NULL(acpi_find_table(map, ROOT, "HPET", &len));
	}
}

UK_TESTCASE(firmware, finds_the_root_in_the_extended_data_area)
{
	make_acpi(2);
	/* Its segment: here the test's memory, whose range is searched last */
	page0[0x40e] = (BASE >> 4) & 0xff;
	page0[0x40f] = BASE >> 12;
	UK_TEST_EXPECT_SNUM_EQ(acpi_find_root(map), ROOT);
	memory[ROOT - BASE]++;
	UK_TEST_EXPECT_ZERO(acpi_find_root(map));
}

UK_TESTCASE(firmware, leaves_out_what_is_broken)
{
	__sz len;

	make_acpi(2);
	at_address(MADT)[20]++;		/* a checksum */
	UK_TEST_EXPECT_NULL(acpi_find_table(map, ROOT, "APIC", &len));
	make_acpi(2);
	at_address(MADT)[4] = 8;	/* shorter than its header */
	UK_TEST_EXPECT_NULL(acpi_find_table(map, ROOT, "APIC", &len));
	at_address(MADT)[6] = 0xff;	/* beyond all memory */
	UK_TEST_EXPECT_NULL(acpi_find_table(map, ROOT, "APIC", &len));
	make_acpi(2);
	at_address(LIST)[0] = 'Y';
	UK_TEST_EXPECT_NULL(acpi_find_table(map, ROOT, "APIC", &len));
	UK_TEST_EXPECT_NULL(acpi_find_table(map, 0, "APIC", &len));
	UK_TEST_EXPECT_NULL(acpi_find_table(map, ~0UL, "APIC", &len));
}

UK_TESTCASE(firmware, reads_interrupt_controllers)
{
	static struct apic_setup setup;

	make_acpi(2);
	UK_TEST_EXPECT_ZERO(acpi_read_madt(at_address(MADT), madt_len,
					   &setup));
	UK_TEST_EXPECT_SNUM_EQ(setup.nr_ioapics, 1);
	UK_TEST_EXPECT_SNUM_EQ(setup.ioapics[0].base, 0xfec00000);
	UK_TEST_EXPECT_SNUM_EQ(setup.isa[0].gsi, 2);
	UK_TEST_EXPECT_SNUM_EQ(setup.isa[0].trigger, UK_IRQ_TRIGGER_EDGE);
	UK_TEST_EXPECT_SNUM_EQ(setup.isa[2].gsi, APIC_NO_GSI);
	UK_TEST_EXPECT_SNUM_EQ(setup.isa[11].trigger, UK_IRQ_TRIGGER_LEVEL);
	UK_TEST_EXPECT_SNUM_EQ(setup.isa[11].polarity, UK_IRQ_POLARITY_LOW);
	UK_TEST_EXPECT_SNUM_EQ(setup.isa[12].trigger, UK_IRQ_TRIGGER_EDGE);
}

UK_TESTCASE(firmware, survives_entries_of_any_length)
{
	static struct apic_setup setup;
	__u32 len, value;

	make_acpi(2);
	for (len = 0; len < madt_len; len++)
		acpi_read_madt(at_address(MADT), len, &setup);
	/* The I/O APIC ends behind the table */
	UK_TEST_EXPECT_SNUM_EQ(acpi_read_madt(at_address(MADT), 60, &setup),
			       -1);
	/* Any length of the first entry */
	for (value = 0; value < 256; value++) {
		at_address(MADT)[HEADER_LEN + 9] = (__u8)value;
		acpi_read_madt(at_address(MADT), madt_len, &setup);
		UK_TEST_EXPECT_SNUM_LE(setup.nr_ioapics, APIC_MAX_IOAPICS);
	}
}

UK_TESTCASE(firmware, reads_the_window_of_pci)
{
	struct pci_ecam_window window = { 0, 0, 0 };

	make_acpi(2);
	UK_TEST_EXPECT_ZERO(acpi_read_mcfg(at_address(MCFG), 76, &window));
	UK_TEST_EXPECT_SNUM_EQ(window.base, 0xb0000000);
	UK_TEST_EXPECT_SNUM_EQ(window.last_bus, 0x3f);
	UK_TEST_EXPECT_SNUM_EQ(acpi_read_mcfg(at_address(MCFG), 75, &window),
			       -1);
}

#define MP	(BASE + 0x800)
#define MP_LEN	(44 + 20 + 2 * 8 + 8 + 3 * 8)

static void make_mp(void)
{
	__u8 *pointer = at_address(BASE + 0x700), *mp = at_address(MP);
	__u8 *at = pointer;

	memset(memory, 0, sizeof(memory));
	memset(page0, 0, sizeof(page0));
	put_text(&at, "_MP_");
	put(&at, MP, 4), put(&at, 0x0401, 2);
	pointer[12] = 0x80;
	close(pointer, 16, 10);

	at = mp;
	put_text(&at, "PCMP");
	put(&at, MP_LEN, 2);
	at = mp + 34;
	put(&at, 7, 2), put(&at, 0xfee00000, 4), put(&at, 0, 4);
	put(&at, 0, 20);				/* a processor */
	put(&at, 0x0001, 2), put_text(&at, "PCI   ");
	put(&at, 0x0101, 2), put_text(&at, "ISA   ");
	put(&at, 0x01110302, 4), put(&at, 0xfec00000, 4);
	put(&at, 0x0003, 2), put(&at, 0, 2);		/* ISA 0: pin 2 */
	put(&at, 0x02030001, 4);
	put(&at, 0x0003, 2), put(&at, 0, 2);		/* PCI: pin 11 */
	put(&at, 0x0b030400, 4);
	put(&at, 0x0003, 2), put(&at, 0, 2);		/* of no I/O APIC */
	put(&at, 0x05090501, 4);
	close(mp, MP_LEN, 7);
}

UK_TESTCASE(firmware, reads_the_mp_table)
{
	static struct apic_setup setup;

	make_mp();
	UK_TEST_EXPECT_ZERO(mp_read(map, &setup));
	UK_TEST_EXPECT(setup.has_imcr);
	UK_TEST_EXPECT_SNUM_EQ(setup.nr_ioapics, 1);
	UK_TEST_EXPECT_SNUM_EQ(setup.isa[0].gsi, 2);
	UK_TEST_EXPECT_SNUM_EQ(setup.isa[0].trigger, UK_IRQ_TRIGGER_EDGE);
	UK_TEST_EXPECT_SNUM_EQ(setup.isa[11].trigger, UK_IRQ_TRIGGER_LEVEL);
	UK_TEST_EXPECT_SNUM_EQ(setup.isa[5].gsi, 5);
}

UK_TESTCASE(firmware, refuses_a_broken_mp_table)
{
	static struct apic_setup setup;
	__u32 value;

	make_mp();
	at_address(MP)[50]++;
	UK_TEST_EXPECT_SNUM_EQ(mp_read(map, &setup), -1);
	/* Any kind of first entry, any length of the whole */
	for (value = 0; value < 256; value++) {
		make_mp();
		at_address(MP)[44] = (__u8)value;
		close(at_address(MP), MP_LEN, 7);
		mp_read(map, &setup);
		make_mp();
		at_address(MP)[4] = (__u8)value;
		close(at_address(MP), value, 7);
		mp_read(map, &setup);
	}
	make_mp();
	at_address(MP)[5] = 0xff;
	UK_TEST_EXPECT_SNUM_EQ(mp_read(map, &setup), -1);
}

uk_testsuite_register(firmware, NULL);
