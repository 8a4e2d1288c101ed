/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mappings as an application sees them. What is not allowed is not tried here,
 * but where page tables are ours, the tables are looked at.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <uk/arch/limits.h>
#include <uk/essentials.h>
#include <uk/test.h>
#if CONFIG_PAGING
#include <uk/falloc.h>
#include <uk/plat/io.h>
#include <uk/plat/paging.h>
#endif
#if CONFIG_LIBUKSCHEDPREEMPT
#include <uk/arch/atomic.h>
#include <uk/sched.h>
#endif

#define PAGE	((size_t)__PAGE_SIZE)
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

/* mprotect() of a range with holes: Linux changes what it can. */
#if CONFIG_PAGING
#define ALL_OR_NOTHING	1

static int is_present(const void *ptr)
{
	unsigned int lvl = PAGE_LEVEL;
	__pte_t pte;

	return !ukplat_pt_walk(ukplat_pt_get_active(), (__vaddr_t)ptr, &lvl,
			       NULL, &pte) && PT_Lx_PTE_PRESENT(pte, lvl);
}

static unsigned long free_frames(void)
{
	return ukplat_pt_get_active()->fa->free_memory;
}
#else
#define ALL_OR_NOTHING	0

static int is_present(const void *ptr __unused)
{
	return 0;
}

static unsigned long free_frames(void)
{
	return 0;
}
#endif

static int is_all(const unsigned char *ptr, size_t len, int value)
{
	while (len--) {
		if (*ptr++ != value)
			return 0;
	}
	return 1;
}

UK_TESTCASE(ukmmap, map_and_unmap)
{
	unsigned long before = free_frames();

	for (size_t len = 1; len < 3000000; len = len * 3 + 1) {
		unsigned char *one = mmap(NULL, len, RW, ANON, -1, 0);
		unsigned char *two = mmap(NULL, len, RW, ANON, -1, 0);

		UK_TEST_ASSERT(one != MAP_FAILED && two != MAP_FAILED);
		UK_TEST_EXPECT_ZERO((uintptr_t)one % PAGE);
		UK_TEST_EXPECT(is_all(one, len, 0));
		memset(one, 1, len);
		memset(two, 2, len);
		UK_TEST_EXPECT(is_all(one, len, 1));
		UK_TEST_EXPECT_ZERO(munmap(one, len));
		UK_TEST_EXPECT(is_all(two, len, 2));
		UK_TEST_EXPECT_ZERO(munmap(two, len));
		UK_TEST_EXPECT(!is_present(one));
	}
	UK_TEST_EXPECT_SNUM_EQ(free_frames(), before);
}

UK_TESTCASE(ukmmap, what_is_unmapped_in_parts)
{
	unsigned long before = free_frames();
	unsigned char *ptr = mmap(NULL, 600 * PAGE, RW, ANON, -1, 0);

	UK_TEST_ASSERT(ptr != MAP_FAILED);
	memset(ptr, 7, 600 * PAGE);
	UK_TEST_EXPECT_ZERO(munmap(ptr + 100 * PAGE, 50 * PAGE));
	UK_TEST_EXPECT_ZERO(munmap(ptr + 120 * PAGE, 100 * PAGE));
	UK_TEST_EXPECT(!is_present(ptr + 130 * PAGE));
	UK_TEST_EXPECT(is_all(ptr, 100 * PAGE, 7));
	UK_TEST_EXPECT(is_all(ptr + 220 * PAGE, 380 * PAGE, 7));
	/* Into the hole again, and over its borders: new memory is zero. */
	UK_TEST_EXPECT_PTR_EQ(mmap(ptr + 90 * PAGE, 60 * PAGE, RW,
				   ANON | MAP_FIXED, -1, 0), ptr + 90 * PAGE);
	UK_TEST_EXPECT(is_all(ptr, 90 * PAGE, 7));
	UK_TEST_EXPECT(is_all(ptr + 90 * PAGE, 60 * PAGE, 0));
	/* All of it, with the hole that is left */
	UK_TEST_EXPECT_ZERO(munmap(ptr, 600 * PAGE));
	UK_TEST_EXPECT_ZERO(munmap(ptr, 600 * PAGE));
	UK_TEST_EXPECT_SNUM_EQ(free_frames(), before);
}

