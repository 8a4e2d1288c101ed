/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TLS areas: their layout, seen from outside.
 */
#include <uk/arch/tls.h>
#include <uk/test.h>

/* Makes the template's alignment larger than a word */
static __thread char aligned[3] __align(128) = "ab";
static __thread long zero;

static char area[2048] __align(128);

UK_TESTCASE(tls, aligns_as_the_variables_ask)
{
	UK_TEST_EXPECT_SNUM_GE(ukarch_tls_area_align(), 128);
	UK_TEST_EXPECT_ZERO((__uptr)aligned % 128);
	UK_TEST_EXPECT_STR_EQ(aligned, "ab");
	UK_TEST_EXPECT_ZERO(zero);
}

UK_TESTCASE(tls, points_at_itself)
{
	__uptr tlsp = ukarch_tls_tlsp(area);

	UK_TEST_ASSERT(ukarch_tls_area_size() <= sizeof(area));
	memset(area, 0x55, sizeof(area));
	ukarch_tls_area_init(area);
	UK_TEST_EXPECT_SNUM_EQ(*(__uptr *)tlsp, tlsp);
	UK_TEST_EXPECT_PTR_EQ(ukarch_tls_tcb_get(tlsp), (void *)tlsp);
	UK_TEST_EXPECT_PTR_EQ(ukarch_tls_area_get(tlsp), area);
	UK_TEST_EXPECT_SNUM_EQ(tlsp + ukarch_tls_tcb_size(),
			       (__uptr)area + ukarch_tls_area_size());
}

UK_TESTCASE(tls, writes_inside_the_area_only)
{
	__sz size = ukarch_tls_area_size();

	memset(area, 0x55, sizeof(area));
	ukarch_tls_area_init(area);
	UK_TEST_EXPECT_SNUM_EQ(area[size], 0x55);
}

uk_testsuite_register(tls, NULL);
