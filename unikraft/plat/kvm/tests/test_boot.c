/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading what the three boot protocols leave, good and bad.
 */
#include <kvm/linuxboot.h>
#include <kvm/multiboot.h>
#include <kvm/pvh.h>
#include <uk/test.h>

#define MANY	(2 * KVM_MAX_RANGES)

static struct kvm_boot_info info;
static char line[64];

static struct pvh_start_info pvh;
static struct pvh_memory pvh_map[MANY];
static struct pvh_module pvh_modules[8];

static struct multiboot_info mb;
static struct multiboot_module mb_modules[2];
static char mb_map[256];

static struct linuxboot_params zero_page;

static void begin(void)
{
	memset(&info, 0, sizeof(info));
	memset(&pvh, 0, sizeof(pvh));
	memset(pvh_map, 0, sizeof(pvh_map));
	memset(pvh_modules, 0, sizeof(pvh_modules));
	memset(&mb, 0, sizeof(mb));
	memset(mb_map, 0, sizeof(mb_map));
	memset(&zero_page, 0, sizeof(zero_page));
	pvh.magic = PVH_START_MAGIC;
	pvh.version = 1;
	zero_page.flag = LINUXBOOT_FLAG;
	zero_page.magic = LINUXBOOT_MAGIC;
}

static void read_pvh(void)
{
	kvm_pvh_read((__paddr_t)&pvh, &info);
}

static void read_multiboot(void)
{
	kvm_multiboot_read((__paddr_t)&mb, &info);
}

static void read_linux(void)
{
	kvm_linuxboot_read((__paddr_t)&zero_page, &info);
}

static __u32 low(const void *ptr)
{
	return (__u32)(__uptr)ptr;
}

static int cmdline_is(const char *text)
{
	return info.cmdline.end - info.cmdline.start == strlen(text)
		&& !memcmp((char *)info.cmdline.start, text, strlen(text));
}

UK_TESTCASE(kvm_pvh, reads_what_is_there)
{
	begin();
	pvh.memory_map = (__u64)pvh_map;
	pvh.nr_memory = 3;
	pvh_map[0] = (struct pvh_memory){ 0x2000, 0x1000, 2, 0 };
	pvh_map[1] = (struct pvh_memory){ 0x1000, 0x3000, 1, 0 };
	pvh_map[2] = (struct pvh_memory){ 0x9000, 0x1000, 2, 0 };
	pvh.modules = (__u64)pvh_modules;
	pvh.nr_modules = 1;
	pvh_modules[0] = (struct pvh_module){ 0x4000, 0x10, 0, 0 };
	strcpy(line, "one two");
	pvh.cmdline = (__u64)line;
	pvh.rsdp = 0xf0000;
	read_pvh();

	UK_TEST_EXPECT_SNUM_EQ(info.ram.nr, 2);
	UK_TEST_EXPECT_SNUM_EQ(info.ram.at[0].start, 0x1000);
	UK_TEST_EXPECT_SNUM_EQ(info.ram.at[0].end, 0x2000);
	UK_TEST_EXPECT_SNUM_EQ(info.ram.at[1].start, 0x3000);
	UK_TEST_EXPECT_SNUM_EQ(info.ram.at[1].end, 0x4000);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, 1);
	UK_TEST_EXPECT_SNUM_EQ(info.modules[0].end, 0x4010);
	UK_TEST_EXPECT(cmdline_is("one two"));
	UK_TEST_EXPECT_SNUM_EQ(info.rsdp, 0xf0000);
}

UK_TESTCASE(kvm_pvh, takes_nothing_for_nothing)
{
	begin();
	pvh.nr_memory = 5;
	pvh.nr_modules = 5;
	read_pvh();
	UK_TEST_EXPECT_SNUM_EQ(info.ram.nr, 0);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, 0);
	UK_TEST_EXPECT_SNUM_EQ(info.cmdline.end, 0);
}

