/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads that wait for signals of others.
 */

#include <errno.h>
#include <signal.h>
#include <unistd.h>
#include <uk/arch/atomic.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/test.h>

#define MSEC	1000000UL

static int handled, returned, status, number;
static sigset_t set;

static void note(int sig)
{
	handled = sig;
}

static void __noreturn end(int rc)
{
	status = rc;
	ukarch_inc(&returned);
	uk_sched_thread_exit();
}

static void __noreturn wait_for_one(void *argp __unused)
{
	end(sigwait(&set, &number));
}

static void __noreturn suspend(void *argp __unused)
{
	sigset_t none;

	sigemptyset(&none);
	end(sigsuspend(&none) == -1 ? errno : 0);
}

static void __noreturn wait_for_any(void *argp __unused)
{
	end(pause() == -1 ? errno : 0);
}

/* One that waits by now */
static void start(void (*fn)(void *) __noreturn)
{
	handled = returned = number = 0;
	status = -1;
	if (!uk_sched_thread_create(uk_sched_current(), fn, NULL, "waits"))
		UK_CRASH("No memory for a thread\n");
	uk_sched_thread_sleep(20 * MSEC);
}

static int has_returned(void)
{
	int i;

	for (i = 0; i < 10000 && !returned; i++)
		uk_sched_thread_sleep(MSEC);
	return returned;
}

static void block(int sig)
{
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

UK_TESTCASE(uksignal_wait, takes_what_is_sent)
{
	block(SIGUSR1);
	signal(SIGUSR1, note);
	start(wait_for_one);
	UK_TEST_EXPECT_ZERO(returned);
	/* Not his: it is handled, and he waits on */
	signal(SIGUSR2, note);
	raise(SIGUSR2);
	uk_sched_thread_sleep(20 * MSEC);
	UK_TEST_EXPECT_SNUM_EQ(handled, SIGUSR2);
	UK_TEST_EXPECT_ZERO(returned);
	raise(SIGUSR1);
	UK_TEST_EXPECT(has_returned());
	UK_TEST_EXPECT_ZERO(status);
	UK_TEST_EXPECT_SNUM_EQ(number, SIGUSR1);
	/* Its handler was not called, and it is gone */
	UK_TEST_EXPECT_SNUM_EQ(handled, SIGUSR2);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	UK_TEST_EXPECT_SNUM_EQ(handled, SIGUSR2);
}

UK_TESTCASE(uksignal_wait, takes_what_is_pending)
{
	struct timespec none = { 0, 0 };
	siginfo_t info;

	block(SIGUSR1);
	signal(SIGUSR1, note);
	kill(getpid(), SIGUSR1);
	UK_TEST_EXPECT_SNUM_EQ(sigtimedwait(&set, &info, &none), SIGUSR1);
	UK_TEST_EXPECT_SNUM_EQ(info.si_signo, SIGUSR1);
	UK_TEST_EXPECT_SNUM_EQ(info.si_code, SI_USER);
	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(sigtimedwait(&set, &info, &none), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EAGAIN);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

UK_TESTCASE(uksignal_wait, not_for_longer_than_asked)
{
	struct timespec timeout = { 0, 30 * MSEC }, wrong = { 0, 1000000000 };
	__nsec before = ukplat_monotonic_clock();

	block(SIGUSR1);
	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(sigtimedwait(&set, NULL, &timeout), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EAGAIN);
	UK_TEST_EXPECT_SNUM_GE(ukplat_monotonic_clock() - before, 30 * MSEC);
	UK_TEST_EXPECT_SNUM_EQ(sigtimedwait(&set, NULL, &wrong), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EINVAL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

UK_TESTCASE(uksignal_wait, suspends_until_a_handler_ran)
{
	sigset_t now;

	block(SIGUSR1);
	signal(SIGUSR1, note);
	/* One that came while it was blocked is enough */
	raise(SIGUSR1);
	start(suspend);
	UK_TEST_EXPECT_SNUM_EQ(handled, SIGUSR1);
	UK_TEST_EXPECT(has_returned());
	start(suspend);
	UK_TEST_EXPECT_ZERO(returned);
	/* The sender has it blocked; who waits handles it */
	raise(SIGUSR1);
	UK_TEST_EXPECT(has_returned());
	UK_TEST_EXPECT_SNUM_EQ(handled, SIGUSR1);
	UK_TEST_EXPECT_SNUM_EQ(status, EINTR);
	sigprocmask(SIG_BLOCK, NULL, &now);
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&now, SIGUSR1), 1);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

UK_TESTCASE(uksignal_wait, pauses)
{
	signal(SIGUSR1, note);
	signal(SIGUSR2, SIG_IGN);
	start(wait_for_any);
	raise(SIGUSR2);
	uk_sched_thread_sleep(20 * MSEC);
	UK_TEST_EXPECT_ZERO(returned);
	raise(SIGUSR1);
	UK_TEST_EXPECT(has_returned());
	UK_TEST_EXPECT_SNUM_EQ(status, EINTR);
}

static volatile int in_first, in_second, out_of_first;

static void first(int sig __unused)
{
	in_first = 1;
	while (!in_second)
		uk_sched_yield();
}

static void second(int sig __unused)
{
	in_second = 1;
	while (!out_of_first)
		uk_sched_yield();
}

static void __noreturn raise_first(void *argp __unused)
{
	raise(SIGUSR1);
	out_of_first = 1;
	uk_sched_thread_exit();
}

/* A handler leaves while another thread's, which began later, goes on */
UK_TESTCASE(uksignal_wait, masks_are_the_threads_own)
{
	sigset_t mask = ~0UL;

	in_first = in_second = out_of_first = 0;
	signal(SIGUSR1, first);
	signal(SIGUSR2, second);
	UK_TEST_EXPECT_NOT_NULL(uk_sched_thread_create(uk_sched_current(),
						       raise_first, NULL,
						       "first"));
	while (!in_first)
		uk_sched_yield();
	raise(SIGUSR2);
	UK_TEST_EXPECT(out_of_first);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	UK_TEST_EXPECT_ZERO(mask);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
}

static sigset_t inherited;

static void __noreturn look_at_mask(void *argp __unused)
{
	sigprocmask(SIG_BLOCK, NULL, &inherited);
	end(0);
}

UK_TESTCASE(uksignal_wait, masks_are_inherited)
{
	block(SIGUSR1);
	start(look_at_mask);
	UK_TEST_EXPECT(has_returned());
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&inherited, SIGUSR1), 1);
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&inherited, SIGUSR2), 0);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

UK_TESTCASE(uksignal_wait, whether_calls_go_on)
{
	struct sigaction act;

	signal(SIGUSR1, note);
	UK_TEST_EXPECT_ZERO(siginterrupt(SIGUSR1, 1));
	sigaction(SIGUSR1, NULL, &act);
	UK_TEST_EXPECT_ZERO(act.sa_flags & SA_RESTART);
	UK_TEST_EXPECT_ZERO(siginterrupt(SIGUSR1, 0));
	sigaction(SIGUSR1, NULL, &act);
	UK_TEST_EXPECT_NOT_ZERO(act.sa_flags & SA_RESTART);
	UK_TEST_EXPECT_SNUM_EQ(siginterrupt(SIGKILL, 1), -1);
}

uk_testsuite_register(uksignal_wait, NULL);
