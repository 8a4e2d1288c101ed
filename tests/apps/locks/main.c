/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Breaks a rule of locks and the like, on request: none of it may go unnoticed.
 * Exits with 0 when it did, and with 2 for an unknown request.
 */

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/condvar.h>
#include <uk/essentials.h>
#include <uk/mbox.h>
#include <uk/mutex.h>
#include <uk/plat/irq.h>
#include <uk/plat/time.h>
#include <uk/rwlock.h>
#include <uk/sched.h>
#include <uk/semaphore.h>
#include "handler.h"

int add(int a, int b);

static struct uk_mutex mutex = UK_MUTEX_INITIALIZER(mutex);
static struct uk_mutex plain = UK_MUTEX_INITIALIZER_CONFIG(plain, 0);
static struct uk_semaphore none = UK_SEMAPHORE_INITIALIZER(none, 0);
static struct uk_rwlock rwlock = UK_RWLOCK_INITIALIZER(rwlock, 0);
static struct uk_condvar condvar = UK_CONDVAR_INITIALIZER(condvar);

static void start(void (*fn)(void *) __noreturn, const char *name)
{
	uk_sched_thread_create(uk_sched_current(), fn, NULL, name);
	uk_sched_yield();
	uk_sched_yield();
}

static void __noreturn take_and_keep(void *arg __unused)
{
	uk_mutex_lock(&mutex);
	uk_thread_block(uk_thread_current());
	uk_sched_yield();
	uk_sched_thread_exit();
}

static void __noreturn take_and_end(void *arg __unused)
{
	uk_mutex_lock(&mutex);
	uk_sched_thread_exit();
}

static void __noreturn take_both(void *arg __unused)
{
	uk_mutex_lock(&mutex);
	uk_mutex_lock(&plain);
	uk_sched_thread_exit();
}

static void __noreturn wait_for_none(void *arg __unused)
{
	uk_semaphore_down(&none);
	uk_sched_thread_exit();
}

static void __noreturn wait_for_condition(void *arg __unused)
{
	uk_mutex_lock(&mutex);
	uk_condvar_wait(&condvar, &mutex);
	uk_sched_thread_exit();
}

static void lock_twice(void)
{
	uk_mutex_lock(&plain);
	uk_mutex_lock(&plain);
}

static void cross(void)
{
	uk_mutex_lock(&plain);
	start(take_both, "other");
	uk_mutex_lock(&mutex);
}

static void unlock_free(void)
{
	uk_mutex_unlock(&mutex);
}

static void unlock_other(void)
{
	start(take_and_keep, "keeper");
	uk_mutex_unlock(&mutex);
}

static void destroy_held(void)
{
	start(take_and_keep, "keeper");
	uk_mutex_destroy(&mutex);
}

static void use_destroyed(void)
{
	uk_mutex_destroy(&mutex);
	uk_mutex_lock(&mutex);
}

static void init_held(void)
{
	start(take_and_keep, "keeper");
	uk_mutex_init(&mutex);
}

static void free_held(void)
{
	struct thing {
		char name[24];
		struct uk_mutex mutex;
	} *thing = malloc(sizeof(*thing));

	uk_mutex_init(&thing->mutex);
	uk_mutex_lock(&thing->mutex);
	uk_lock_check_free(thing, sizeof(*thing));
	free(thing);
}

static void end_with_mutex(void)
{
	start(take_and_end, "loser");
	uk_sched_thread_sleep(1000000);
}

static void wait_with_interrupts_off(void)
{
	ukplat_lcpu_disable_irq();
	uk_semaphore_down(&none);
}

static void in_handler(void)
{
	ukplat_irq_register(ukplat_time_get_irq(), handler, NULL);
	uk_sched_thread_sleep(10000000);
}

static void lock_in_handler(void)
{
	start(take_and_keep, "keeper");
	handler_mutex = &mutex;
	in_handler();
}

static void down_in_handler(void)
{
	handler_semaphore = &none;
	in_handler();
}

static void destroy_semaphore(void)
{
	start(wait_for_none, "waiter");
	uk_semaphore_destroy(&none);
}

static void destroy_condvar(void)
{
	start(wait_for_condition, "waiter");
	uk_condvar_destroy(&condvar);
}

static void wait_without_mutex(void)
{
	uk_condvar_wait(&condvar, &mutex);
}

static void write_twice(void)
{
	uk_rwlock_wlock(&rwlock);
	uk_rwlock_wlock(&rwlock);
}

static void read_what_is_written(void)
{
	uk_rwlock_wlock(&rwlock);
	uk_rwlock_rlock(&rwlock);
}

static void runlock_free(void)
{
	uk_rwlock_runlock(&rwlock);
}

static void wunlock_read(void)
{
	uk_rwlock_rlock(&rwlock);
	uk_rwlock_wunlock(&rwlock);
}

static void free_full_mailbox(void)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct uk_mbox *m = uk_mbox_create(a, 2);

	uk_mbox_post(m, m);
	uk_mbox_free(a, m);
}

static void overflow(void)
{
	printf("%d\n", add(INT_MAX, 1));
}

/* More than there is room for; the length is hidden from the compiler */
static void __noinline smash(volatile int *from, volatile int *len)
{
	int i, n = *len;
	char buf[8];

	for (i = 0; i < n; i++)
		((volatile char *)buf)[i] = (char)*from;
	printf("%c\n", buf[0]);
}

static void smash_stack(void)
{
	volatile int letter = 'A', len = 40;

	smash(&letter, &len);
}

static const struct {
	const char *name;
	void (*run)(void);
} requests[] = {
	{ "lock-twice", lock_twice },
	{ "cross", cross },
	{ "unlock-free", unlock_free },
	{ "unlock-other", unlock_other },
	{ "destroy-held", destroy_held },
	{ "use-destroyed", use_destroyed },
	{ "init-held", init_held },
	{ "free-held", free_held },
	{ "end-with-mutex", end_with_mutex },
	{ "interrupts-off", wait_with_interrupts_off },
	{ "lock-in-handler", lock_in_handler },
	{ "down-in-handler", down_in_handler },
	{ "destroy-semaphore", destroy_semaphore },
	{ "destroy-condvar", destroy_condvar },
	{ "wait-without-mutex", wait_without_mutex },
	{ "write-twice", write_twice },
	{ "read-written", read_what_is_written },
	{ "runlock-free", runlock_free },
	{ "wunlock-read", wunlock_read },
	{ "free-full-mailbox", free_full_mailbox },
	{ "overflow", overflow },
	{ "smash-stack", smash_stack },
};

int main(int argc, char *argv[])
{
	const char *request = argc > 1 ? argv[1] : "none";

	if (!strcmp(request, "signal"))
		raise(SIGTERM);
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		if (!strcmp(request, requests[i].name)) {
			requests[i].run();
			printf("survived\n");
			return 0;
		}
	}
	printf("Unknown request\n");
	return 2;
}
