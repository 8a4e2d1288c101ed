/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The paging API, in the address space that the image runs in and in others,
 * far from where the platform maps anything.
 */
#include <errno.h>
#include <uk/alloc.h>
#include <uk/falloc.h>
#include <uk/plat/common/paging.h>
#include <uk/plat/paging.h>
#include <uk/test.h>

/* Aligned to the largest pages */
#define FAR	(1UL << 45)

#define RO	PAGE_ATTR_PROT_READ
#define RW	PAGE_ATTR_PROT_RW

static struct uk_pagetable *pt;
static __sz free_before;

static void begin(void)
{
	pt = ukplat_pt_get_active();
	free_before = pt->fa->free_memory;
}

static int all_given_back(void)
{
	return pt->fa->free_memory == free_before;
}

/* The level of the page that maps an address, or -1 */
static int level_of(__vaddr_t vaddr)
{
	unsigned int lvl = PAGE_LEVEL;
	__pte_t pte;

	if (ukplat_pt_walk(pt, vaddr, &lvl, NULL, &pte))
		return -1;
	return PT_Lx_PTE_PRESENT(pte, lvl) ? (int)lvl : -1;
}

static unsigned long attr_at(__vaddr_t vaddr)
{
	unsigned int lvl = PAGE_LEVEL;
	__pte_t pte = 0;

	ukplat_pt_walk(pt, vaddr, &lvl, NULL, &pte);
	return pgarch_attr_from_pte(pte, lvl) & PAGE_ATTR_PROT_RWX;
}

static __paddr_t translate(__vaddr_t vaddr)
{
	unsigned int lvl = PAGE_LEVEL;
	__pte_t pte;

	if (ukplat_pt_walk(pt, vaddr, &lvl, NULL, &pte)
	    || !PT_Lx_PTE_PRESENT(pte, lvl))
		return __PADDR_INV;
	return PT_Lx_PTE_PADDR(pte, lvl) + (vaddr & ~PAGE_Lx_MASK(lvl));
}

UK_TESTCASE(paging, maps_frames_that_can_be_used)
{
	volatile char *mem = (char *)FAR;
	unsigned long i, wrong = 0;

	begin();
	UK_TEST_ASSERT(ukplat_page_map(pt, FAR, __PADDR_ANY, 20, RW, 0) == 0);
	for (i = 0; i < 20 * PAGE_SIZE; i += 512)
		mem[i] = (char)(i / 512);
	for (i = 0; i < 20 * PAGE_SIZE; i += 512)
		wrong += mem[i] != (char)(i / 512);
	UK_TEST_EXPECT_ZERO(wrong);
	/* What is at the physical address is the same byte */
	UK_TEST_EXPECT_SNUM_EQ(*(char *)translate(FAR + 512), 1);
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR + 20 * PAGE_SIZE), -1);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 20, 0));
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR), -1);
	UK_TEST_EXPECT(all_given_back());
}

UK_TESTCASE(paging, maps_the_same_frame_twice)
{
	__paddr_t paddr = uk_falloc(ukplat_pt_get_active()->fa, 1);

	begin();
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR, paddr, 1, RW, 0));
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR + PAGE_SIZE, paddr, 1, RO,
					    0));
	*(volatile int *)FAR = 4711;
	UK_TEST_EXPECT_SNUM_EQ(*(volatile int *)(FAR + PAGE_SIZE), 4711);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 2,
					      PAGE_FLAG_KEEP_FRAMES));
	UK_TEST_EXPECT(all_given_back());
	uk_ffree(pt->fa, paddr, 1);
}

UK_TESTCASE(paging, uses_the_largest_pages_that_fit)
{
	const __vaddr_t start = FAR + PAGE_LARGE_SIZE - 2 * PAGE_SIZE;
	const __paddr_t paddr = (1UL << 36) - 2 * PAGE_SIZE;
	const unsigned long pages = 512 + 4;

	begin();
	/* Nobody reads or writes there */
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, start, paddr, pages, RO, 0));
	UK_TEST_EXPECT_SNUM_EQ(level_of(start), PAGE_LEVEL);
	UK_TEST_EXPECT_SNUM_EQ(level_of(start + 2 * PAGE_SIZE),
			       PAGE_LARGE_LEVEL);
	UK_TEST_EXPECT_SNUM_EQ(level_of(start + (pages - 1) * PAGE_SIZE),
			       PAGE_LEVEL);
	UK_TEST_EXPECT_SNUM_EQ(translate(start + 0x54321), paddr + 0x54321);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, start, pages,
					      PAGE_FLAG_KEEP_FRAMES));
	UK_TEST_EXPECT(all_given_back());
}

