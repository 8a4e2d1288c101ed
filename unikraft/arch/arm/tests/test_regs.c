/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The numbers that assembly knows of structures in C, and what the constants
 * of page tables say about entries.
 */
#include <uk/arch/lcpu.h>
#include <uk/arch/paging.h>
#include <uk/test.h>

UK_TESTCASE(arm64_regs, has_the_layout_that_assembly_assumes)
{
	UK_TEST_EXPECT_SNUM_EQ(sizeof(struct __regs), __TRAP_STACK_SIZE);
	UK_TEST_EXPECT_ZERO(__TRAP_STACK_SIZE % 16);
	UK_TEST_EXPECT_SNUM_EQ(__offsetof(struct __regs, x),
			       __REGS_OFFSETOF_X0);
	UK_TEST_EXPECT_SNUM_EQ(__offsetof(struct __regs, lr),
			       __REGS_OFFSETOF_LR);
	UK_TEST_EXPECT_SNUM_EQ(__offsetof(struct __regs, elr_el1),
			       __REGS_OFFSETOF_ELR_EL1);
	UK_TEST_EXPECT_SNUM_EQ(__offsetof(struct __regs, spsr_el1),
			       __REGS_OFFSETOF_SPSR_EL1);
	UK_TEST_EXPECT_SNUM_EQ(__offsetof(struct __regs, esr_el1),
			       __REGS_OFFSETOF_ESR_EL1);
	UK_TEST_EXPECT_SNUM_EQ(__offsetof(struct __regs, sp), __SP_OFFSET);
	UK_TEST_EXPECT_SNUM_EQ(__offsetof(struct __regs, sp_el0),
			       __SP_EL0_OFFSET);
	UK_TEST_EXPECT_SNUM_EQ(sizeof(struct __callee_saved_regs),
			       __CALLEE_SAVED_SIZE);
}

UK_TESTCASE(arm64_regs, reads_entries_of_page_tables)
{
	__pte_t page = 0x0060000012345783UL, block = 0x0060000040200701UL;
	__pte_t table = 0x0000000087654003UL;

	UK_TEST_EXPECT(PAGE_Lx_IS(page, PAGE_LEVEL));
	UK_TEST_EXPECT(PAGE_Lx_IS(block, PAGE_LARGE_LEVEL));
	UK_TEST_EXPECT(!PAGE_Lx_IS(table, PAGE_LARGE_LEVEL));
	UK_TEST_EXPECT_SNUM_EQ(PT_Lx_PTE_PADDR(page, 0), 0x12345000);
	UK_TEST_EXPECT_SNUM_EQ(PT_Lx_PTE_PADDR(block, 1), 0x40200000);
	UK_TEST_EXPECT_SNUM_EQ(PT_Lx_PTE_PADDR(table, 1), 0x87654000);
	UK_TEST_EXPECT_ZERO(PT_Lx_PTE_PRESENT(
				PT_Lx_PTE_CLEAR_PRESENT(page, 0), 0));
	UK_TEST_EXPECT_SNUM_EQ(PT_Lx_IDX(0x0000008040201000UL, 3), 1);
	UK_TEST_EXPECT_SNUM_EQ(PT_Lx_IDX(0x0000008040201000UL, 0), 1);
}

UK_TESTCASE(arm64_regs, knows_addresses_that_cannot_be)
{
	UK_TEST_EXPECT(ukarch_vaddr_range_isvalid(0, 0x1000));
	UK_TEST_EXPECT(ukarch_vaddr_range_isvalid(0, ARM64_VADDR_MAX));
	UK_TEST_EXPECT(!ukarch_vaddr_range_isvalid(~0xfffUL, ~0UL));
	UK_TEST_EXPECT(!ukarch_vaddr_range_isvalid(0x1000, ~0UL));
	UK_TEST_EXPECT(!ukarch_vaddr_range_isvalid(1UL << 48, 1UL << 49));
	UK_TEST_EXPECT(!ukarch_vaddr_range_isvalid(__VADDR_INV, __VADDR_INV));
	UK_TEST_EXPECT(ukarch_paddr_range_isvalid(0, ARM64_PADDR_MAX));
	UK_TEST_EXPECT(!ukarch_paddr_range_isvalid(0, 1UL << 48));
	UK_TEST_EXPECT(!ukarch_paddr_range_isvalid(2, 1));
}

uk_testsuite_register(arm64_regs, NULL);