UK_TESTCASE(ukmmap, protect)
{
	unsigned long before = free_frames();
	unsigned char *ptr = mmap(NULL, 40 * PAGE, RW, ANON, -1, 0);

	UK_TEST_ASSERT(ptr != MAP_FAILED);
	memset(ptr, 5, 40 * PAGE);
	UK_TEST_EXPECT_ZERO(mprotect(ptr + 10 * PAGE, 10 * PAGE, PROT_READ));
	UK_TEST_EXPECT(is_all(ptr, 40 * PAGE, 5));
	/* What nobody may touch keeps its contents. */
	UK_TEST_EXPECT_ZERO(mprotect(ptr + 5 * PAGE, 10 * PAGE, PROT_NONE));
	UK_TEST_EXPECT(!is_present(ptr + 5 * PAGE));
	UK_TEST_EXPECT(!is_present(ptr + 14 * PAGE));
	UK_TEST_EXPECT_ZERO(mprotect(ptr, 40 * PAGE, RW));
	UK_TEST_EXPECT(is_all(ptr, 40 * PAGE, 5));
	memset(ptr, 6, 40 * PAGE);
	UK_TEST_EXPECT_ZERO(mprotect(ptr, 20 * PAGE, PROT_NONE));
	UK_TEST_EXPECT_ZERO(munmap(ptr, 40 * PAGE));
	UK_TEST_EXPECT_SNUM_EQ(free_frames(), before);
}

UK_TESTCASE(ukmmap, reserved)
{
	unsigned long before = free_frames();
	/* More than there is memory: addresses only */
	size_t len = 1UL << 36;
	unsigned char *ptr = mmap(NULL, len, PROT_NONE,
				  ANON | MAP_NORESERVE, -1, 0);

	UK_TEST_ASSERT(ptr != MAP_FAILED);
	UK_TEST_EXPECT_SNUM_EQ(free_frames(), before);
	UK_TEST_EXPECT_ZERO(mprotect(ptr + len / 2, 3 * PAGE, RW));
	UK_TEST_EXPECT(is_all(ptr + len / 2, 3 * PAGE, 0));
	memset(ptr + len / 2, 1, 3 * PAGE);
	UK_TEST_EXPECT(!is_present(ptr + len / 2 - 1));
	UK_TEST_EXPECT(!is_present(ptr + len / 2 + 3 * PAGE));
	UK_TEST_EXPECT_ZERO(munmap(ptr, len));
	UK_TEST_EXPECT_SNUM_EQ(free_frames(), before);
}

UK_TESTCASE(ukmmap, resized)
{
	unsigned long before = free_frames();
	unsigned char *ptr = mmap(NULL, 10 * PAGE, RW, ANON, -1, 0);
	unsigned char *behind, *moved, *there;

	UK_TEST_ASSERT(ptr != MAP_FAILED);
	memset(ptr, 3, 10 * PAGE);
	behind = mmap(ptr + 12 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0);
	UK_TEST_ASSERT(behind == ptr + 12 * PAGE);
	*behind = 9;
	errno = 0;
	UK_TEST_EXPECT(mremap(ptr, 10 * PAGE, 30 * PAGE, 0) == MAP_FAILED);
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	moved = mremap(ptr, 10 * PAGE, 30 * PAGE, MREMAP_MAYMOVE);
	UK_TEST_ASSERT(moved != MAP_FAILED);
	UK_TEST_EXPECT(moved != ptr && !is_present(ptr));
	UK_TEST_EXPECT(is_all(moved, 10 * PAGE, 3));
	UK_TEST_EXPECT(is_all(moved + 10 * PAGE, 20 * PAGE, 0));
	UK_TEST_EXPECT_SNUM_EQ(*behind, 9);
	memset(moved, 4, 30 * PAGE);
	UK_TEST_EXPECT_PTR_EQ(mremap(moved, 30 * PAGE, 7 * PAGE, 0), moved);
	UK_TEST_EXPECT(!is_present(moved + 7 * PAGE));
	UK_TEST_EXPECT(is_all(moved, 7 * PAGE, 4));
	/* To a place of our choice, in place of what is there */
	there = mmap(NULL, 9 * PAGE, RW, ANON, -1, 0);
	UK_TEST_ASSERT(there != MAP_FAILED);
	memset(there, 8, 9 * PAGE);
	UK_TEST_EXPECT_PTR_EQ(mremap(moved, 7 * PAGE, 9 * PAGE, MREMAP_MAYMOVE |
				     MREMAP_FIXED, there), there);
	UK_TEST_EXPECT(is_all(there, 7 * PAGE, 4));
	UK_TEST_EXPECT(is_all(there + 7 * PAGE, 2 * PAGE, 0));
	UK_TEST_EXPECT_ZERO(munmap(there, 9 * PAGE));
	UK_TEST_EXPECT_ZERO(munmap(behind, PAGE));
	UK_TEST_EXPECT_SNUM_EQ(free_frames(), before);
}

