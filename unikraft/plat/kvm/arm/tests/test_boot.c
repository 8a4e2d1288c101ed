/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The state that boot leaves the processor in, and what can be reached, as the
 * processor itself answers.
 */
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <kvm/stack.h>
#include <uk/arch/ctx.h>
#include <uk/arch/paging.h>
#include <uk/plat/common/device.h>
#include <uk/plat/common/sections.h>
#include <uk/plat/common/tree.h>
#include <uk/plat/memory.h>
#include <uk/test.h>

#define PAR_FAILED	1UL

/* PAR_EL1 after the processor was asked to translate */
#define TRANSLATE(how, address)						\
	({								\
		__asm__ __volatile__("at " how ", %0; isb"		\
				     : : "r"(address) : "memory");	\
		SYSREG_READ64(par_el1);					\
	})

static int readable(__uptr address)
{
	return !(TRANSLATE("s1e1r", address) & PAR_FAILED);
}

static int writable(__uptr address)
{
	return !(TRANSLATE("s1e1w", address) & PAR_FAILED);
}

/* The entry that maps an address, or 0 */
static __pte_t entry_of(__uptr address)
{
	__paddr_t table = ukarch_pt_read_base();
	unsigned int lvl = PT_LEVELS;
	__pte_t pte;

	do {
		lvl--;
		ukarch_pte_read(table, lvl, PT_Lx_IDX(address, lvl), &pte);
		if (!PT_Lx_PTE_PRESENT(pte, lvl))
			return 0;
		table = PT_Lx_PTE_PADDR(pte, lvl);
	} while (!PAGE_Lx_IS(pte, lvl));
	return pte;
}

static int executable(__uptr address)
{
	__pte_t pte = entry_of(address);

	return pte && !(pte & PTE_ATTR_PXN);
}

UK_TESTCASE(arm64_boot, runs_at_el1_on_a_stack_of_its_own)
{
	UK_TEST_EXPECT_SNUM_EQ(SYSREG_READ64(CurrentEL) >> 2, 1);
	/* Exceptions switch to the other stack pointer */
	UK_TEST_EXPECT_ZERO(SYSREG_READ64(spsel));
	UK_TEST_EXPECT(IN_RANGE(ukarch_read_sp(),
				(__uptr)kvm_boot_stack.memory,
				sizeof(kvm_boot_stack.memory)));
	UK_TEST_EXPECT_SNUM_EQ(SYSREG_READ64(vbar_el1), (__uptr)kvm_vectors);
}

UK_TESTCASE(arm64_boot, has_mmu_caches_and_vectors_on)
{
	__u64 sctlr = SYSREG_READ64(sctlr_el1);

	UK_TEST_EXPECT_SNUM_EQ(sctlr & KVM_SCTLR_BOOT, KVM_SCTLR_BOOT);
	UK_TEST_EXPECT(sctlr & KVM_SCTLR_WXN);
	UK_TEST_EXPECT_SNUM_EQ(SYSREG_READ64(cpacr_el1) & KVM_CPACR_FP,
			       KVM_CPACR_FP);
	UK_TEST_EXPECT_SNUM_LE(ukarch_ectx_size(), KVM_ECTX_ROOM);
}

UK_TESTCASE(arm64_boot, gives_sections_their_rights)
{
	static const char constant[] = "x";
	static char variable;
	__uptr code = (__uptr)kvm_vectors;

	UK_TEST_EXPECT(readable(code) && !writable(code) && executable(code));
	UK_TEST_EXPECT(readable((__uptr)constant)
		       && !writable((__uptr)constant)
		       && !executable((__uptr)constant));
	UK_TEST_EXPECT(writable((__uptr)&variable)
		       && !executable((__uptr)&variable));
	UK_TEST_EXPECT(readable(__TEXT) && !writable(__TEXT));
}

UK_TESTCASE(arm64_boot, keeps_the_tree_from_being_written_to)
{
	__uptr tree = (__uptr)plat_tree()->blob;

	UK_TEST_EXPECT(readable(tree) && !writable(tree) && !executable(tree));
	UK_TEST_EXPECT(readable(tree + plat_tree()->size - 1));
}