UK_TESTCASE(kvm_pvh, stays_out_of_unmapped_memory)
{
	begin();
	pvh.memory_map = 1UL << 32;
	pvh.nr_memory = 1;
	pvh.modules = ~0UL - 8;
	pvh.nr_modules = 1;
	read_pvh();
	UK_TEST_EXPECT_SNUM_EQ(info.ram.nr, 0);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, 0);
	UK_TEST_EXPECT_NULL(kvm_reach(0xffffffff, 2, 1));
	UK_TEST_EXPECT_NULL(kvm_reach(0x1000, 1UL << 60, 16));
	UK_TEST_EXPECT_NOT_NULL(kvm_reach(0xffffffff, 1, 1));
}

UK_TESTCASE(kvm_pvh, takes_as_many_entries_as_fit)
{
	unsigned int i;

	begin();
	for (i = 0; i < MANY; i++)
		pvh_map[i] = (struct pvh_memory){ i << 13, 0x1000, 1, 0 };
	pvh.memory_map = (__u64)pvh_map;
	pvh.nr_memory = MANY;
	pvh.modules = (__u64)pvh_modules;
	pvh.nr_modules = ARRAY_SIZE(pvh_modules);
	read_pvh();
	UK_TEST_EXPECT_SNUM_EQ(info.ram.nr, KVM_MAX_RANGES);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, KVM_MAX_MODULES);
}

UK_TESTCASE(kvm_pvh, reserves_what_no_list_has_room_for)
{
	unsigned int i, wrong = 0;

	begin();
	pvh_map[0] = (struct pvh_memory){ 0, MANY << 13, 1, 0 };
	for (i = 1; i < MANY; i++)
		pvh_map[i] = (struct pvh_memory){ i << 13, 0x1000, 2, 0 };
	pvh.memory_map = (__u64)pvh_map;
	pvh.nr_memory = MANY;
	read_pvh();
	for (i = 1; i < MANY; i++)
		wrong += (unsigned int)kvm_ranges_have(&info.ram, i << 13,
						       (i << 13) + 1);
	UK_TEST_EXPECT_ZERO(wrong);
}

UK_TESTCASE(kvm_pvh, ends_ranges_where_addresses_end)
{
	begin();
	pvh.memory_map = (__u64)pvh_map;
	pvh.nr_memory = 2;
	pvh_map[0] = (struct pvh_memory){ 0x1000, 0x9000, 1, 0 };
	pvh_map[1] = (struct pvh_memory){ 0x5000, ~0UL, 2, 0 };
	pvh.modules = (__u64)pvh_modules;
	pvh.nr_modules = 1;
	pvh_modules[0] = (struct pvh_module){ ~0UL - 5, 100, 0, 0 };
	read_pvh();
	UK_TEST_EXPECT_SNUM_EQ(info.ram.at[0].end, 0x5000);
	UK_TEST_EXPECT_SNUM_EQ(info.modules[0].end, ~0UL);
}

static void multiboot_entry(unsigned int at, __u32 size, __u64 start,
			    __u64 len, __u32 type)
{
	struct multiboot_memory entry = { size, start, len, type };

	memcpy(mb_map + at, &entry, sizeof(entry));
}

UK_TESTCASE(kvm_multiboot, reads_what_is_there)
{
	begin();
	mb.flags = MULTIBOOT_INFO_MAP | MULTIBOOT_INFO_MODULES
		| MULTIBOOT_INFO_CMDLINE;
	multiboot_entry(0, 20, 0x1000, 0x1000, 1);
	/* Longer than it has to be */
	multiboot_entry(24, 28, 0x5000, 0x1000, 2);
	multiboot_entry(56, 20, 0x4000, 0x100003000, 1);
	mb.map = low(mb_map);
	mb.map_len = 80;
	mb_modules[0] = (struct multiboot_module){ 0x4000, 0x4123, 0, 0 };
	mb_modules[1] = (struct multiboot_module){ 0x6000, 0x6000, 0, 0 };
	mb.modules = low(mb_modules);
	mb.nr_modules = 2;
	strcpy(line, " /some/image  one two");
	mb.cmdline = low(line);
	read_multiboot();

	UK_TEST_EXPECT_SNUM_EQ(info.ram.nr, 3);
	UK_TEST_EXPECT_SNUM_EQ(info.ram.at[1].end, 0x5000);
	UK_TEST_EXPECT_SNUM_EQ(info.ram.at[2].end, 0x100007000);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, 1);
	UK_TEST_EXPECT_SNUM_EQ(info.modules[0].end, 0x4123);
	UK_TEST_EXPECT(cmdline_is("  one two"));
}