UK_TESTCASE(ukmmap, discarded)
{
	unsigned char *ptr = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	UK_TEST_ASSERT(ptr != MAP_FAILED);
	memset(ptr, 3, 4 * PAGE);
	UK_TEST_EXPECT_ZERO(madvise(ptr, 4 * PAGE, MADV_NORMAL));
	UK_TEST_EXPECT_ZERO(madvise(ptr + PAGE, 2 * PAGE, MADV_DONTNEED));
	UK_TEST_EXPECT(is_all(ptr + PAGE, 2 * PAGE, 0));
	UK_TEST_EXPECT(is_all(ptr, PAGE, 3) && is_all(ptr + 3 * PAGE, PAGE, 3));
	UK_TEST_EXPECT_SNUM_EQ(madvise(ptr, PAGE, 9999), -1);
	UK_TEST_EXPECT_ZERO(munmap(ptr, 4 * PAGE));
}

static int fails_with(const void *result, int error)
{
	int is = result == MAP_FAILED && errno == error;

	errno = 0;
	return is;
}

UK_TESTCASE(ukmmap, bad_arguments)
{
	unsigned char *ptr = mmap(NULL, PAGE, RW, ANON, -1, 0);

	UK_TEST_ASSERT(ptr != MAP_FAILED);
	UK_TEST_EXPECT(fails_with(mmap(NULL, 0, RW, ANON, -1, 0), EINVAL));
	UK_TEST_EXPECT(fails_with(mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0),
				  EINVAL));
	UK_TEST_EXPECT(fails_with(mmap(ptr + 1, PAGE, RW, ANON | MAP_FIXED, -1,
				       0), EINVAL));
	UK_TEST_EXPECT(fails_with(mmap(NULL, PAGE, RW, ANON, -1, 1), EINVAL));
	UK_TEST_EXPECT(fails_with(mmap(NULL, PAGE, RW, MAP_PRIVATE, 3, 0),
				  ENODEV));
	UK_TEST_EXPECT(fails_with(mmap(NULL, SIZE_MAX - 10, RW, ANON, -1, 0),
				  ENOMEM));
	UK_TEST_EXPECT(fails_with(mmap(NULL, 1UL << 60, PROT_NONE, ANON, -1, 0),
				  ENOMEM));
	UK_TEST_EXPECT(fails_with(mmap(ptr, PAGE, RW, ANON |
				       MAP_FIXED_NOREPLACE, -1, 0), EEXIST));
	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(munmap(ptr, 0), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(munmap(ptr + 1, PAGE), -1);
	UK_TEST_EXPECT_SNUM_EQ(mprotect(ptr + 1, PAGE, RW), -1);
	UK_TEST_EXPECT_SNUM_EQ(mprotect(ptr, PAGE, 64), -1);
	UK_TEST_EXPECT(fails_with(mremap(ptr, PAGE, 0, 0), EINVAL));
	UK_TEST_EXPECT(fails_with(mremap(ptr, PAGE, PAGE, MREMAP_FIXED, ptr),
				  EINVAL));
	UK_TEST_EXPECT_ZERO(munmap(ptr, PAGE));
	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(mprotect(ptr, PAGE, RW), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	UK_TEST_EXPECT(fails_with(mremap(ptr, PAGE, 2 * PAGE, 0), EFAULT));
}

#if CONFIG_PAGING
UK_TESTCASE(ukmmap, guards)
{
	unsigned char *one = mmap(NULL, 3 * PAGE, RW, ANON, -1, 0);
	unsigned char *two = mmap(NULL, 3 * PAGE, RW, ANON, -1, 0);

	UK_TEST_ASSERT(one != MAP_FAILED && two != MAP_FAILED);
	UK_TEST_EXPECT(is_present(one) && is_present(two + 3 * PAGE - 1));
	UK_TEST_EXPECT(!is_present(one - 1) && !is_present(one + 3 * PAGE));
	UK_TEST_EXPECT(!is_present(two - 1) && !is_present(two + 3 * PAGE));
	/* Growing leaves the guard. */
	if (mremap(one, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE) == one)
		UK_TEST_EXPECT(!is_present(one + 4 * PAGE));
	munmap(one, 4 * PAGE);
	munmap(two, 3 * PAGE);
}

UK_TESTCASE(ukmmap, out_of_frames)
{
	unsigned long before = free_frames();
	unsigned char *ptr;

	errno = 0;
	ptr = mmap(NULL, before + PAGE, RW, ANON, -1, 0);
	UK_TEST_EXPECT(fails_with(ptr, ENOMEM));
	UK_TEST_EXPECT_SNUM_EQ(free_frames(), before);
	ptr = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);
	UK_TEST_ASSERT(ptr != MAP_FAILED);
	*ptr = 1;
	UK_TEST_EXPECT(fails_with(mremap(ptr, 4 * PAGE, before,
					 MREMAP_MAYMOVE), ENOMEM));
	UK_TEST_EXPECT_SNUM_EQ(*ptr, 1);
	UK_TEST_EXPECT_ZERO(munmap(ptr, 4 * PAGE));
	UK_TEST_EXPECT_SNUM_EQ(free_frames(), before);
}
#endif

