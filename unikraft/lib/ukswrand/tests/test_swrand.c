/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random numbers: what can be said of them without luck.
 */

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <uk/swrand.h>
#include <uk/test.h>

static __u32 drawn[2][600];

static void draw(__u32 *words, unsigned int seedc, const __u32 *seedv)
{
	uk_swrand_init_r(&uk_swrand_def, seedc, seedv);
	for (int i = 0; i < 600; i++)
		words[i] = uk_swrand_randr_r(&uk_swrand_def);
}

UK_TESTCASE(ukswrand, follows_from_its_seed)
{
	__u32 seed[10] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };

	draw(drawn[0], 10, seed);
	draw(drawn[1], 10, seed);
	UK_TEST_EXPECT_BYTES_EQ(drawn[0], drawn[1], sizeof(drawn[0]));
	/* Every word of it counts */
	for (int i = 0; i < 10; i++) {
		seed[i]++;
		draw(drawn[1], 10, seed);
		UK_TEST_EXPECT(memcmp(drawn[0], drawn[1], sizeof(drawn[0])));
		seed[i]--;
	}
	draw(drawn[1], 0, NULL);
	UK_TEST_EXPECT(memcmp(drawn[0], drawn[1], sizeof(drawn[0])));
	uk_swrand_reseed();
}

UK_TESTCASE(ukswrand, about_half_of_the_bits_are_set)
{
	static __u32 words[16384];
	int sum = 0, worst = 0;

	UK_TEST_EXPECT_SNUM_EQ(uk_swrand_fill_buffer(words, sizeof(words)),
			       sizeof(words));
	for (int bit = 0; bit < 32; bit++) {
		int ones = 0;

		for (int i = 0; i < 16384; i++)
			ones += words[i] >> bit & 1;
		sum += ones;
		worst = MAX(worst, ones > 8192 ? ones - 8192 : 8192 - ones);
	}
	/* 8 standard deviations of 64 and of 362 */
	UK_TEST_EXPECT_SNUM_LT(worst, 8 * 64);
	UK_TEST_EXPECT_SNUM_LT(sum - 262144, 8 * 362);
	UK_TEST_EXPECT_SNUM_GT(sum - 262144, -8 * 362);
}

UK_TESTCASE(ukswrand, fills_just_the_buffer)
{
	unsigned char buf[300];

	for (size_t len = 0; len < 290; len += 7) {
		int zero = 1;

		memset(buf, 0, sizeof(buf));
		UK_TEST_EXPECT_SNUM_EQ(uk_swrand_fill_buffer(buf + 4, len),
				       len);
		for (size_t i = 0; i < 4; i++)
			UK_TEST_EXPECT(!buf[i] && !buf[4 + len + i]);
		for (size_t i = 0; i < len; i++)
			zero = zero && !buf[4 + i];
		UK_TEST_EXPECT(!zero || len < 8);
	}
}

static int asked;

static size_t fill(void *cookie, void *buf, size_t len)
{
	memset(buf, 0x5a, len);
	asked += *(int *)cookie;
	return len;
}

UK_TESTCASE(ukswrand, asks_its_sources)
{
	static int one = 1;
	static struct uk_swrand_source source = { "test", fill, &one, NULL };
	int before = asked;

	uk_swrand_add_source(&source);
	UK_TEST_EXPECT_SNUM_EQ(asked, before + 1);
	uk_swrand_reseed();
	UK_TEST_EXPECT_SNUM_EQ(asked, before + 2);
	for (int i = 0; i < 3 * 1024 * 1024; i += 4)
		uk_swrand_randr();
	UK_TEST_EXPECT_SNUM_GE(asked, before + 3);
	UK_TEST_EXPECT_SNUM_LE(asked, before + 15);
}

#if !CONFIG_LIBUKSWRAND_INITIALSEED_USECONSTANT
UK_TESTCASE(ukswrand, seeds_differ)
{
	__u32 seeds[64];
	int same = 0;

	for (int i = 0; i < 64; i++) {
		seeds[i] = uk_swrandr_gen_seed32();
		for (int j = 0; j < i; j++)
			same += seeds[i] == seeds[j];
	}
	UK_TEST_EXPECT_SNUM_LE(same, 1);
}
#endif

#if !CONFIG_HAVE_LIBC
UK_TESTCASE(ukswrand, getrandom_of_the_c_library)
{
	char buf[16] = { 0 };

	UK_TEST_EXPECT_SNUM_EQ(getrandom(buf, 16, 0), 16);
	UK_TEST_EXPECT_SNUM_EQ(getrandom(buf, 0, GRND_RANDOM), 0);
	UK_TEST_EXPECT_SNUM_EQ(getrandom(buf, 4, GRND_NONBLOCK), 4);
	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(getrandom(buf, 4, 0x80), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(getrandom(NULL, 4, 0), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EFAULT);
}
#endif

uk_testsuite_register(ukswrand, NULL);