UK_TESTCASE(paging, maps_the_sizes_that_are_forced)
{
	const unsigned long large = PAGE_FLAG_SIZE(PAGE_LARGE_LEVEL);
	const unsigned long force = PAGE_FLAG_FORCE_SIZE;
	const __paddr_t paddr = 1UL << 36;

	begin();
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR, paddr, 512, RO, force));
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR), PAGE_LEVEL);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_unmap(pt, FAR, 1, force | large),
			       -EFAULT);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 512,
					      force | PAGE_FLAG_KEEP_FRAMES));
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR, paddr, 2, RO,
					    force | large));
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR + PAGE_LARGE_SIZE),
			       PAGE_LARGE_LEVEL);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_unmap(pt, FAR, 1, force), -EFAULT);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_set_attr(pt, FAR, 1, RW, force),
			       -EFAULT);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 2, force | large
					      | PAGE_FLAG_KEEP_FRAMES));
	UK_TEST_EXPECT(all_given_back());
}

UK_TESTCASE(paging, maps_the_largest_pages_of_the_processor)
{
	const unsigned int top = pgarch_largest_level();
	const __paddr_t paddr = 1UL << 36;

	begin();
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR, paddr, 2, RO,
					    PAGE_FLAG_SIZE(PAGE_HUGE_LEVEL)));
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR), (int)top);
	/* Down to the smallest */
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR + PAGE_SIZE, 1,
					      PAGE_FLAG_KEEP_FRAMES));
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR), PAGE_LEVEL);
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR + PAGE_SIZE), -1);
	UK_TEST_EXPECT_SNUM_EQ(translate(FAR + 2 * PAGE_SIZE + 5),
			       paddr + 2 * PAGE_SIZE + 5);
	UK_TEST_EXPECT_SNUM_EQ(translate(FAR + PAGE_HUGE_SIZE - 1),
			       paddr + PAGE_HUGE_SIZE - 1);
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR + PAGE_HUGE_SIZE), (int)top);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 2, PAGE_FLAG_KEEP_FRAMES
					      | PAGE_FLAG_SIZE(PAGE_HUGE_LEVEL)));
	UK_TEST_EXPECT(all_given_back());
}

UK_TESTCASE(paging, changes_what_is_allowed)
{
	begin();
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR, __PADDR_ANY, 512, RW, 0));
	*(volatile int *)(FAR + 3 * PAGE_SIZE) = 1234;
	UK_TEST_EXPECT_ZERO(ukplat_page_set_attr(pt, FAR + 3 * PAGE_SIZE, 2,
						 RO, 0));
	UK_TEST_EXPECT_SNUM_EQ(attr_at(FAR + 2 * PAGE_SIZE), RW);
	UK_TEST_EXPECT_SNUM_EQ(attr_at(FAR + 3 * PAGE_SIZE), RO);
	UK_TEST_EXPECT_SNUM_EQ(attr_at(FAR + 4 * PAGE_SIZE), RO);
	UK_TEST_EXPECT_SNUM_EQ(attr_at(FAR + 5 * PAGE_SIZE), RW);
	UK_TEST_EXPECT_SNUM_EQ(*(volatile int *)(FAR + 3 * PAGE_SIZE), 1234);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_set_attr(pt, FAR, 513, RO, 0),
			       -EFAULT);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 512, 0));
	UK_TEST_EXPECT(all_given_back());
}

#if CONFIG_ARCH_X86_64
static __pte_t entry_at(__vaddr_t vaddr)
{
	unsigned int lvl = PAGE_LEVEL;
	__pte_t pte = 0;

	ukplat_pt_walk(pt, vaddr, &lvl, NULL, &pte);
	return pte;
}

UK_TESTCASE(paging, leaves_the_kind_of_memory_alone)
{
	__pte_t before;

	begin();
	UK_TEST_ASSERT(ukplat_page_map(pt, FAR, __PADDR_ANY, 1,
				       RW | PGARCH_ATTR_DEVICE, 0) == 0);
	before = entry_at(FAR);
	UK_TEST_EXPECT_ZERO(ukplat_page_set_attr(pt, FAR, 1, RO, 0));
	UK_TEST_EXPECT(attr_at(FAR) == RO);
	UK_TEST_EXPECT_ZERO(ukplat_page_set_attr(pt, FAR, 1, RW, 0));
	UK_TEST_EXPECT(entry_at(FAR) == before);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 1, 0));
	UK_TEST_EXPECT(all_given_back());
}