UK_TESTCASE(arm64_boot, leaves_guards_and_null_unmapped)
{
	unsigned int nr;
	__uptr guard;

	UK_TEST_EXPECT(!readable(0) && !readable(0xfff));
	for (nr = 0; (guard = kvm_stack_guard(nr)); nr++) {
		UK_TEST_EXPECT(!readable(guard));
		UK_TEST_EXPECT(!readable(guard + __PAGE_SIZE - 1));
		UK_TEST_EXPECT(writable(guard + __PAGE_SIZE));
	}
	UK_TEST_EXPECT_SNUM_GE(nr, 3);
	/* What the boot page tables had, and the final ones have not */
	UK_TEST_EXPECT(!readable(0x20000000));
	UK_TEST_EXPECT(!readable(0x3f00000000));
}

UK_TESTCASE(arm64_boot, maps_the_heap_without_execution)
{
	struct ukplat_memregion_desc region;

	ukplat_memregion_foreach(&region, UKPLAT_MEMRF_ALLOCATABLE) {
		UK_TEST_EXPECT(writable((__uptr)region.base));
		UK_TEST_EXPECT(writable((__uptr)region.base + region.len - 1));
		UK_TEST_EXPECT(!executable((__uptr)region.base));
	}
}

/* A place where `virt` has no device */
#define NOWHERE		0x0c000000UL

UK_TESTCASE(arm64_boot, maps_devices_where_no_memory_is)
{
	__pte_t pte;

	UK_TEST_EXPECT(!readable(NOWHERE));
	UK_TEST_EXPECT_PTR_EQ((const void *)plat_device_map(NOWHERE + 0x10, 4),
			      (const void *)(NOWHERE + 0x10));
	UK_TEST_EXPECT(writable(NOWHERE) && !executable(NOWHERE));
	pte = entry_of(NOWHERE);
	UK_TEST_EXPECT_SNUM_EQ(pte & PTE_ATTR_IDX_MASK, PTE_ATTR_IDX(3));
	/* Again, and more of it */
	UK_TEST_EXPECT_NOT_NULL((const void *)plat_device_map(NOWHERE, 0x2000));

	UK_TEST_EXPECT_NULL((const void *)plat_device_map(0, 0x1000));
	UK_TEST_EXPECT_NULL((const void *)plat_device_map(NOWHERE, 0));
	UK_TEST_EXPECT_NULL((const void *)plat_device_map(~0UL - 10, 100));
	UK_TEST_EXPECT_NULL((const void *)plat_device_map(1UL << 50, 100));
	UK_TEST_EXPECT_NULL((const void *)plat_device_map(__TEXT, 100));
	UK_TEST_EXPECT_NULL((const void *)plat_device_map(__TEXT - 1, 2));
}

UK_TESTCASE(arm64_boot, knows_the_interrupts_of_the_tree)
{
	static const char path[] = "/pl011@9000000";
	struct uk_fdt_irq irq;
	int node = uk_fdt_path(plat_tree(), path, sizeof(path));

	UK_TEST_EXPECT_ZERO(uk_fdt_irq(plat_tree(), node, 0, &irq));
	UK_TEST_EXPECT_SNUM_EQ(plat_tree_irq(&irq), 33);
	irq.cells[1] = 2000;
	UK_TEST_EXPECT_SNUM_LT(plat_tree_irq(&irq), 0);
	irq.cells[1] = 1;
	irq.cells[0] = 2;
	UK_TEST_EXPECT_SNUM_LT(plat_tree_irq(&irq), 0);
	irq.cells[0] = 0;
	irq.nr_cells = 1;
	UK_TEST_EXPECT_SNUM_LT(plat_tree_irq(&irq), 0);
	irq.nr_cells = 3;
	irq.controller = 0;
	UK_TEST_EXPECT_SNUM_LT(plat_tree_irq(&irq), 0);
}

uk_testsuite_register(arm64_boot, NULL);
