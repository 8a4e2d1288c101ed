/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals that a program sends itself.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <uk/test.h>

static char diary[32];
static siginfo_t last;

static void note(int sig)
{
	size_t len = strlen(diary);

	diary[len] = sig == SIGUSR1 ? '1' : sig == SIGUSR2 ? '2' : 't';
	diary[len + 1] = '\0';
	errno = 99;
}

static void note_info(int sig, siginfo_t *info, void *context __unused)
{
	note(sig);
	last = *info;
}

/* Sends another one, which is handled within or after this one */
static void note_twice(int sig)
{
	raise(SIGUSR2);
	note(sig);
	if (strlen(diary) < 4)
		raise(SIGUSR1);
}

static void handle(int sig, void (*handler)(int), int flags, sigset_t mask)
{
	struct sigaction act = { .sa_mask = mask, .sa_flags = flags };

	act.sa_handler = handler;
	sigaction(sig, &act, NULL);
}

static void begin(void)
{
	sigset_t none = 0;

	diary[0] = '\0';
	handle(SIGUSR1, note, 0, 0);
	handle(SIGUSR2, note, 0, 0);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

UK_TESTCASE(uksignal, sets)
{
	sigset_t set;

	sigemptyset(&set);
	for (int sig = 1; sig < NSIG; sig++)
		UK_TEST_EXPECT_ZERO(sigismember(&set, sig));
	UK_TEST_EXPECT_ZERO(sigaddset(&set, 1));
	UK_TEST_EXPECT_ZERO(sigaddset(&set, SIGRTMAX));
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&set, 1), 1);
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&set, 64), 1);
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&set, 33), 0);
	UK_TEST_EXPECT_ZERO(sigdelset(&set, 64));
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&set, 64), 0);
	sigfillset(&set);
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&set, 63), 1);
	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(sigaddset(&set, 0), -1);
	UK_TEST_EXPECT_SNUM_EQ(sigdelset(&set, 65), -1);
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&set, -1), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EINVAL);
}

UK_TESTCASE(uksignal, handlers)
{
	begin();
	errno = 5;
	UK_TEST_EXPECT_ZERO(raise(SIGUSR1));
	UK_TEST_EXPECT_SNUM_EQ(errno, 5);
	UK_TEST_EXPECT_ZERO(kill(getpid(), SIGUSR2));
	UK_TEST_EXPECT_ZERO(kill(0, SIGUSR1));
	UK_TEST_EXPECT_ZERO(kill(getpid(), 0));
	UK_TEST_EXPECT_STR_EQ(diary, "121");
	UK_TEST_EXPECT(signal(SIGUSR1, SIG_IGN) == note);
	raise(SIGUSR1);
	UK_TEST_EXPECT(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
	/* Ignored by default */
	raise(SIGCHLD);
	raise(SIGTSTP);
	UK_TEST_EXPECT_STR_EQ(diary, "121");
}

UK_TESTCASE(uksignal, information)
{
	struct sigaction act = { .sa_flags = SA_SIGINFO };

	begin();
	act.sa_sigaction = note_info;
	sigaction(SIGUSR1, &act, NULL);
	kill(getpid(), SIGUSR1);
	UK_TEST_EXPECT_SNUM_EQ(last.si_signo, SIGUSR1);
	UK_TEST_EXPECT_SNUM_EQ(last.si_code, SI_USER);
	UK_TEST_EXPECT_SNUM_EQ(last.si_pid, getpid());
	raise(SIGUSR1);
	UK_TEST_EXPECT_SNUM_EQ(last.si_code, SI_TKILL);
}

UK_TESTCASE(uksignal, blocked_ones_wait)
{
	sigset_t set = 0, old, seen;

	begin();
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGKILL);
	UK_TEST_EXPECT_ZERO(sigprocmask(SIG_BLOCK, &set, &old));
	UK_TEST_EXPECT_SNUM_EQ(old, 0);
	raise(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGUSR2);
	UK_TEST_EXPECT_STR_EQ(diary, "2");
	UK_TEST_EXPECT_ZERO(sigpending(&seen));
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&seen, SIGUSR1), 1);
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&seen, SIGUSR2), 0);
	UK_TEST_EXPECT_ZERO(sigprocmask(SIG_UNBLOCK, &set, &old));
	/* This one is never blocked */
	UK_TEST_EXPECT_SNUM_EQ(sigismember(&old, SIGKILL), 0);
	UK_TEST_EXPECT_STR_EQ(diary, "21");
	sigpending(&seen);
	UK_TEST_EXPECT_SNUM_EQ(seen, 0);
	/* Ignoring takes away what waits */
	sigprocmask(SIG_SETMASK, &set, NULL);
	raise(SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	UK_TEST_EXPECT_STR_EQ(diary, "21");
}

UK_TESTCASE(uksignal, within_handlers)
{
	sigset_t two = 0;

	sigaddset(&two, SIGUSR2);
	begin();
	/* Not blocked: at once. Itself: afterwards */
	handle(SIGUSR1, note_twice, 0, 0);
	raise(SIGUSR1);
	UK_TEST_EXPECT_STR_EQ(diary, "2121");
	begin();
	handle(SIGUSR1, note_twice, 0, two);
	raise(SIGUSR1);
	UK_TEST_EXPECT(diary[0] == '1');
	begin();
	handle(SIGUSR1, note, SA_RESETHAND, 0);
	raise(SIGUSR1);
	UK_TEST_EXPECT(signal(SIGUSR1, SIG_IGN) == SIG_DFL);
}

UK_TESTCASE(uksignal, refused)
{
	struct sigaction act = { .sa_flags = 0 };
	sigset_t set = 0;

	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(sigaction(SIGKILL, &act, NULL), -1);
	UK_TEST_EXPECT_SNUM_EQ(sigaction(SIGSTOP, &act, NULL), -1);
	UK_TEST_EXPECT_ZERO(sigaction(SIGKILL, NULL, &act));
	UK_TEST_EXPECT_SNUM_EQ(sigaction(0, NULL, &act), -1);
	UK_TEST_EXPECT_SNUM_EQ(sigaction(65, NULL, &act), -1);
	UK_TEST_EXPECT(signal(SIGKILL, SIG_IGN) == SIG_ERR);
	UK_TEST_EXPECT_SNUM_EQ(raise(65), -1);
	UK_TEST_EXPECT_SNUM_EQ(raise(-1), -1);
	UK_TEST_EXPECT_SNUM_EQ(sigprocmask(7, &set, NULL), -1);
	UK_TEST_EXPECT_SNUM_EQ(killpg(-5, 0), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(kill(4711, SIGUSR1), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, ESRCH);
}

uk_testsuite_register(uksignal, NULL);
