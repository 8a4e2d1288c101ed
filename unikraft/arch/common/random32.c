/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random numbers of 32 bits, out of those of 64 that processors give.
 */
#include <uk/arch/random.h>

int ukarch_random_u32(__u32 *val)
{
	__u64 wide = 0;
	int rc = ukarch_random_u64(&wide);

	*val = (__u32)wide;
	return rc;
}

int ukarch_random_seed_u32(__u32 *val)
{
	__u64 wide = 0;
	int rc = ukarch_random_seed_u64(&wide);

	*val = (__u32)wide;
	return rc;
}
