/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stacks: the one that the image runs on, as large as on any platform, and
 * that of signal handlers. Below each is a page that nobody can touch.
 */
#include <linuxu/setup.h>
#include <linuxu/signal.h>
#include <linuxu/syscall.h>
#include <uk/arch/limits.h>
#include <uk/errptr.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/stack.h>

#define SIGNAL_STACK_LEN	(64 * 1024)

static struct ukarch_stack stacks[2];
#define BOOT_STACK	(&stacks[0])
#define SIGNAL_STACK	(&stacks[1])

/* Returns the top, or 0 when there is no memory */
static __uptr create(struct ukarch_stack *stack, __sz len)
{
	char *guard = sys_mmap(__PAGE_SIZE + len,
			       LINUX_PROT_READ | LINUX_PROT_WRITE,
			       LINUX_MAP_PRIVATE | LINUX_MAP_ANONYMOUS, -1);

	if (PTRISERR(guard)
	    || sys_mprotect(guard, __PAGE_SIZE, LINUX_PROT_NONE) < 0)
		return 0;
	stack->base = (__uptr)guard + __PAGE_SIZE;
	stack->len = len;
	return stack->base + stack->len;
}

__uptr linuxu_stack_create(void)
{
	return create(BOOT_STACK, __STACK_SIZE);
}

int linuxu_signal_stack_create(void)
{
	struct linux_sigstack stack = { __NULL, 0, SIGNAL_STACK_LEN };

	if (!create(SIGNAL_STACK, SIGNAL_STACK_LEN))
		return -1;
	stack.base = (void *)SIGNAL_STACK->base;
	return (int)syscall6(__SC_SIGALTSTACK, (long)&stack, 0, 0, 0, 0, 0);
}

int ukplat_stack_guard(void *page)
{
	return (int)sys_mprotect(page, __PAGE_SIZE, LINUX_PROT_NONE);
}

int ukplat_stack_unguard(void *page)
{
	return (int)sys_mprotect(page, __PAGE_SIZE,
				 LINUX_PROT_READ | LINUX_PROT_WRITE);
}

int plat_stack_find(__uptr address, struct ukarch_stack *stack)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stacks); i++) {
		if (!IN_RANGE(address, stacks[i].base, stacks[i].len))
			continue;
		*stack = stacks[i];
		return 1;
	}
	return 0;
}

int plat_stack_guards(__uptr address)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stacks); i++)
		if (IN_RANGE(address, stacks[i].base - __PAGE_SIZE,
			     __PAGE_SIZE))
			return 1;
	return 0;
}
