/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Many threads, and every kind of lock among them in turn: what each lock
 * promises is counted within. Under a preemptive scheduler threads lose the
 * processor anywhere, under a cooperative one where they yield.
 */
#include <uk/arch/atomic.h>
#include <uk/condvar.h>
#include <uk/mutex.h>
#include <uk/rwlock.h>
#include <uk/semaphore.h>
#include "threads.h"

#define CROWD	64
#define ROUNDS	CONFIG_LIBUKLOCK_TEST_ROUNDS
#define PERMITS	5
#define ROOMS	4

static struct uk_mutex mutex, nested;
static struct uk_semaphore permits;
static struct uk_rwlock rwlock;

/* Where some of the threads meet, round by round */
static struct room {
	struct uk_mutex mutex;
	struct uk_condvar came;
	unsigned int waiting, generation;
	unsigned long done;
} rooms[ROOMS];

/* Broken promises; what was done of each kind */
static int broken;
static unsigned long done[3], expected[3];

static void breaks(int is_broken)
{
	if (is_broken)
		ukarch_inc(&broken);
}

/* A time in which others may come */
static void linger(unsigned int random)
{
	volatile unsigned int i;

	if (!(random & 3))
		uk_sched_yield();
	for (i = 0; i < (random & 0xff); i++)
		;
}

/* One at a time, and each sees what the last has written */
static void with_mutex(unsigned int random)
{
	static unsigned long inside;

	uk_mutex_lock(&mutex);
	breaks(inside++);
	linger(random);
	if (random & 0x100) {
		uk_mutex_lock(&nested);
		uk_mutex_lock(&nested);
		linger(random >> 4);
		uk_mutex_unlock(&nested);
		uk_mutex_unlock(&nested);
	}
	done[0]++;
	breaks(--inside);
	uk_mutex_unlock(&mutex);
}

static void with_semaphore(unsigned int random)
{
	static int inside;

	uk_semaphore_down(&permits);
	breaks(ukarch_inc(&inside) >= PERMITS);
	linger(random);
	ukarch_inc(&done[1]);
	breaks(ukarch_dec(&inside) <= 0);
	uk_semaphore_up(&permits);
}

/* Readers never see half of what a writer does */
static void with_rwlock(unsigned int random)
{
	static unsigned long one, two;

	if (random & 0x300) {
		uk_rwlock_rlock(&rwlock);
		breaks(one != two);
		linger(random);
		breaks(one != two);
		uk_rwlock_runlock(&rwlock);
	} else {
		uk_rwlock_wlock(&rwlock);
		one++;
		linger(random);
		two++;
		uk_rwlock_wunlock(&rwlock);
	}
	ukarch_inc(&done[2]);
}

/* Who comes last lets all out that wait */
static void with_condvar(struct room *room, unsigned int random)
{
	unsigned int mine;

	uk_mutex_lock(&room->mutex);
	mine = room->generation;
	if (++room->waiting == CROWD / ROOMS) {
		room->waiting = 0;
		room->generation++;
		uk_condvar_broadcast(&room->came);
	}
	while (mine == room->generation)
		uk_condvar_wait(&room->came, &room->mutex);
	room->done++;
	uk_mutex_unlock(&room->mutex);
	linger(random);
}

static void __noreturn member(void *arg)
{
	unsigned int number = (unsigned int)(__uptr)arg, i;
	unsigned int state = (number + 1) * 2654435761U;

	for (i = 0; i < ROUNDS; i++) {
		state = state * 1103515245 + 12345;
		with_mutex(state >> 8);
		with_semaphore(state >> 10);
		with_rwlock(state >> 12);
		with_condvar(&rooms[number % ROOMS], state >> 14);
	}
	end();
}

UK_TESTCASE(uklock_crowd, every_lock_keeps_its_promise)
{
	unsigned int i;

	begin();
	broken = 0;
	uk_mutex_init(&mutex);
	uk_mutex_init_config(&nested, UK_MUTEX_CONFIG_RECURSE);
	uk_semaphore_init(&permits, PERMITS);
	uk_rwlock_init_config(&rwlock, 0);
	for (i = 0; i < ROOMS; i++) {
		rooms[i] = (struct room) { .done = 0 };
		uk_mutex_init(&rooms[i].mutex);
		uk_condvar_init(&rooms[i].came);
	}
	for (i = 0; i < ARRAY_SIZE(done); i++) {
		done[i] = 0;
		expected[i] = (unsigned long)CROWD * ROUNDS;
	}
	for (i = 0; i < CROWD; i++)
		start(member, (void *)(__uptr)i, "member");
	UK_TEST_EXPECT(all_ended());
	UK_TEST_EXPECT_SNUM_EQ(broken, 0);
	UK_TEST_EXPECT_BYTES_EQ(done, expected, sizeof(done));
	for (i = 0; i < ROOMS; i++)
		UK_TEST_EXPECT_SNUM_EQ(rooms[i].done,
				       CROWD / ROOMS * ROUNDS);
	UK_TEST_EXPECT_SNUM_EQ(permits.count, PERMITS);
	UK_TEST_EXPECT_SNUM_EQ(rwlock.nactive, 0);
	UK_TEST_EXPECT(!uk_mutex_is_locked(&mutex));
	UK_TEST_EXPECT(!uk_mutex_is_locked(&nested));
}

uk_testsuite_register(uklock_crowd, NULL);
