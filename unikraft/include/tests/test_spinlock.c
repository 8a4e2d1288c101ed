/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Spinlocks between processors, which images for one do not have.
 */
#ifndef CONFIG_HAVE_SMP
#define CONFIG_HAVE_SMP	1
#endif
#include <uk/arch/spinlock.h>
#include <uk/test.h>

UK_TESTCASE(uk_spinlock, is_held_by_one)
{
	__spinlock lock = UKARCH_SPINLOCK_INITIALIZER();

	UK_TEST_EXPECT(!ukarch_spin_is_locked(&lock));
	ukarch_spin_lock(&lock);
	UK_TEST_EXPECT(ukarch_spin_is_locked(&lock));
	UK_TEST_EXPECT_ZERO(ukarch_spin_trylock(&lock));
	UK_TEST_EXPECT(ukarch_spin_is_locked(&lock));
	ukarch_spin_unlock(&lock);
	UK_TEST_EXPECT(!ukarch_spin_is_locked(&lock));
}

UK_TESTCASE(uk_spinlock, is_taken_by_trying)
{
	__spinlock lock;

	ukarch_spin_init(&lock);
	UK_TEST_EXPECT_NOT_ZERO(ukarch_spin_trylock(&lock));
	UK_TEST_EXPECT_ZERO(ukarch_spin_trylock(&lock));
	ukarch_spin_unlock(&lock);
	UK_TEST_EXPECT_NOT_ZERO(ukarch_spin_trylock(&lock));
}

UK_TESTCASE(uk_spinlock, touches_nothing_else)
{
	struct {
		unsigned long before;
		__spinlock lock;
		unsigned long after;
	} row = { ~0UL, UKARCH_SPINLOCK_INITIALIZER(), ~0UL };

	ukarch_spin_lock(&row.lock);
	ukarch_spin_unlock(&row.lock);
	UK_TEST_EXPECT(row.before == ~0UL && row.after == ~0UL);
}

uk_testsuite_register(uk_spinlock, NULL);
