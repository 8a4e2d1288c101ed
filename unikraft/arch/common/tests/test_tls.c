/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TLS areas: their layout, seen from outside.
 */
#include <uk/arch/tls.h>
#include <uk/essentials.h>
#include <uk/plat/tls.h>
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

UK_TESTCASE(tls, finds_the_area_by_its_pointer)
{
	__uptr tlsp = ukarch_tls_tlsp(area);

	UK_TEST_ASSERT(ukarch_tls_area_size() <= sizeof(area));
	UK_TEST_EXPECT_PTR_EQ(ukarch_tls_area_get(tlsp), area);
	UK_TEST_EXPECT(IN_RANGE(tlsp, (__uptr)area, ukarch_tls_area_size()));
}

UK_TESTCASE(tls, has_the_tcb_inside_the_area)
{
	__uptr tcb = (__uptr)ukarch_tls_tcb_get(ukarch_tls_tlsp(area));

	UK_TEST_EXPECT_ZERO(tcb % sizeof(__uptr));
	UK_TEST_EXPECT(tcb >= (__uptr)area);
	UK_TEST_EXPECT(tcb + ukarch_tls_tcb_size()
		       <= (__uptr)area + ukarch_tls_area_size());
}

/* Where this thread's variables lie, seen from its thread pointer */
UK_TESTCASE(tls, lays_out_areas_as_the_linker_does)
{
	__uptr tlsp = ukplat_tlsp_get();
	char *copy = (char *)ukarch_tls_tlsp(area) + ((__uptr)aligned - tlsp);

	memset(area, 0x55, sizeof(area));
	ukarch_tls_area_init(area);
	UK_TEST_EXPECT_STR_EQ(copy, "ab");
	copy = (char *)ukarch_tls_tlsp(area) + ((__uptr)&zero - tlsp);
	UK_TEST_EXPECT_ZERO(*(long *)copy);
}

UK_TESTCASE(tls, writes_inside_the_area_only)
{
	__sz size = ukarch_tls_area_size();

	memset(area, 0x55, sizeof(area));
	ukarch_tls_area_init(area);
	UK_TEST_EXPECT_SNUM_EQ(area[size], 0x55);
}

uk_testsuite_register(tls, NULL);
