/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mailboxes, alone and between threads.
 */

#include <uk/alloc.h>
#include <uk/isr/mbox.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/test.h>

#define MSEC	1000000ULL

static int items[8];

UK_TESTCASE(ukmpi_mbox, first_in_first_out)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct uk_mbox *m = uk_mbox_create(a, 3);
	void *msg = NULL;

	UK_TEST_EXPECT_SNUM_EQ(uk_mbox_recv_try(m, &msg), -ENOMSG);
	for (int round = 0; round < 5; round++) {
		uk_mbox_post(m, &items[0]);
		UK_TEST_EXPECT_ZERO(uk_mbox_post_try(m, &items[1]));
		UK_TEST_EXPECT_ZERO(uk_mbox_post_try_isr(m, &items[2]));
		UK_TEST_EXPECT_SNUM_EQ(uk_mbox_post_try(m, &items[3]),
				       -ENOBUFS);
		UK_TEST_EXPECT_SNUM_EQ(uk_mbox_post_try_isr(m, &items[3]),
				       -ENOBUFS);
		uk_mbox_recv(m, &msg);
		UK_TEST_EXPECT_PTR_EQ(msg, &items[0]);
		UK_TEST_EXPECT_ZERO(uk_mbox_recv_try(m, NULL));
		UK_TEST_EXPECT_ZERO(uk_mbox_recv_try_isr(m, &msg));
		UK_TEST_EXPECT_PTR_EQ(msg, &items[2]);
		UK_TEST_EXPECT_SNUM_EQ(uk_mbox_recv_try_isr(m, &msg),
				       -ENOMSG);
		/* Another begin each time */
		uk_mbox_post(m, NULL);
		uk_mbox_recv(m, &msg);
		UK_TEST_EXPECT_NULL(msg);
	}
	uk_mbox_free(a, m);
	UK_TEST_EXPECT_NULL(uk_mbox_create(a, 0));
	UK_TEST_EXPECT_NULL(uk_mbox_create(a, ~(size_t)0 / 4));
}

UK_TESTCASE(ukmpi_mbox, timeouts)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct uk_mbox *m = uk_mbox_create(a, 1);
	void *msg = &items[1];
	__nsec from = ukplat_monotonic_clock();

	UK_TEST_EXPECT(uk_mbox_recv_to(m, &msg, 2 * MSEC) == __NSEC_MAX);
	UK_TEST_EXPECT_NULL(msg);
	UK_TEST_EXPECT(ukplat_monotonic_clock() - from >= 2 * MSEC);
	UK_TEST_EXPECT(uk_mbox_post_to(m, &items[0], 0) != __NSEC_MAX);
	from = ukplat_monotonic_clock();
	UK_TEST_EXPECT(uk_mbox_post_to(m, &items[0], 2 * MSEC) ==
		       __NSEC_MAX);
	UK_TEST_EXPECT(ukplat_monotonic_clock() - from >= 2 * MSEC);
	UK_TEST_EXPECT(uk_mbox_recv_to(m, &msg, 0) != __NSEC_MAX);
	UK_TEST_EXPECT_PTR_EQ(msg, &items[0]);
	uk_mbox_free(a, m);
}

#define MESSAGES	3000

static struct uk_mbox *to, *back;
static int ended;

/* Sends back what comes, one higher; 0 is the end */
static void __noreturn echo(void *arg __unused)
{
	void *msg;

	do {
		uk_mbox_recv(to, &msg);
		uk_mbox_post(back, msg ? (char *)msg + 1 : NULL);
	} while (msg);
	ended++;
	uk_sched_thread_exit();
}

UK_TESTCASE(ukmpi_mbox, between_threads)
{
	struct uk_alloc *a = uk_alloc_get_default();
	unsigned long sum = 0, sent = 0;
	void *msg;

	to = uk_mbox_create(a, 2);
	back = uk_mbox_create(a, 3);
	uk_sched_thread_create(uk_sched_current(), echo, NULL, "echo");
	for (__uptr i = 1; i <= MESSAGES; i++) {
		uk_mbox_post(to, (void *)(i * 8));
		sent += i * 8 + 1;
		while (!uk_mbox_recv_try(back, &msg))
			sum += (unsigned long)(__uptr)msg;
	}
	uk_mbox_post(to, NULL);
	for (;;) {
		uk_mbox_recv(back, &msg);
		if (!msg)
			break;
		sum += (unsigned long)(__uptr)msg;
	}
	UK_TEST_EXPECT_SNUM_EQ(sum, sent);
	for (int i = 0; i < 100 && !ended; i++)
		uk_sched_yield();
	UK_TEST_EXPECT_SNUM_EQ(ended, 1);
	uk_mbox_free(a, to);
	uk_mbox_free(a, back);
}

uk_testsuite_register(ukmpi_mbox, NULL);
