/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What boot protocols say, fuzzed in a program of the host:
 *
 *	fuzz INPUTS SEED
 *
 * Each input is a small physical memory full of structures with odd values:
 * memory maps with holes, overlaps and contradictions, modules and command
 * lines anywhere. One of the three readers reads it, the list of regions is
 * made, and checked against a plain model, page by page. Whatever the input,
 * it ends with such a list, or with a refusal. Says how many did which.
 */
/* The host's headers first: the core has macros of the same names */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kvm/boot.h>
#include <kvm/linuxboot.h>
#include <kvm/multiboot.h>
#include <kvm/pvh.h>
#include <uk/plat/memory.h>

#define PAGE		4096UL
#define PAGES		4096UL		/* of the modelled part of memory */
#define MEMORY		(PAGES * PAGE)
/* From the linker's command line: image of the machine */
extern char _text[], _end[];
#define IMAGE_START	((unsigned long)_text)
#define IMAGE_END	((unsigned long)_end)

static unsigned char memory[MEMORY];
static unsigned long seed;
static jmp_buf refusal;

/* What every page was called: memory, and something else */
static unsigned char is_ram[PAGES], is_reserved[PAGES];

const void *kvm_reach(__u64 address, __u64 n, __sz size)
{
	if (!address || address >= MEMORY)
		return NULL;
	if (n > MEMORY / size || n * size > MEMORY - address)
		return NULL;
	return memory + address;
}

void kvm_boot_failed(const char *why)
{
	/* One that says nothing is of no use */
	if (!*why)
		abort();
	longjmp(refusal, 1);
}

static unsigned long next(void)
{
	seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	return (seed >> 16) ^ (seed >> 40);
}

static unsigned long below(unsigned long n)
{
	return next() % n;
}

/* A number that somebody might not have thought of */
static unsigned long odd(void)
{
	static const unsigned long values[] = {
		0, 1, PAGE - 1, PAGE, 0xfffff, 0x100000, 0xffffffff,
		0x100000000, 1UL << 40, 1UL << 52, 1UL << 63, ~0UL,
		~0UL - PAGE + 1,
	};

	switch (below(4)) {
	case 0:
		return values[below(sizeof(values) / sizeof(values[0]))];
	case 1:
		return next() << 32 | next();
	case 2:
		return below(PAGES) * PAGE;
	default:
		return below(MEMORY);
	}
}

/* Marks the pages that a range touches, or those that it has as a whole */
static void mark(unsigned char *pages, unsigned long start, unsigned long len,
		 int whole)
{
	unsigned long page, end = start + len;

	if (end < start)
		end = ~0UL;
	for (page = 0; len && page < PAGES; page++) {
		unsigned long at = page * PAGE;

		if (whole ? start <= at && at + PAGE <= end
		    : start < at + PAGE && at < end)
			pages[page] = 1;
	}
}

/* One entry of a memory map. Most are sane, for the others to do harm to */
static void entry(unsigned long *start, unsigned long *len, unsigned int *type)
{
	static const unsigned int types[] = { 1, 1, 1, 2, 3, 5, 0, ~0U };

	*start = below(3) ? below(PAGES) * PAGE : odd();
	*len = below(3) ? below(200) * PAGE : odd();
	*type = types[below(8)];
	/* Where the image is not to be had, nothing else is looked at */
	if (*type != 1 && below(64) && *start < IMAGE_END
	    && (*len > IMAGE_START - *start || *start >= IMAGE_START))
		*start = IMAGE_END + below(1000);
	if (*type == 1)
		mark(is_ram, *start, *len, 0);
	else
		mark(is_reserved, *start, *len, 0);
}

static void base_entry(unsigned long *start, unsigned long *len,
		       unsigned int *type)
{
	*start = 0;
	*len = MEMORY;
	*type = 1;
	mark(is_ram, *start, *len, 1);
}

/* Above everything else; may be cut off by the end of memory */
#define TABLES	0xf00000UL

static unsigned int nr_entries(void)
{
	return below(8) ? (unsigned int)below(12) : (unsigned int)below(300);
}

static unsigned long place(void)
{
	return below(8) ? TABLES + below(0x30000) : odd();
}

