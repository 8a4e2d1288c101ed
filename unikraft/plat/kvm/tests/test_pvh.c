/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading start information, good and bad.
 */
#include <kvm/pvh.h>
#include <uk/test.h>

static struct kvm_boot_info info;
static struct pvh_start_info start;
static struct pvh_memory map[100];
static struct pvh_module modules[8];

static void begin(void)
{
	memset(&info, 0, sizeof(info));
	memset(&start, 0, sizeof(start));
	memset(map, 0, sizeof(map));
	memset(modules, 0, sizeof(modules));
	start.magic = PVH_START_MAGIC;
	start.version = 1;
}

static void read_start(void)
{
	kvm_pvh_read((__paddr_t)&start, &info);
}

UK_TESTCASE(kvm_pvh, reads_what_is_there)
{
	begin();
	start.memory_map = (__u64)map;
	start.nr_memory = 2;
	map[0] = (struct pvh_memory){ 0x1000, 0x2000, PVH_MEMORY_RAM, 0 };
	map[1] = (struct pvh_memory){ 0x9000, 0x1000, 2, 0 };
	start.modules = (__u64)modules;
	start.nr_modules = 1;
	modules[0] = (struct pvh_module){ 0x4000, 0x10, 0, 0 };
	start.cmdline = (__u64)"one two";
	read_start();

	UK_TEST_EXPECT_SNUM_EQ(info.nr_ram, 1);
	UK_TEST_EXPECT_SNUM_EQ(info.ram[0].start, 0x1000);
	UK_TEST_EXPECT_SNUM_EQ(info.ram[0].end, 0x3000);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_reserved, 1);
	UK_TEST_EXPECT_SNUM_EQ(info.reserved[0].start, 0x9000);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, 1);
	UK_TEST_EXPECT_SNUM_EQ(info.modules[0].end, 0x4010);
	UK_TEST_EXPECT_STR_EQ(info.cmdline, "one two");
}

UK_TESTCASE(kvm_pvh, takes_nothing_for_nothing)
{
	begin();
	start.nr_memory = 5;
	start.nr_modules = 5;
	read_start();
	UK_TEST_EXPECT_SNUM_EQ(info.nr_ram, 0);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, 0);
	UK_TEST_EXPECT_STR_EQ(info.cmdline, "");
}

UK_TESTCASE(kvm_pvh, stays_out_of_unmapped_memory)
{
	begin();
	start.memory_map = 1UL << 32;
	start.nr_memory = 1;
	start.modules = ~0UL - 8;
	start.nr_modules = 1;
	start.cmdline = 0xdeadbeef00000000UL;
	read_start();
	UK_TEST_EXPECT_SNUM_EQ(info.nr_ram, 0);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, 0);
	UK_TEST_EXPECT_STR_EQ(info.cmdline, "");
}

UK_TESTCASE(kvm_pvh, takes_as_many_entries_as_fit)
{
	unsigned int i;

	begin();
	for (i = 0; i < ARRAY_SIZE(map); i++)
		map[i] = (struct pvh_memory){ i << 12, 0x1000, 1, 0 };
	start.memory_map = (__u64)map;
	start.nr_memory = ARRAY_SIZE(map);
	start.modules = (__u64)modules;
	start.nr_modules = ARRAY_SIZE(modules);
	read_start();
	UK_TEST_EXPECT_SNUM_EQ(info.nr_ram, KVM_MAX_RANGES);
	UK_TEST_EXPECT_SNUM_EQ(info.nr_modules, KVM_MAX_MODULES);
}

UK_TESTCASE(kvm_pvh, ends_ranges_where_addresses_end)
{
	begin();
	start.memory_map = (__u64)map;
	start.nr_memory = 1;
	map[0] = (struct pvh_memory){ ~0UL - 5, 100, 1, 0 };
	read_start();
	UK_TEST_EXPECT_SNUM_EQ(info.ram[0].end, ~0UL);
}

UK_TESTCASE(kvm_pvh, cuts_a_long_command_line)
{
	static char line[KVM_MAX_CMDLINE + 100];

	begin();
	memset(line, 'x', sizeof(line));
	start.cmdline = (__u64)line;
	read_start();
	UK_TEST_EXPECT_SNUM_EQ(strlen(info.cmdline), KVM_MAX_CMDLINE - 1);
}

uk_testsuite_register(kvm_pvh, NULL);