/* One page of a mapping at random, against what each should have */
UK_TESTCASE(ukmmap, random_operations)
{
	enum { PAGES = 64 };
	static signed char value[PAGES];	/* -1: not mapped */
	static unsigned char prot[PAGES];
	unsigned long before = free_frames();
	unsigned int seed = 11, wrong = 0;
	unsigned char *base = mmap(NULL, PAGES * PAGE, PROT_NONE, ANON, -1, 0);

	UK_TEST_ASSERT(base != MAP_FAILED);
	memset(value, 0, sizeof(value));
	memset(prot, PROT_NONE, sizeof(prot));
	for (int step = 0; step < 3000; step++) {
		int at = rand_r(&seed) % PAGES;
		int len = 1 + rand_r(&seed) % MIN(8, PAGES - at);
		int what = rand_r(&seed) % 4, mapped = 1;
		int rights = rand_r(&seed) % 3;	/* none, read, write */

		rights = rights == 2 ? RW : rights;
		for (int i = at; i < at + len; i++)
			mapped = mapped && value[i] >= 0;
		if (what == 0) {
			wrong += munmap(base + at * PAGE, len * PAGE) != 0;
			memset(value + at, -1, len);
		} else if (what == 1) {
			wrong += mmap(base + at * PAGE, len * PAGE, rights,
				      ANON | MAP_FIXED, -1, 0) !=
				 base + at * PAGE;
			memset(value + at, 0, len);
			memset(prot + at, rights, len);
		} else {
			int rc = mprotect(base + at * PAGE, len * PAGE, rights);

			wrong += (rc == 0) != mapped;
			if (rc == 0)
				memset(prot + at, rights, len);
			else if (!ALL_OR_NOTHING)
				break;
		}
		for (int i = at; i < at + len; i++) {
			if (value[i] < 0 || prot[i] == PROT_NONE)
				continue;
			wrong += !is_all(base + i * PAGE, PAGE, value[i]);
			if (prot[i] != RW)
				continue;
			value[i] = rand_r(&seed) % 100;
			memset(base + i * PAGE, value[i], PAGE);
		}
	}
	UK_TEST_EXPECT_ZERO(wrong);
	UK_TEST_EXPECT_ZERO(munmap(base, PAGES * PAGE));
	UK_TEST_EXPECT_SNUM_EQ(free_frames(), before);
}


#if CONFIG_PAGING
/* Takes all frames but `left` */
static __paddr_t taken[4096];
static unsigned int exhaust(unsigned long left)
{
	struct uk_falloc *fa = ukplat_pt_get_active()->fa;
	unsigned int n = 0;
	unsigned long k;

	while (fa->free_memory > left * PAGE && n < 4096) {
		for (k = 1024; k > 1 && k * PAGE > fa->free_memory - left * PAGE; k /= 2)
			;
		for (; k; k /= 2) {
			__paddr_t p = uk_falloc(fa, k);

			if (p != __PADDR_INV) {
				taken[n++] = p | k;
				break;
			}
		}
		if (!k)
			break;
	}
	return n;
}

static void restore(unsigned int n)
{
	while (n--)
		uk_ffree(ukplat_pt_get_active()->fa, taken[n] & ~4095UL,
			 taken[n] & 4095);
}

/* Changes a page in the middle of a large one */
static int change(unsigned char *page, unsigned int how)
{
	switch (how) {
	case 0:
		return mprotect(page, PAGE, PROT_READ);
	case 1:
		return munmap(page, PAGE);
	case 2:
		return mprotect(page, PAGE, PROT_NONE);
	default:
		return madvise(page, PAGE, MADV_DONTNEED);
	}
}

#define LARGE	(1UL << 21)

