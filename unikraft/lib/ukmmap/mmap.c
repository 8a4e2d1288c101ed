/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The functions of sys/mman.h: what of their arguments is allowed. Knows
 * nothing of how memory is mapped.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <uk/arch/limits.h>
#include <uk/essentials.h>
#include <uk/preempt.h>
#include "vm.h"

#define PROT_ALL	(PROT_READ | PROT_WRITE | PROT_EXEC)

/* Areas, tables and frames have no lock */
#define ALONE(call)							\
	({								\
		long _rc;						\
									\
		uk_preempt_disable();					\
		_rc = (call);						\
		uk_preempt_enable();					\
		_rc;							\
	})

static int is_aligned(const void *addr)
{
	return ((__uptr)addr & (__PAGE_SIZE - 1)) == 0;
}

/* Makes whole pages of a length; 0 when that is more than there can be. */
static __sz whole_pages(const void *addr, size_t len)
{
	__sz pages = ALIGN_UP((__sz)len, (__sz)__PAGE_SIZE);

	return pages <= ~(__uptr)0 - (__uptr)addr ? pages : 0;
}

static int failed(long rc)
{
	if (rc >= 0)
		return 0;
	errno = -rc;
	return -1;
}

static void *address(long rc)
{
	/* No mapping lies in the last page of the address space. */
	if ((unsigned long)rc > -(unsigned long)__PAGE_SIZE) {
		errno = -rc;
		return MAP_FAILED;
	}
	return (void *)rc;
}

void *mmap(void *addr, size_t len, int prot, int flags, int fd __unused,
	   off_t offset)
{
	int fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	int sharing = flags & (MAP_SHARED | MAP_PRIVATE);
	__sz pages = whole_pages(fixed ? addr : NULL, len);

	if (!len || (prot & ~PROT_ALL) || (offset & (__PAGE_SIZE - 1)) ||
	    (fixed && !is_aligned(addr)) || !sharing)
		return address(-EINVAL);
	if (!pages)
		return address(-ENOMEM);
	/* There are no files that could be mapped. */
	if (!(flags & MAP_ANONYMOUS))
		return address(-ENODEV);
	if (flags & MAP_GROWSDOWN)
		return address(-EOPNOTSUPP);
	return address(ALONE(vm_map((__uptr)addr & ~(__PAGE_SIZE - 1), pages,
				    prot, flags)));
}

int munmap(void *addr, size_t len)
{
	__sz pages = whole_pages(addr, len);

	if (!pages || !is_aligned(addr))
		return failed(-EINVAL);
	return failed(ALONE(vm_unmap((__uptr)addr, pages)));
}

int mprotect(void *addr, size_t len, int prot)
{
	__sz pages = whole_pages(addr, len);

	if (!is_aligned(addr) || (prot & ~PROT_ALL))
		return failed(-EINVAL);
	if (!len)
		return 0;
	return failed(pages ? ALONE(vm_protect((__uptr)addr, pages, prot)) : -ENOMEM);
}

void *mremap(void *old, size_t old_len, size_t new_len, int flags, ...)
{
	__sz old_pages = whole_pages(old, old_len);
	__sz pages = whole_pages(NULL, new_len);
	void *addr = NULL;
	va_list ap;

	if (flags & MREMAP_FIXED) {
		va_start(ap, flags);
		addr = va_arg(ap, void *);
		va_end(ap);
		if (!is_aligned(addr) || !(flags & MREMAP_MAYMOVE) ||
		    !whole_pages(addr, new_len))
			return address(-EINVAL);
	}
	if (!is_aligned(old) || !old_pages || !pages ||
	    (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED)))
		return address(-EINVAL);
	/* The two must not overlap. */
	if (addr && (__uptr)addr < (__uptr)old + old_pages &&
	    (__uptr)old < (__uptr)addr + pages)
		return address(-EINVAL);
	return address(ALONE(vm_remap((__uptr)old, old_pages, pages, flags,
				      (__uptr)addr)));
}

int madvise(void *addr, size_t len, int advice)
{
	__sz pages = whole_pages(addr, len);

	if (!is_aligned(addr) || (len && !pages))
		return failed(-EINVAL);
	switch (advice) {
	case MADV_NORMAL:
	case MADV_RANDOM:
	case MADV_SEQUENTIAL:
	case MADV_WILLNEED:
	case MADV_FREE:
		return 0;
	case MADV_DONTNEED:
		return failed(len ? ALONE(vm_discard((__uptr)addr, pages)) : 0);
	default:
		return failed(-EINVAL);
	}
}
