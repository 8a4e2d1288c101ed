/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Spinlocks of the configuration, and ticket locks in any case.
 */

#include <uk/spinlock.h>
#include <uk/test.h>
#include <uk/ticketlock.h>

static uk_spinlock lock = UK_SPINLOCK_INITIALIZER();
static __ticketlock ticket = UKARCH_TICKETLOCK_INITIALIZER();

UK_TESTCASE(uklock_spinlock, is_taken_and_given_back)
{
	for (int i = 0; i < 3; i++) {
		uk_spin_lock(&lock);
		uk_spin_unlock(&lock);
		UK_TEST_EXPECT(!uk_spin_is_locked(&lock));
		UK_TEST_EXPECT(uk_spin_trylock(&lock));
		uk_spin_unlock(&lock);
	}
	uk_spin_init(&lock);
	UK_TEST_EXPECT(!uk_spin_is_locked(&lock));
}

UK_TESTCASE(uklock_spinlock, tickets)
{
	/* More often than there are numbers */
	for (int i = 0; i < 70000; i++) {
		ukarch_ticket_lock(&ticket);
		UK_TEST_EXPECT(ukarch_ticket_is_locked(&ticket));
		UK_TEST_EXPECT(!ukarch_ticket_trylock(&ticket));
		ukarch_ticket_unlock(&ticket);
		UK_TEST_EXPECT(!ukarch_ticket_is_locked(&ticket));
		UK_TEST_EXPECT(ukarch_ticket_trylock(&ticket));
		ukarch_ticket_unlock(&ticket);
	}
	ukarch_ticket_init(&ticket);
	UK_TEST_EXPECT(!ukarch_ticket_is_locked(&ticket));
}

uk_testsuite_register(uklock_spinlock, NULL);