/* A command line, most often with an end */
static unsigned long cmdline(void)
{
	unsigned long at = place(), i, len;

	if (!below(4))
		return 0;
	len = below(16) ? below(200) : below(2 * KVM_MAX_CMDLINE);
	for (i = 0; at < MEMORY && at + i < MEMORY && i < len; i++)
		memory[at + i] = (unsigned char)(1 + below(255));
	if (at < MEMORY && at + len < MEMORY)
		memory[at + len] = 0;
	return at;
}

static void try_pvh(struct kvm_boot_info *info)
{
	struct pvh_start_info start;
	unsigned int i, n = nr_entries();

	memset(&start, 0, sizeof(start));
	start.magic = below(50) ? PVH_START_MAGIC : (unsigned int)next();
	start.version = (unsigned int)below(20);
	start.cmdline = cmdline();
	start.nr_modules = (unsigned int)(below(4) ? below(6) : odd());
	start.modules = below(4) ? TABLES + 0x1000 : odd();
	for (i = 0; i < 8; i++) {
		struct pvh_module module = { odd(), odd(), 0, 0 };

		memcpy(memory + TABLES + 0x1000 + i * sizeof(module), &module,
		       sizeof(module));
	}
	start.nr_memory = n;
	start.memory_map = TABLES + 0x2000;
	for (i = 0; i < n; i++) {
		struct pvh_memory map;
		unsigned long from, len;
		unsigned int type;

		(i ? entry : base_entry)(&from, &len, &type);
		map = (struct pvh_memory){ from, len, type, 0 };
		memcpy(memory + TABLES + 0x2000 + i * sizeof(map), &map,
		       sizeof(map));
	}
	memcpy(memory + TABLES, &start, sizeof(start));
	kvm_pvh_read(below(50) ? TABLES : odd(), info);
}

/* What the map says is not known */
static void anything(void)
{
	memset(is_ram, 1, sizeof(is_ram));
	memset(is_reserved, 0, sizeof(is_reserved));
}

static void try_multiboot(struct kvm_boot_info *info)
{
	unsigned int i, n = nr_entries();
	unsigned long at = TABLES + 0x2000, where;
	struct multiboot_info start;

	memset(&start, 0, sizeof(start));
	start.flags = below(8) ? 0x24d : (unsigned int)next();
	start.cmdline = (unsigned int)cmdline();
	start.loader = (unsigned int)place();
	if (start.loader < MEMORY - 8 && below(2))
		memcpy(memory + start.loader, "GRUB 2.0", 8);
	start.nr_modules = (unsigned int)(below(4) ? below(6) : odd());
	start.modules = (unsigned int)(below(4) ? TABLES + 0x1000 : odd());
	for (i = 0; i < 8; i++) {
		struct multiboot_module module = {
			(unsigned int)odd(), (unsigned int)odd(), 0, 0
		};

		memcpy(memory + TABLES + 0x1000 + i * sizeof(module), &module,
		       sizeof(module));
	}
	start.map = (unsigned int)at;
	for (i = 0; i < n; i++) {
		struct multiboot_memory map;
		unsigned long from, len;
		unsigned int type;

		(i ? entry : base_entry)(&from, &len, &type);
		map = (struct multiboot_memory){ 20, from, len, type };
		memcpy(memory + at, &map, sizeof(map));
		at += sizeof(map);
	}
	start.map_len = (unsigned int)(at - start.map);
	/* A map that does not end, or does so too early */
	if (!below(10)) {
		start.map_len = (unsigned int)odd();
		anything();
	}
	start.mem_lower = (unsigned int)odd();
	start.mem_upper = (unsigned int)odd();
	where = below(50) ? TABLES : odd();
	/* There, anything is a structure: it has no magic number */
	if (!(start.flags & MULTIBOOT_INFO_MAP) || where != TABLES)
		anything();
	memcpy(memory + TABLES, &start, sizeof(start));
	kvm_multiboot_read(where, info);
}

