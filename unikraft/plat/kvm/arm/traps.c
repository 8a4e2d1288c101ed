/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happens on a vector: a library handles it, an interrupt handler does,
 * or the run ends with a report.
 */
#include <kvm/arm/cpu.h>
#include <uk/arch/ctx.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/irq.h>
#include <uk/plat/common/trap.h>

/* For what is no synchronous exception: no class has that number */
#define NO_CLASS	0x3f

void kvm_trap(unsigned int vector, struct __regs *regs);

static const char *const kinds[4] = {
	[KVM_KIND_IRQ] = "\nAn interrupt inside a handler\n",
	[KVM_KIND_FIQ] = "\nA fast interrupt, which nobody asked for\n",
	[KVM_KIND_SERROR] = "\nAn error of the machine, of some time ago\n",
};

/* Handlers may use vector registers, and what they interrupted does, too */
static int handled(unsigned int class, __uptr far, struct __regs *regs)
{
	__u8 room[KVM_ECTX_ROOM] __align(16);
	struct ukarch_ectx *vectors = (void *)room;
	int answer;

	ukarch_ectx_store(vectors);
	answer = plat_trap_raise(class, regs->esr_el1, far, regs);
	ukarch_ectx_load(vectors);
	return answer;
}

/* What an interrupt has interrupted, when its handler did use them */
static __u8 interrupted[KVM_ECTX_ROOM] __align(16);
static int lent;

/* Word by word: memcpy() may use vector registers, which are somebody else's */
static void copy(struct __regs *to, const struct __regs *from)
{
	const __u64 *word = (const __u64 *)from;
	unsigned int i;

	for (i = 0; i < sizeof(*to) / sizeof(*word); i++)
		((__u64 *)to)[i] = word[i];
}

/*
 * What was interrupted goes on by calling `fn`: its registers are put on its
 * stack, from where the entry code takes them when that is done.
 */
static void call_then(struct __regs *regs, plat_irq_then_t fn)
{
	struct __regs *saved = (struct __regs *)regs->sp - 1;

	copy(saved, regs);
	regs->sp = (__u64)saved;
	regs->x[0] = (__u64)fn;
	regs->elr_el1 = (__u64)kvm_call_then;
	regs->spsr_el1 |= PSTATE_I_BIT;
}

/* With vector registers off: whoever touches them in a handler traps */
static void handle_irq(void)
{
	SYSREG_WRITE64(cpacr_el1, 0);
	isb();
	kvm_irq_handle();
	SYSREG_WRITE64(cpacr_el1, KVM_CPACR_ON);
	isb();
	if (lent) {
		ukarch_ectx_load((void *)interrupted);
		lent = 0;
	}
}

/* Gives a handler the vector registers, if the option says so */
static int lend(void)
{
#if CONFIG_KVM_ISR_VECTORS
	SYSREG_WRITE64(cpacr_el1, KVM_CPACR_ON);
	isb();
	ukarch_ectx_store((void *)interrupted);
	lent = 1;
#endif
	return lent;
}

void kvm_trap(unsigned int vector, struct __regs *regs)
{
	unsigned int class = ESR_EC_FROM(regs->esr_el1);
	__uptr far = SYSREG_READ64(far_el1);
	plat_irq_then_t then;

	if (vector == 4 * KVM_FROM_THREAD + KVM_KIND_IRQ) {
		handle_irq();
		then = plat_irq_then();
		if (then)
			call_then(regs, then);
		return;
	}
	if (vector == 4 * KVM_FROM_THREAD + KVM_KIND_SYNC
	    && handled(class, far, regs))
		return;
	if (vector == 4 * KVM_FROM_TRAP + KVM_KIND_SYNC
	    && (class == ESR_EL1_EC_SVE_ASIMD_FP_ACC
		|| class == ESR_EL1_EC_SVE_ACC) && lend())
		return;
	if (KVM_KIND(vector) != KVM_KIND_SYNC) {
		plat_print(kinds[KVM_KIND(vector)]);
		if (KVM_KIND(vector) != KVM_KIND_SERROR)
			class = NO_CLASS;
	} else if (KVM_FROM(vector) == KVM_FROM_TRAP) {
		plat_print("\nInside a trap or interrupt handler:");
	}
	plat_crash_trap(class, regs->esr_el1, far, regs);
}
