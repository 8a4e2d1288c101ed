/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sorting, searching, arithmetic, memory, the environment.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uk/test.h>

#define ITEMS_MAX	300

/* An odd size, so that items are not aligned */
struct item {
	unsigned char key;
	unsigned char check[6];
};

static int compare_items(const void *a, const void *b)
{
	return ((const struct item *)a)->key - ((const struct item *)b)->key;
}

static void make_items(struct item *items, int count, int keys,
		       unsigned int *state)
{
	for (int i = 0; i < count; i++) {
		items[i].key = rand_r(state) % keys;
		memset(items[i].check, items[i].key, sizeof(items[i].check));
	}
}

static int whole(const struct item *item)
{
	for (size_t i = 0; i < sizeof(item->check); i++) {
		if (item->check[i] != item->key)
			return 0;
	}
	return 1;
}

UK_TESTCASE(nolibc_stdlib, qsort_random)
{
	static struct item items[ITEMS_MAX];
	unsigned int state = 1;

	for (int round = 0; round < 200; round++) {
		int count = rand_r(&state) % ITEMS_MAX;
		int keys = 1 + rand_r(&state) % 256;
		int histogram[256] = { 0 };
		int sorted = 1;

		make_items(items, count, keys, &state);
		for (int i = 0; i < count; i++)
			histogram[items[i].key]++;
		qsort(items, count, sizeof(items[0]), compare_items);
		for (int i = 0; i < count; i++) {
			histogram[items[i].key]--;
			sorted &= whole(&items[i]);
			sorted &= !i || items[i - 1].key <= items[i].key;
		}
		UK_TEST_ASSERTF(sorted, "%d items, %d keys", count, keys);
		/* The same items as before */
		for (int i = 0; i < 256; i++)
			UK_TEST_EXPECT_ZERO(histogram[i]);
	}
}

static long compared;

static int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	compared++;
	return (x > y) - (x < y);
}

UK_TESTCASE(nolibc_stdlib, qsort_orders)
{
	static int numbers[1024];
	int one = 1;

	for (int order = 0; order < 3; order++) {
		for (int i = 0; i < 1024; i++)
			numbers[i] = order == 0 ? i : order == 1 ? -i : 7;
		compared = 0;
		qsort(numbers, 1024, sizeof(int), compare_ints);
		for (int i = 1; i < 1024; i++)
			UK_TEST_EXPECT_SNUM_LE(numbers[i - 1], numbers[i]);
		/* No input is slow: at most 2 n log2 n comparisons */
		UK_TEST_EXPECT_SNUM_LE(compared, 2 * 1024 * 10);
	}
	qsort(&one, 0, sizeof(int), compare_ints);
	qsort(&one, 1, sizeof(int), compare_ints);
	UK_TEST_EXPECT_SNUM_EQ(one, 1);
}

UK_TESTCASE(nolibc_stdlib, binary_search)
{
	static const int numbers[] = { 1, 3, 5, 7, 9, 11, 13 };

	for (int count = 0; count <= 7; count++) {
		for (int key = 0; key <= 14; key++) {
			const int *found = bsearch(&key, numbers, count,
						   sizeof(int), compare_ints);
			int present = key % 2 && key / 2 < count;

			UK_TEST_EXPECT_PTR_EQ(found, present
					      ? &numbers[key / 2] : NULL);
		}
	}
}

UK_TESTCASE(nolibc_stdlib, arithmetic)
{
	UK_TEST_EXPECT_SNUM_EQ(abs(-5), 5);
	UK_TEST_EXPECT_SNUM_EQ(labs(-5L), 5);
	UK_TEST_EXPECT_SNUM_EQ(llabs(5LL), 5);
	UK_TEST_EXPECT_SNUM_EQ(imaxabs(-1), 1);
	UK_TEST_EXPECT_SNUM_EQ(div(-7, 2).quot, -3);
	UK_TEST_EXPECT_SNUM_EQ(div(-7, 2).rem, -1);
	UK_TEST_EXPECT_SNUM_EQ(ldiv(7, -2).quot, -3);
	UK_TEST_EXPECT_SNUM_EQ(lldiv(7, -2).rem, 1);
	UK_TEST_EXPECT_SNUM_EQ(imaxdiv(9, 4).rem, 1);
}