UK_TESTCASE(kvm_multiboot, knows_loaders_that_leave_the_name_out)
{
	static const char grub[] = "GRUB 2.06", other[] = "GNU GRUB 0.97";

	begin();
	strcpy(line, "one two");
	mb.flags = MULTIBOOT_INFO_CMDLINE | MULTIBOOT_INFO_LOADER;
	mb.cmdline = low(line);
	mb.loader = low(grub);
	read_multiboot();
	UK_TEST_EXPECT(cmdline_is("one two"));
	mb.loader = low(other);
	read_multiboot();
	UK_TEST_EXPECT(cmdline_is(" two"));
}

UK_TESTCASE(kvm_multiboot, believes_no_flag_that_is_not_set)
{
	begin();
	memset(&mb, 0xff, sizeof(mb));
	mb.flags = 0;
	read_multiboot();
	UK_TEST_EXPECT_SNUM_EQ(info.ram.nr, 0);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, 0);
	UK_TEST_EXPECT_SNUM_EQ(info.cmdline.end, 0);

	mb.flags = MULTIBOOT_INFO_MEMORY;
	mb.mem_lower = 639;
	mb.mem_upper = 1024;
	read_multiboot();
	UK_TEST_EXPECT_SNUM_EQ(info.ram.nr, 2);
	UK_TEST_EXPECT_SNUM_EQ(info.ram.at[1].end, 0x200000);
}

UK_TESTCASE(kvm_multiboot, ends_with_a_map_that_does_not)
{
	begin();
	mb.flags = MULTIBOOT_INFO_MAP;
	/* The size of each leads back to itself */
	multiboot_entry(0, (__u32)-4, 0x1000, 0x1000, 1);
	mb.map = low(mb_map);
	mb.map_len = ~0U;
	read_multiboot();
	UK_TEST_EXPECT_SNUM_EQ(info.ram.nr, 1);
}

UK_TESTCASE(kvm_linux, reads_what_is_there)
{
	begin();
	zero_page.nr_memory = 2;
	zero_page.memory[0] = (struct linuxboot_memory){ 0, 0x9fc00, 1 };
	zero_page.memory[1] = (struct linuxboot_memory){ 0x100000, 0x700000,
							 1 };
	zero_page.initrd_start = 0x200000;
	zero_page.initrd_len = 0x801;
	strcpy(line, "one two");
	zero_page.cmdline = low(line);
	zero_page.rsdp = 0xe0000;
	read_linux();
	UK_TEST_EXPECT_SNUM_EQ(info.ram.nr, 2);
	UK_TEST_EXPECT_SNUM_EQ(info.ram.at[0].end, 0x9fc00);
	UK_TEST_EXPECT_SNUM_EQ(info.ram.at[1].end, 0x800000);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, 1);
	UK_TEST_EXPECT_SNUM_EQ(info.modules[0].end, 0x200801);
	UK_TEST_EXPECT(cmdline_is("one two"));
	UK_TEST_EXPECT_SNUM_EQ(info.rsdp, 0xe0000);
}

UK_TESTCASE(kvm_linux, takes_no_more_entries_than_there_can_be)
{
	unsigned int i;

	begin();
	zero_page.nr_memory = 255;
	for (i = 0; i < LINUXBOOT_MAX_MEMORY; i++)
		zero_page.memory[i] =
			(struct linuxboot_memory){ i << 13, 0x1000, 1 };
	read_linux();
	UK_TEST_EXPECT_SNUM_EQ(info.ram.nr, LINUXBOOT_MAX_MEMORY);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, 0);
	UK_TEST_EXPECT_SNUM_EQ(info.cmdline.end, 0);
}

uk_testsuite_register(kvm_pvh, NULL);
uk_testsuite_register(kvm_multiboot, NULL);
uk_testsuite_register(kvm_linux, NULL);