static void try_linux(struct kvm_boot_info *info)
{
	struct linuxboot_params params;
	unsigned int i, n = nr_entries() & 255;
	unsigned long line = cmdline();

	memset(&params, 0, sizeof(params));
	params.flag = below(50) ? LINUXBOOT_FLAG : (unsigned short)next();
	params.magic = LINUXBOOT_MAGIC;
	params.cmdline = (unsigned int)line;
	params.cmdline_high = (unsigned int)(line >> 32);
	params.initrd_start = (unsigned int)odd();
	params.initrd_len = (unsigned int)odd();
	params.initrd_len_high = (unsigned int)(below(8) ? 0 : odd());
	params.nr_memory = (unsigned char)n;
	for (i = 0; i < n && i < LINUXBOOT_MAX_MEMORY; i++) {
		unsigned long from, len;
		unsigned int type;

		(i ? entry : base_entry)(&from, &len, &type);
		params.memory[i] = (struct linuxboot_memory){ from, len, type };
	}
	memcpy(memory + TABLES, &params, sizeof(params));
	kvm_linuxboot_read(below(50) ? TABLES : odd(), info);
}

static void failed(const char *what, unsigned long page)
{
	fprintf(stderr, "%s, page %#lx\n", what, page);
	abort();
}

/* What must hold of every list of regions */
static void check(const struct kvm_boot_info *info)
{
	static unsigned char used[PAGES];
	struct ukplat_memregion_desc region;
	unsigned long page, start, end;
	int i;

	memset(used, 0, sizeof(used));
	for (i = 0; ukplat_memregion_get(i, &region) == 0; i++) {
		start = (unsigned long)region.base;
		end = start + region.len;
		if (end <= start || end > KVM_RANGES_LIMIT)
			failed("a region without end", start / PAGE);
		if ((region.flags & UKPLAT_MEMRF_WRITABLE)
		    && (region.flags & UKPLAT_MEMRF_EXECUTABLE))
			failed("writable and executable", start / PAGE);
		if (region.flags & UKPLAT_MEMRF_FREE
		    && (start % PAGE || end % PAGE || start < 0x10000))
			failed("free memory where none is", start / PAGE);
		for (page = start / PAGE; page * PAGE < end; page++) {
			if (page >= PAGES)
				break;
			if (region.flags & UKPLAT_MEMRF_FREE
			    && (used[page] || !is_ram[page]
				|| is_reserved[page]))
				failed("free and something else", page);
			if (used[page] && region.flags & UKPLAT_MEMRF_RESERVED)
				failed("twice", page);
			used[page] = 1;
		}
	}
	if (i != ukplat_memregion_count())
		failed("a wrong count", (unsigned long)i);
	if (info->cmdline.end - info->cmdline.start > KVM_MAX_CMDLINE)
		failed("a command line without end", info->cmdline.start);
	for (start = info->cmdline.start; start < info->cmdline.end; start++)
		if (!memory[start])
			failed("the end within a command line", start);
}

/* Whether there is a list in the end */
static int try_one(unsigned long nr)
{
	static void (*const readers[])(struct kvm_boot_info *) = {
		try_pvh, try_multiboot, try_linux,
	};
	static struct kvm_boot_info info;

	seed = nr * 0x9e3779b97f4a7c15UL;
	memset(&info, 0, sizeof(info));
	memset(is_ram, 0, sizeof(is_ram));
	memset(is_reserved, 0, sizeof(is_reserved));
	if (setjmp(refusal))
		return 0;
	readers[below(3)](&info);
	kvm_memory_init(&info);
	check(&info);
	/* What is taken is not free any more */
	if (kvm_memory_take(below(64) * PAGE + PAGE, odd(), "test"))
		check(&info);
	return 1;
}

int main(int argc, char *argv[])
{
	unsigned long i, inputs, first, nr_lists = 0;

	if (argc != 3)
		return 2;
	inputs = strtoul(argv[1], NULL, 0);
	first = strtoul(argv[2], NULL, 0);
	for (i = 0; i < inputs; i++)
		nr_lists += (unsigned long)try_one(first + i);
	printf("%lu inputs from seed %lu: %lu lists, %lu refused\n", inputs,
	       first, nr_lists, inputs - nr_lists);
	return 0;
}