UK_TESTCASE(nolibc_stdlib, random_numbers)
{
	unsigned int state = 0;
	int first, low = 0;

	srand(7);
	first = rand();
	srand(7);
	UK_TEST_EXPECT_SNUM_EQ(rand(), first);
	UK_TEST_EXPECT_SNUM_NQ(rand(), first);
	for (int i = 0; i < 1000; i++) {
		int n = rand_r(&state);

		UK_TEST_EXPECT(n >= 0);
		low += n < RAND_MAX / 2;
	}
	UK_TEST_EXPECT(low > 400 && low < 600);
}

UK_TESTCASE(nolibc_stdlib, memory)
{
	unsigned char *mem = malloc(100);
	void *aligned;
	int zeros = 1;

	UK_TEST_EXPECT_NOT_NULL(mem);
	memset(mem, 0x5a, 100);
	mem = realloc(mem, 100000);
	UK_TEST_EXPECT_NOT_NULL(mem);
	UK_TEST_EXPECT_SNUM_EQ(mem[99], 0x5a);
	free(mem);
	free(NULL);

	mem = calloc(100, 50);
	for (int i = 0; i < 5000; i++)
		zeros &= mem[i] == 0;
	UK_TEST_EXPECT(zeros);
	free(mem);

	errno = 0;
	UK_TEST_EXPECT_NULL(calloc((size_t)-1 / 2, 3));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	errno = 0;
	UK_TEST_EXPECT_NULL(reallocarray(NULL, (size_t)-1 / 2, 3));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);
	errno = 0;
	UK_TEST_EXPECT_NULL(malloc((size_t)-1));
	UK_TEST_EXPECT_SNUM_EQ(errno, ENOMEM);

	UK_TEST_EXPECT_ZERO(posix_memalign(&aligned, 256, 10));
	UK_TEST_EXPECT_ZERO((uintptr_t)aligned % 256);
	free(aligned);
	aligned = aligned_alloc(64, 10);
	UK_TEST_EXPECT_ZERO((uintptr_t)aligned % 64);
	free(aligned);
	UK_TEST_EXPECT_SNUM_EQ(posix_memalign(&aligned, 24, 10), EINVAL);
}

UK_TESTCASE(nolibc_stdlib, environment)
{
	char **before = environ;

	UK_TEST_EXPECT_NULL(getenv("A"));
	UK_TEST_EXPECT_ZERO(setenv("A", "1", 0));
	UK_TEST_EXPECT_ZERO(setenv("AB", "2", 0));
	UK_TEST_EXPECT_STR_EQ(getenv("A"), "1");
	UK_TEST_EXPECT_STR_EQ(getenv("AB"), "2");
	UK_TEST_EXPECT_ZERO(setenv("A", "3", 0));
	UK_TEST_EXPECT_STR_EQ(getenv("A"), "1");
	UK_TEST_EXPECT_ZERO(setenv("A", "", 1));
	UK_TEST_EXPECT_STR_EQ(getenv("A"), "");
	UK_TEST_EXPECT_ZERO(unsetenv("A"));
	UK_TEST_EXPECT_NULL(getenv("A"));
	UK_TEST_EXPECT_STR_EQ(getenv("AB"), "2");
	UK_TEST_EXPECT_ZERO(unsetenv("A"));

	errno = 0;
	UK_TEST_EXPECT_SNUM_EQ(setenv("A=B", "1", 1), -1);
	UK_TEST_EXPECT_SNUM_EQ(errno, EINVAL);
	UK_TEST_EXPECT_SNUM_EQ(setenv("", "1", 1), -1);
	UK_TEST_EXPECT_SNUM_EQ(unsetenv(""), -1);
	UK_TEST_EXPECT_NULL(getenv(""));
	environ = before;
	UK_TEST_EXPECT_NULL(getenv("AB"));
}

uk_testsuite_register(nolibc_stdlib, NULL);
