/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Spinlocks that interrupt handlers take, too: whoever holds one must not be
 * interrupted by a handler that waits for it. Callable from handlers, except
 * the pair without flags, which leaves interrupts on.
 */
#ifndef __UKPLAT_SPINLOCK_H__
#define __UKPLAT_SPINLOCK_H__

#include <uk/arch/spinlock.h>
#include <uk/plat/lcpu.h>

/* Where interrupts are known to be on: off while it is held */
#define ukplat_spin_lock_irq(lock)					\
	do {								\
		ukplat_lcpu_disable_irq();				\
		ukarch_spin_lock(lock);					\
	} while (0)

#define ukplat_spin_unlock_irq(lock)					\
	do {								\
		ukarch_spin_unlock(lock);				\
		ukplat_lcpu_enable_irq();				\
	} while (0)

/* Anywhere: `flags` (unsigned long) keeps what was in force before */
#define ukplat_spin_lock_irqsave(lock, flags)				\
	do {								\
		(flags) = ukplat_lcpu_save_irqf();			\
		ukarch_spin_lock(lock);					\
	} while (0)

#define ukplat_spin_unlock_irqrestore(lock, flags)			\
	do {								\
		ukarch_spin_unlock(lock);				\
		ukplat_lcpu_restore_irqf(flags);			\
	} while (0)

#endif /* __UKPLAT_SPINLOCK_H__ */
