/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ChaCha20 as it is published.
 */

#include <uk/test.h>
#include "../chacha.h"

/* RFC 8439, section 2.3.2 */
UK_TESTCASE(ukswrand_chacha, known_block)
{
	static const __u32 key[8] = {
		0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
		0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c,
	};
	static const __u32 counter[4] = { 1, 0x09000000, 0x4a000000, 0 };
	static const __u32 expected[16] = {
		0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3,
		0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
		0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
		0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2,
	};
	__u32 out[16];

	chacha_block(key, counter, out);
	UK_TEST_EXPECT_BYTES_EQ(out, expected, sizeof(out));
}

/* The same, appendix A.1, test vector 1 */
UK_TESTCASE(ukswrand_chacha, block_of_zeros)
{
	static const __u32 zero[8];
	static const unsigned char first[16] = {
		0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90,
		0x40, 0x5d, 0x6a, 0xe5, 0x53, 0x86, 0xbd, 0x28,
	};
	__u32 out[16];

	chacha_block(zero, zero, out);
	UK_TEST_EXPECT_BYTES_EQ(out, first, sizeof(first));
}

uk_testsuite_register(ukswrand_chacha, NULL);
