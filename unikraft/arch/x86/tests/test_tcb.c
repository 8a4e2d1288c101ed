/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The thread control block on x86_64, where compilers read the thread pointer
 * from its first word.
 */
#include <uk/arch/tls.h>
#include <uk/test.h>

static char area[2048] __align(128);

UK_TESTCASE(tls_tcb, points_at_itself)
{
	__uptr tlsp = ukarch_tls_tlsp(area);

	UK_TEST_ASSERT(ukarch_tls_area_size() <= sizeof(area));
	memset(area, 0x55, sizeof(area));
	ukarch_tls_area_init(area);
	UK_TEST_EXPECT_SNUM_EQ(*(__uptr *)tlsp, tlsp);
	UK_TEST_EXPECT_PTR_EQ(ukarch_tls_tcb_get(tlsp), (void *)tlsp);
	UK_TEST_EXPECT_SNUM_EQ(tlsp + ukarch_tls_tcb_size(),
			       (__uptr)area + ukarch_tls_area_size());
}

uk_testsuite_register(tls_tcb, NULL);
