/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mappings by Linux, below the platform linuxu.
 */

#include <errno.h>
#include <linuxu/syscall.h>
#include "vm.h"

#define LINUX_MADV_DONTNEED	4
#define LINUX_MAP_FIXED_NOREPLACE 0x100000

long vm_map(__uptr addr, __sz len, int prot, int flags)
{
	long got = sys_mmap_at(addr, len, prot, flags);

	/* Where that flag is not known, the address is a wish. */
	if (!(flags & LINUX_MAP_FIXED_NOREPLACE) || got < 0 ||
	    (__uptr)got == addr)
		return got;
	sys_munmap(got, len);
	return -EEXIST;
}

int vm_unmap(__uptr addr, __sz len)
{
	return sys_munmap(addr, len);
}

int vm_protect(__uptr addr, __sz len, int prot)
{
	return sys_mprotect((void *)addr, len, prot);
}

long vm_remap(__uptr old, __sz old_len, __sz len, int flags, __uptr addr)
{
	return sys_mremap(old, old_len, len, flags, addr);
}

int vm_discard(__uptr addr, __sz len)
{
	return sys_madvise(addr, len, LINUX_MADV_DONTNEED);
}