/* The page around it may be that of the stack and of the tables, too */
UK_TESTCASE(paging, divides_pages_that_are_in_use)
{
	struct uk_alloc *a = uk_alloc_get_default();
	char *page;

	begin();
	UK_TEST_ASSERT(a != NULL);
	page = uk_palloc(a, 1);
	UK_TEST_ASSERT(page != NULL);
	*page = 'a';
	UK_TEST_EXPECT_ZERO(ukplat_page_set_attr(pt, (__vaddr_t)page, 1, RO,
						 0));
	UK_TEST_EXPECT(attr_at((__vaddr_t)page) == RO);
	UK_TEST_EXPECT_SNUM_EQ(level_of((__vaddr_t)page), PAGE_LEVEL);
	UK_TEST_EXPECT_SNUM_EQ(translate((__vaddr_t)page), (__vaddr_t)page);
	UK_TEST_EXPECT_SNUM_EQ(*(volatile char *)page, 'a');
	UK_TEST_EXPECT_ZERO(ukplat_page_set_attr(pt, (__vaddr_t)page, 1, RW,
						 0));
	*page = 'b';
	uk_pfree(a, page, 1);
}

UK_TESTCASE(paging, runs_code_where_that_is_allowed)
{
	static const unsigned char code[] = { 0xb8, 42, 0, 0, 0, 0xc3 };

	begin();
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR, __PADDR_ANY, 1, RW, 0));
	memcpy((void *)FAR, code, sizeof(code));
	UK_TEST_EXPECT_ZERO(ukplat_page_set_attr(pt, FAR, 1, RO
						 | PAGE_ATTR_PROT_EXEC, 0));
	UK_TEST_EXPECT_SNUM_EQ(((int (*)(void))FAR)(), 42);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 1, 0));
}
#endif

UK_TESTCASE(paging, leaves_nothing_behind_when_it_fails)
{
	begin();
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR + 5 * PAGE_SIZE,
					    __PADDR_ANY, 1, RW, 0));
	*(volatile int *)(FAR + 5 * PAGE_SIZE) = 99;
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_map(pt, FAR, __PADDR_ANY, 9, RW, 0),
			       -EEXIST);
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR), -1);
	UK_TEST_EXPECT_SNUM_EQ(*(volatile int *)(FAR + 5 * PAGE_SIZE), 99);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_map(pt, FAR + 5 * PAGE_SIZE,
					       __PADDR_ANY, 1, RW, 0),
			       -EEXIST);
	UK_TEST_EXPECT_SNUM_EQ(*(volatile int *)(FAR + 5 * PAGE_SIZE), 99);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR + 5 * PAGE_SIZE, 1, 0));
	UK_TEST_EXPECT(all_given_back());
	/* More than there is */
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_map(pt, FAR, __PADDR_ANY,
					       pt->fa->total_memory
					       / PAGE_SIZE + 1, RW, 0),
			       -ENOMEM);
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR), -1);
	UK_TEST_EXPECT(all_given_back());
}

UK_TESTCASE(paging, refuses_what_cannot_be)
{
	begin();
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_map(pt, FAR + 1, __PADDR_ANY, 1, RW,
					       0), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_map(pt, FAR, 0x1234, 1, RW, 0),
			       -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_map(pt, FAR + PAGE_SIZE, __PADDR_ANY,
					       1, RW, PAGE_FLAG_SIZE(1)),
			       -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_map(pt, 1UL << 62, __PADDR_ANY, 1,
					       RW, 0), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_map(pt, (1UL << 47) - PAGE_SIZE,
					       __PADDR_ANY, ~0UL, RW, 0),
			       -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_unmap(pt, FAR + 7, 1, 0), -EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_page_set_attr(pt, FAR, 1, RO, 0),
			       -EFAULT);
	UK_TEST_EXPECT_SNUM_NQ(ukplat_pt_walk(pt, 1UL << 62, NULL, NULL, NULL),
			       0);
	UK_TEST_EXPECT_SNUM_EQ(ukplat_pt_free(pt, 0), -EBUSY);
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR, __PADDR_ANY, 0, RW, 0));
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 1, 0));
	UK_TEST_EXPECT(all_given_back());
}