/* Each either succeeds or says that there is no memory */
UK_TESTCASE(ukmmap, large_pages_are_divided_without_frames)
{
	unsigned int how, n, refused = 0, other = 0;
	unsigned long left;

	for (left = 0; left < 6; left++) {
		for (how = 0; how < 4; how++) {
			unsigned char *p = mmap(NULL, 2048 * PAGE, RW, ANON,
						-1, 0);

			UK_TEST_ASSERT(p != MAP_FAILED);
			n = exhaust(left);
			if (change((void *)(ALIGN_UP((uintptr_t)p, LARGE)
					    + PAGE), how)) {
				refused++;
				other += errno != ENOMEM;
			}
			restore(n);
			munmap(p, 2048 * PAGE);
		}
	}
	UK_TEST_EXPECT_SNUM_GT(refused, 0);
	UK_TEST_EXPECT_SNUM_LT(refused, 24);
	UK_TEST_EXPECT_ZERO(other);
}

UK_TESTCASE(ukmmap, mappings_are_moved_without_frames)
{
	unsigned long left;

	for (left = 0; left < 40; left++) {
		unsigned char *p = mmap(NULL, 2048 * PAGE, RW, ANON, -1, 0);
		unsigned char *wall = mmap(p + 2050 * PAGE, PAGE, PROT_NONE,
					   ANON, -1, 0);
		unsigned char *q;
		unsigned int n;

		UK_TEST_ASSERT(p != MAP_FAILED && wall == p + 2050 * PAGE);
		*p = 3;
		n = exhaust(left);
		q = mremap(p, 2048 * PAGE, 4096 * PAGE, MREMAP_MAYMOVE);
		if (q == MAP_FAILED)
			q = p;
		UK_TEST_EXPECT_SNUM_EQ(*q, 3);
		restore(n);
		munmap(q, 4096 * PAGE);
		munmap(wall, PAGE);
	}
}

UK_TESTCASE(ukmmap, devices_are_told_where_it_is)
{
	unsigned char *p = mmap(NULL, PAGE, RW, ANON, -1, 0);
	unsigned int lvl = PAGE_LEVEL;
	__pte_t pte;

	UK_TEST_ASSERT(p != MAP_FAILED);
	UK_TEST_EXPECT_ZERO(ukplat_pt_walk(ukplat_pt_get_active(),
					   (__vaddr_t)p, &lvl, NULL, &pte));
	UK_TEST_EXPECT_SNUM_EQ(ukplat_virt_to_phys(p + 5),
			       PT_Lx_PTE_PADDR(pte, lvl)
			       + ((__vaddr_t)(p + 5) & ~PAGE_Lx_MASK(lvl)));
	munmap(p, PAGE);
}
#endif /* CONFIG_PAGING */

#if CONFIG_LIBUKSCHEDPREEMPT
static unsigned int wrong, ended;

static void __noreturn map_often(void *argp)
{
	unsigned int seed = (unsigned int)(uintptr_t)argp, i;

	for (i = 0; i < 100; i++) {
		size_t len = (1 + (size_t)rand_r(&seed) % 300) * PAGE;
		unsigned char *p = mmap(NULL, len, RW, ANON, -1, 0);

		if (p == MAP_FAILED) {
			ukarch_inc(&wrong);
			continue;
		}
		memset(p, (int)(uintptr_t)argp, len);
		if (!is_all(p, len, (unsigned char)(uintptr_t)argp)
		    || munmap(p, len))
			ukarch_inc(&wrong);
	}
	ukarch_inc(&ended);
	uk_sched_thread_exit();
}

UK_TESTCASE(ukmmap, threads_may_map_at_once)
{
	unsigned int started = 0;
	uintptr_t i;

	wrong = ended = 0;
	for (i = 1; i <= 4; i++)
		started += !!uk_sched_thread_create(uk_sched_current(),
						    map_often, (void *)i,
						    "maps");
	while (ended < started)
		uk_sched_thread_sleep(1000000);
	UK_TEST_EXPECT_SNUM_EQ(started, 4);
	UK_TEST_EXPECT_ZERO(wrong);
}
#endif /* CONFIG_LIBUKSCHEDPREEMPT */

UK_TESTCASE(ukmmap, lengths_of_nearly_everything)
{
	unsigned char *p = mmap(NULL, -PAGE, PROT_NONE, ANON, -1, 0);
	unsigned char *q, *r;

	UK_TEST_EXPECT(p == MAP_FAILED);
	q = mmap(NULL, PAGE, PROT_NONE, ANON, -1, 0);
	UK_TEST_ASSERT(q != MAP_FAILED);
	r = mremap(q, PAGE, -PAGE, MREMAP_MAYMOVE);
	UK_TEST_EXPECT(r == MAP_FAILED);
}


uk_testsuite_register(ukmmap, NULL);
