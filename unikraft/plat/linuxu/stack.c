/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stack that the image runs on: as large as on any platform, with a page
 * below it that nobody can touch.
 */
#include <linuxu/setup.h>
#include <linuxu/syscall.h>
#include <uk/arch/limits.h>
#include <uk/errptr.h>
#include <uk/plat/common/crash.h>

static struct ukarch_stack boot_stack;

__uptr linuxu_stack_create(void)
{
	char *guard;

	guard = sys_mmap(__PAGE_SIZE + __STACK_SIZE,
			 LINUX_PROT_READ | LINUX_PROT_WRITE,
			 LINUX_MAP_PRIVATE | LINUX_MAP_ANONYMOUS, -1);
	if (PTRISERR(guard))
		return 0;
	if (sys_mprotect(guard, __PAGE_SIZE, LINUX_PROT_NONE) < 0)
		return 0;

	boot_stack.base = (__uptr)guard + __PAGE_SIZE;
	boot_stack.len = __STACK_SIZE;
	return boot_stack.base + boot_stack.len;
}

int plat_stack_find(__uptr address, struct ukarch_stack *stack)
{
	if (!IN_RANGE(address, boot_stack.base, boot_stack.len))
		return 0;
	*stack = boot_stack;
	return 1;
}

int plat_stack_guards(__uptr address)
{
	return IN_RANGE(address, boot_stack.base - __PAGE_SIZE, __PAGE_SIZE);
}