UK_TESTCASE(paging, keeps_entries_and_frames_on_request)
{
	__paddr_t paddr;

	begin();
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR, __PADDR_ANY, 1, RW, 0));
	paddr = translate(FAR);
	*(volatile int *)FAR = 77;
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 1, PAGE_FLAG_KEEP_PTES
					      | PAGE_FLAG_KEEP_FRAMES));
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR), -1);
	UK_TEST_EXPECT(!all_given_back());
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR, paddr, 1, RO,
					    PAGE_FLAG_KEEP_PTES));
	UK_TEST_EXPECT_SNUM_EQ(*(volatile int *)FAR, 77);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 1, 0));
	UK_TEST_EXPECT(all_given_back());
}

UK_TESTCASE(paging, switches_address_spaces)
{
	struct uk_pagetable *first, other;

	begin();
	first = pt;
	UK_TEST_EXPECT_ZERO(ukplat_pt_clone(&other, first, 0));
	UK_TEST_EXPECT_ZERO(ukplat_page_map(&other, FAR, __PADDR_ANY, 1, RW,
					    0));
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR), -1);
	UK_TEST_EXPECT_ZERO(ukplat_pt_set_active(&other));
	UK_TEST_EXPECT_PTR_EQ(ukplat_pt_get_active(), &other);
	*(volatile int *)FAR = 1;
	UK_TEST_EXPECT_ZERO(ukplat_pt_set_active(first));
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(&other, FAR, 1, 0));
	UK_TEST_EXPECT_ZERO(ukplat_pt_free(&other, PAGE_FLAG_KEEP_FRAMES));
	UK_TEST_EXPECT(all_given_back());
}

UK_TESTCASE(paging, makes_empty_address_spaces)
{
	struct uk_pagetable other;

	begin();
	UK_TEST_EXPECT_ZERO(ukplat_pt_clone(&other, pt, PAGE_FLAG_CLONE_NEW));
	UK_TEST_EXPECT_ZERO(ukplat_page_map(&other, FAR, __PADDR_ANY, 3, RW,
					    0));
	pt = &other;
	UK_TEST_EXPECT_SNUM_EQ(level_of(FAR), PAGE_LEVEL);
	UK_TEST_EXPECT_SNUM_EQ(level_of((__vaddr_t)begin), -1);
	pt = ukplat_pt_get_active();
	/* The three frames, too */
	UK_TEST_EXPECT_ZERO(ukplat_pt_free(&other, 0));
	UK_TEST_EXPECT(all_given_back());
}

#ifdef CONFIG_PAGING_STATS
UK_TESTCASE(paging, counts)
{
	unsigned long small, large, tables, splits;

	begin();
	small = pt->nr_lx_pages[PAGE_LEVEL];
	large = pt->nr_lx_pages[PAGE_LARGE_LEVEL];
	tables = pt->nr_pt_pages[PAGE_LEVEL];
	splits = pt->nr_lx_splits[PAGE_LARGE_LEVEL];
	UK_TEST_EXPECT_SNUM_GT(small, 10);
	UK_TEST_EXPECT_SNUM_EQ(pt->nr_pt_pages[PT_LEVELS - 1], 1);
	UK_TEST_EXPECT_ZERO(ukplat_page_map(pt, FAR, 1UL << 36, 513, RO, 0));
	UK_TEST_EXPECT_SNUM_EQ(pt->nr_lx_pages[PAGE_LARGE_LEVEL], large + 1);
	UK_TEST_EXPECT_SNUM_EQ(pt->nr_lx_pages[PAGE_LEVEL], small + 1);
	UK_TEST_EXPECT_SNUM_EQ(pt->nr_pt_pages[PAGE_LEVEL], tables + 1);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 1,
					      PAGE_FLAG_KEEP_FRAMES));
	UK_TEST_EXPECT_SNUM_EQ(pt->nr_lx_splits[PAGE_LARGE_LEVEL], splits + 1);
	UK_TEST_EXPECT_SNUM_EQ(pt->nr_lx_pages[PAGE_LEVEL], small + 512);
	UK_TEST_EXPECT_ZERO(ukplat_page_unmap(pt, FAR, 513,
					      PAGE_FLAG_KEEP_FRAMES));
	UK_TEST_EXPECT_SNUM_EQ(pt->nr_lx_pages[PAGE_LEVEL], small);
	UK_TEST_EXPECT_SNUM_EQ(pt->nr_lx_pages[PAGE_LARGE_LEVEL], large);
	UK_TEST_EXPECT_SNUM_EQ(pt->nr_pt_pages[PAGE_LEVEL], tables);
}
#endif

uk_testsuite_register(paging, NULL);
