/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The page tables that replace those of the boot code: each memory region is
 * mapped one to one with just the rights that its flags give, devices are
 * mapped when somebody asks for them; stack guards and everything else are not
 * mapped at all.
 */
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <uk/arch/paging.h>
#include <uk/essentials.h>
#include <uk/page.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/memory.h>

/* Tables have to be reachable through the boot code's page tables */
#define TABLES_LIMIT	((__paddr_t)KVM_BOOT_END_GIB << 30)
/* For devices, wherever they are: `virt` needs about 6 */
#define DEVICE_TABLES	32

/* Never freed. Taken at boot, or with interrupts off */
static __paddr_t next_table, tables_end, top;

static __paddr_t new_table(void)
{
	__paddr_t table = next_table;

	if (next_table == tables_end)
		return 0;
	next_table += PAGE_SIZE;
	__builtin_memset((void *)table, 0, PAGE_SIZE);
	return table;
}

/* The table at `lvl` that translates `address`, made if need be; or 0 */
static __paddr_t table_for(__paddr_t address, unsigned int lvl)
{
	__paddr_t table = top, next;
	unsigned int at;
	__pte_t pte;

	for (at = PT_LEVELS - 1; at > lvl; at--) {
		ukarch_pte_read(table, at, PT_Lx_IDX(address, at), &pte);
		if (PT_Lx_PTE_PRESENT(pte, at)) {
			if (PAGE_Lx_IS(pte, at))
				return 0;
			table = PT_Lx_PTE_PADDR(pte, at);
			continue;
		}
		next = new_table();
		if (!next)
			return 0;
		ukarch_pte_write(table, at, PT_Lx_IDX(address, at),
				 next | PTE_TYPE_TABLE);
		table = next;
	}
	return table;
}

/* Maps one page. What is mapped already has to be mapped like that. 0 or -1 */
static int map_page(__paddr_t address, unsigned int lvl, __pte_t bits)
{
	__paddr_t table = table_for(address, lvl);
	unsigned int idx = PT_Lx_IDX(address, lvl);
	__pte_t pte;

	if (!table)
		return -1;
	bits |= address | (lvl == PAGE_LEVEL ? PTE_TYPE_PAGE : PTE_TYPE_BLOCK);
	ukarch_pte_read(table, lvl, idx, &pte);
	if (PT_Lx_PTE_PRESENT(pte, lvl))
		return pte == bits ? 0 : -1;
	ukarch_pte_write(table, lvl, idx, bits);
	return 0;
}

static int has_guard(__paddr_t start, __sz len)
{
	unsigned int nr;
	__uptr guard;

	for (nr = 0; (guard = kvm_stack_guard(nr)); nr++)
		if (IN_RANGE(guard, start, len))
			return 1;
	return 0;
}

static int map(__paddr_t at, __paddr_t end, __pte_t bits)
{
	int rc = 0;

	while (at < end && !rc) {
		if (PAGE_Lx_ALIGNED(at, PAGE_LARGE_LEVEL)
		    && end - at >= PAGE_LARGE_SIZE
		    && !has_guard(at, PAGE_LARGE_SIZE)) {
			rc = map_page(at, PAGE_LARGE_LEVEL, bits);
			at += PAGE_LARGE_SIZE;
		} else {
			if (!has_guard(at, PAGE_SIZE))
				rc = map_page(at, PAGE_LEVEL, bits);
			at += PAGE_SIZE;
		}
	}
	return rc;
}

static __pte_t bits_of(int flags)
{
	/* Of type 0: write-back memory */
	__pte_t bits = PTE_ATTR_AF | PTE_ATTR_SH(PTE_ATTR_SH_IS);

	if (!(flags & UKPLAT_MEMRF_WRITABLE))
		bits |= PTE_ATTR_AP_RW_BIT;
	if (!(flags & UKPLAT_MEMRF_EXECUTABLE))
		bits |= PTE_ATTR_XN;
	return bits;
}

/* Enough for all regions: two ragged ends each, what lies between, guards */
static __sz tables_needed(void)
{
	struct ukplat_memregion_desc region;
	__sz pages = 16 + DEVICE_TABLES;

	ukplat_memregion_foreach(&region, 0)
		pages += 6 + (region.len >> PAGE_HUGE_SHIFT);
	return pages * PAGE_SIZE;
}

void kvm_paging_init(void)
{
	struct ukplat_memregion_desc region;
	__sz len = tables_needed();

	next_table = kvm_memory_take(len, TABLES_LIMIT);
	if (!next_table)
		kvm_boot_failed("there is too little memory");
	tables_end = next_table + len;
	top = new_table();

	ukplat_memregion_foreach(&region, 0)
		if (map(round_pgdown((__paddr_t)region.base),
			round_pgup((__paddr_t)region.base + region.len),
			bits_of(region.flags)))
			kvm_boot_failed("there is no room for page tables");
	/* The tree is read on, but stands in reserved memory */
	map(round_pgdown((__paddr_t)kvm_tree.blob),
	    round_pgup((__paddr_t)kvm_tree.blob + kvm_tree.size), bits_of(0));
	kvm_console_map();

	ukarch_pt_write_base(top);
	ukarch_tlb_flush();
	SYSREG_WRITE64(sctlr_el1, KVM_SCTLR_BOOT | KVM_SCTLR_WXN);
	isb();
}

/* Whether any of [start, end) is memory */
static int is_ram(__paddr_t start, __paddr_t end)
{
	struct ukplat_memregion_desc region;

	ukplat_memregion_foreach(&region, 0)
		if (start < (__paddr_t)region.base + region.len
		    && end > (__paddr_t)region.base)
			return 1;
	return 0;
}

volatile void *kvm_device_map(__paddr_t address, __sz len)
{
	__paddr_t start = round_pgdown(address);
	__paddr_t end = round_pgup(address + len);
	unsigned long flags;
	int rc;

	/* The null page stays free of everything */
	if (!len || end <= start || start < PAGE_SIZE
	    || !ARM64_PADDR_VALID(end) || is_ram(start, end))
		return __NULL;
	flags = ukplat_lcpu_save_irqf();
	rc = map(start, end, PTE_ATTR_AF | PTE_ATTR_XN
		 | PTE_ATTR_IDX(3) /* nGnRnE */);
	ukplat_lcpu_restore_irqf(flags);
	return rc ? __NULL : (volatile void *)address;
}
