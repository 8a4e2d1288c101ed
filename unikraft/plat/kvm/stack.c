/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stacks of the platform: the one to boot and run on, those on which
 * the processor takes traps, whatever state the first is in, and the one that
 * interrupt handlers run on.
 */
#include <kvm/boot.h>
#include <kvm/stack.h>
#include <uk/essentials.h>
#include <uk/plat/common/crash.h>

struct kvm_boot_stack kvm_boot_stack __align4k;
struct kvm_irq_stack kvm_irq_stack __align4k;
struct kvm_trap_stack kvm_trap_stacks[KVM_TRAP_STACKS] __align4k;

static int inside(__uptr address, const void *memory, __sz len,
		  struct ukarch_stack *stack)
{
	if (!IN_RANGE(address, (__uptr)memory, len))
		return 0;
	stack->base = (__uptr)memory;
	stack->len = len;
	return 1;
}

int plat_stack_find(__uptr address, struct ukarch_stack *stack)
{
	unsigned int i;

	if (inside(address, kvm_boot_stack.memory,
		   sizeof(kvm_boot_stack.memory), stack))
		return 1;
	if (inside(address, kvm_irq_stack.memory,
		   sizeof(kvm_irq_stack.memory), stack))
		return 1;
	for (i = 0; i < KVM_TRAP_STACKS; i++)
		if (inside(address, kvm_trap_stacks[i].memory,
			   sizeof(kvm_trap_stacks[i].memory), stack))
			return 1;
	return 0;
}

__uptr kvm_stack_guard(unsigned int nr)
{
	if (nr == 0)
		return (__uptr)kvm_boot_stack.guard;
	if (nr == 1)
		return (__uptr)kvm_irq_stack.guard;
	if (nr - 2 < KVM_TRAP_STACKS)
		return (__uptr)kvm_trap_stacks[nr - 2].guard;
	return 0;
}

int plat_stack_guards(__uptr address)
{
	unsigned int nr;
	__uptr guard;

	for (nr = 0; (guard = kvm_stack_guard(nr)); nr++)
		if (IN_RANGE(address, guard, __PAGE_SIZE))
			return 1;
	return 0;
}
