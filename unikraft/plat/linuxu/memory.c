/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory regions: the heap, and a file that the user names as initial RAM
 * disk. Both are mapped when the boot library first asks, by when it has
 * parsed the parameters.
 */
#include <linuxu/syscall.h>
#include <uk/config.h>
#include <uk/errptr.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/memory.h>
#if CONFIG_LIBUKLIBPARAM
#include <uk/libparam.h>
#endif

static __u32 heap_size = CONFIG_LINUXU_DEFAULT_HEAPMB; /* in MiB */
static char *initrd; /* path */

#if CONFIG_LIBUKLIBPARAM
UK_LIB_PARAM(heap_size, __u32);
UK_LIB_PARAM_STR(initrd);
#endif

static struct ukplat_memregion_desc regions[2];
static int region_count = -1;

static void add_region(void *base, __sz len, int flags,
		       const char *name __maybe_unused)
{
	struct ukplat_memregion_desc *region = &regions[region_count++];

	region->base = base;
	region->len = len;
	region->flags = flags;
#if CONFIG_UKPLAT_MEMRNAME
	region->name = name;
#endif
}

/* What the user asked for cannot be had: no run with something else */
static void __noreturn refuse(const char *parameter, const char *why)
{
	plat_print(parameter);
	plat_print(": ");
	plat_print(why);
	plat_print("\n");
	ukplat_exit(1);
}

static void map_heap(void)
{
	__sz len = (__sz)heap_size << 20;
	void *base;

	base = sys_mmap(len, LINUX_PROT_READ | LINUX_PROT_WRITE,
			LINUX_MAP_PRIVATE | LINUX_MAP_ANONYMOUS
			| LINUX_MAP_NORESERVE, -1);
	if (PTRISERR(base))
		refuse("linuxu.heap_size", "Linux gives no memory for the heap");
	add_region(base, len, UKPLAT_MEMRF_ALLOCATABLE, "heap");
}

static void map_initrd(void)
{
	void *base;
	long fd, len;

	fd = sys_open(initrd, LINUX_O_RDONLY);
	if (fd < 0)
		refuse("linuxu.initrd", "cannot open the initial RAM disk");
	len = sys_lseek((int)fd, 0, LINUX_SEEK_END);
	if (len < 0)
		refuse("linuxu.initrd", "not a file with a length");
	if (len > 0) {
		base = sys_mmap((__sz)len, LINUX_PROT_READ | LINUX_PROT_WRITE,
				LINUX_MAP_PRIVATE, (int)fd);
		if (PTRISERR(base))
			refuse("linuxu.initrd", "cannot map it");
		add_region(base, (__sz)len, UKPLAT_MEMRF_INITRD
			   | UKPLAT_MEMRF_WRITABLE, "initrd");
	}
	sys_close((int)fd);
}

int ukplat_memregion_count(void)
{
	if (region_count < 0) {
		region_count = 0;
		if (heap_size)
			map_heap();
		if (initrd)
			map_initrd();
	}
	return region_count;
}

int ukplat_memregion_get(int i, struct ukplat_memregion_desc *mrd)
{
	if (i < 0 || i >= ukplat_memregion_count())
		return -1;
	*mrd = regions[i];
	return 0;
}
